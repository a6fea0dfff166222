"""Bytes as text: by their mark, else UTF-8, else as Windows wrote the language that they look like."""

from __future__ import annotations

import re
from collections.abc import Mapping

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_HIGH = re.compile(rb"[\x80-\xff]+")
_LONG_RUNS = 1.7
"""Bytes: in Latin scripts accented letters stand alone, other scripts write whole words of them."""
_ALMOST_ALL = 0.95
_LOOKED_AT = 200_000

_OTHER_SCRIPTS: Mapping[str, re.Pattern[str]] = {
    "euc_kr": re.compile("[\uac00-\ud7a3]"),
    "cp874": re.compile("[\u0e01-\u0e5b]"),
    "cp1251": re.compile("(?<![а-яё])[А-ЯЁ]|[а-яё]"),
    "gb2312": re.compile("[\u4e00-\u9fff]"),
    "cp932": re.compile("[\u3040-\u30ff\u4e00-\u9fff]"),
    "big5": re.compile("[\u4e00-\u9fff]"),
    "cp949": re.compile("[\uac00-\ud7a3]"),
}
"""Encodings from strict to lax, with the letters of which a text in them consists."""

_POLISH_MISREAD = re.compile("[^\\W\\d_][¹³¿¼¾¯¥£]|[¹³¿¼¾¯¥£][^\\W\\d_]")
"""Signs beside letters: what Windows-1250 looks like when it is taken for Western."""


def decoded(content: bytes) -> str:
    """Text of whatever encoding."""
    if content.startswith(_UTF_16):
        return content.decode("utf-16", errors="replace")
    for encoding in ("utf-8-sig", _likely(content[:_LOOKED_AT]), "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def _likely(start: bytes) -> str:
    """The encoding of a text that is not UTF-8."""
    runs = _HIGH.findall(start)
    if sum(map(len, runs)) >= _LONG_RUNS * len(runs):
        whole = start[: start.rfind(b"\n") + 1] or start
        return next((encoding for encoding in _OTHER_SCRIPTS if _consists_of(whole, encoding)), "cp1252")
    return "cp1250" if _POLISH_MISREAD.search(start.decode("cp1252", errors="replace")) else "cp1252"


def _consists_of(content: bytes, encoding: str) -> bool:
    """Whether nearly every letter beyond ASCII is one of the script's."""
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return False
    beyond = [sign for sign in text if not sign.isascii() and sign.isalpha()]
    return len(_OTHER_SCRIPTS[encoding].findall(text)) >= max(1, _ALMOST_ALL * len(beyond))
