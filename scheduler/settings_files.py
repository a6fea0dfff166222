"""Files from which settings come: ``rounds.env``, and those that hold one secret each."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from scheduler.errors import Rejected

NAME: Final = "rounds.env"
"""In the working directory, as ``var/`` is."""
MODE: Final = 0o600
_LARGEST: Final = 64 * 1024
_LINE: Final = re.compile(r"([A-Z][A-Z0-9_]*)\s*=\s*(.*)")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_QUOTES: Final = ("'", '"')
_HEAD: Final = """\
# Settings of Mentor Rounds. Every `rounds` command that is run in this folder reads them; variables of the
# environment go before them. docs/operating.md lists all there are.
"""


def read_settings(path: Path, known: Collection[str]) -> dict[str, str]:
    """What a settings file says, by name; nothing if there is none.

    A line is ``NAME=value``, empty or begins with ``#``; a value may be between quotes. Raises Rejected, with the
    place, for anything else, a name that is not ``known`` and one that comes twice: none of it was meant.
    """
    text = _text(path, str(path), "")
    found: dict[str, str] = {}
    for number, line in enumerate((text or "").split("\n"), 1):
        if not (plain := line.strip()) or plain.startswith("#"):
            continue
        where = f"{path} line {number}"
        match = _LINE.fullmatch(plain)
        if match is None:
            raise Rejected("This is not a setting.", where=where, what_to_do="Write NAME=value, or # before a remark.")
        name, value = match[1], _unquoted(match[2])
        if name not in known:
            raise Rejected(f"There is no setting “{name}”.", where=where, what_to_do="Check its spelling.")
        if name in found:
            raise Rejected(f"“{name}” is set twice.", where=where, what_to_do="Take one of them out.")
        found[name] = value
    return found


def write_settings(path: Path, values: Mapping[str, str], *, replace: bool = False) -> None:
    """Write a settings file, readable by its owner only: all of it or nothing.

    Raises Rejected for a value that could not be read back as it is, and FileExistsError where there is one already,
    unless it is to be replaced.
    """
    content = (_HEAD + "".join(_lines(values))).encode()
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            beside.replace(path)
        else:
            os.link(beside, path)  # which fails where there is something, even made this moment
    finally:
        with suppress(FileNotFoundError):
            beside.unlink()


def secret_in(path: Path, variable: str) -> str:
    """The secret that a file holds, on one line. Raises Rejected, naming the variable, where there is none."""
    secret = (_text(path, variable, f" “{path}”") or "").strip()
    if not secret:
        raise Rejected(f"The file “{path}” is missing or empty.", where=variable, what_to_do="Put the secret in it.")
    if _CONTROL.search(secret):
        raise Rejected(f"The file “{path}” has more than one line.", where=variable, what_to_do="Leave the secret.")
    return secret


def _lines(values: Mapping[str, str]) -> Iterator[str]:
    for name, value in values.items():
        if _CONTROL.search(value) or _unquoted(value) != value:
            raise Rejected("A setting is one line, without quotes around it.", where=name)
        yield f"{name}={value}\n"


def _unquoted(text: str) -> str:
    plain = text.strip()
    return plain[1:-1] if len(plain) > 1 and plain[0] == plain[-1] and plain[0] in _QUOTES else plain


def _text(path: Path, where: str, named: str) -> str | None:
    """What a file holds, or None if there is none."""
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise Rejected(f"The file{named} is too large for settings.", where=where)
        return content.decode()
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        raise Rejected(f"The file{named} is not text in UTF-8.", where=where) from None
    except OSError as error:
        said = (error.strerror or type(error).__name__).lower()
        raise Rejected(
            f"The file{named} can’t be read: {said}.",
            where=where,
            what_to_do="Give the account that `rounds` runs under the right to read it.",
        ) from None
