"""Cells that say more than one thing: ``A (AM) B (PM)``, ``James (instead of William)``, ``A/B``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_HALF_MARK = r"(?:\(\s*(am|pm|morning|afternoon)\s*\)|\b(am|pm)\b)"
_PIECE = re.compile(rf"([^()]+?)\s*[-:]?\s*{_HALF_MARK}\s*[,;/&+]?\s*", re.IGNORECASE)
_PIECE_AFTER = re.compile(
    r"(?:\(\s*(am|pm|morning|afternoon)\s*\)|\b(am|pm)\b)\s*[-:]?\s*([^(),;/&+]+?)\s*"
    r"(?:[,;/&+]\s*|$|(?=\(?\b(?:am|pm)\b))",
    re.IGNORECASE,
)
_INSTEAD = re.compile(
    r"\s*[(\[]?\s*\b(?:inst?ea?d of|in place of|not|for|replac\w*|swap(?:ped)?(?: with)?|covering|vice|statt|au lieu de"
    r"|cover(?:s|ed)? (?:for|by))\b.*$",
    re.IGNORECASE,
)
_SIGNS = " ,;/&+:-"
_SHARED = re.compile(
    r"\s*(?:/|&|\+|;|\||\n|•)\s*|\s+(?:and|und|et|och|og|AND|UND)\s+|\s+(?:en|e|y|i)\s+(?=[^\W\d_a-z])"
    r"|\s+[-–—]\s+(?=[^\W\d_]{3})"
)
"""Signs and words between people's names. A single capital is an initial."""
_LOWER_AND = re.compile(r"\s+(?:en|e|y|i)\s+")
_COMMAS = re.compile(rf"\s*,\s*|{_SHARED.pattern}")


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of a cell and the half of the day it holds for: ``AM``, ``PM`` or empty for the whole."""

    text: str
    half: str = ""


@lru_cache(maxsize=8192)
def halves(text: str) -> tuple[Piece, ...]:
    """The parts of a cell that are marked as mornings or afternoons, behind or before; the whole cell where none is."""
    after = tuple((found[1], found[2] or found[3]) for found in _PIECE.finditer(text))
    before = tuple((found[3], found[1] or found[2]) for found in _PIECE_AFTER.finditer(text))
    for pattern, marked in ((_PIECE, after), (_PIECE_AFTER, before)):
        pieces = tuple(Piece(written.strip(_SIGNS), _half_named(half)) for written, half in marked)
        if pieces and all(piece.text for piece in pieces) and not pattern.sub("", text).strip(_SIGNS):
            return pieces
    return (Piece(text),)


def substitute_name(text: str) -> str:
    """The name of who does the duty, without the note of whose it was."""
    return _INSTEAD.sub("", text).strip() or text


@lru_cache(maxsize=8192)
def names_in(text: str, *, commas: bool = False) -> tuple[str, ...]:
    """The names in a cell that several people share; whether a comma parts them too, only the other cells tell."""
    parts = (part.strip() for part in (_COMMAS if commas else _SHARED).split(text))
    return tuple(part for part in parts if part)


def around_and(text: str) -> tuple[str, ...]:
    """What stands before and after a short *and* such as *e*, which in names written small may be part of one."""
    return tuple(_LOWER_AND.split(text))


def _half_named(word: str) -> str:
    return "AM" if word.lower() in ("am", "morning") else "PM"
