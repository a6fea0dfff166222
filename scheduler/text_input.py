"""What people type: trimmed, and refused where it is empty or too long; made plain, to be compared."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from scheduler.errors import Rejected
from scheduler.languages import say


def required_text(text: str, longest: int) -> str:
    """The text without blank space around it. Raises Rejected where nothing is left, or too much."""
    plain = text.strip()
    if not plain:
        raise Rejected(say("You haven’t written anything yet."), what_to_do=say("Write a few words, then save."))
    if len(plain) > longest:
        raise Rejected(say("Please use no more than %(count)s characters.", count=longest))
    return plain


_LAST_ACCENT = "\u06ff"
"""Marks of later scripts, such as the vowels of Thai, are no accents: without them another word is left."""
_LETTERS_WITHOUT_ACCENT = str.maketrans({"ł": "l", "ß": "ss", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"})


@lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """The text for comparing: lower case, no accents, words and figures only, single blanks."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS_WITHOUT_ACCENT))
    kept = "".join(sign if _is_of_a_word(sign) else " " for sign in plain if not _is_accent(sign))
    return " ".join(kept.split())


def _is_accent(sign: str) -> bool:
    return unicodedata.combining(sign) > 0 and sign <= _LAST_ACCENT


def _is_of_a_word(sign: str) -> bool:
    return sign.isalnum() or (sign > _LAST_ACCENT and unicodedata.category(sign).startswith("M"))
