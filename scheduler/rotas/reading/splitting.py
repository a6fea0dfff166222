"""Cells that say more than one thing: ``A (AM) B (PM)``, ``James (instead of William)``, ``A/B``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_HALF_MARK = r"(?:\(\s*(am|pm|morning|afternoon)\s*\)|\b(am|pm)\b)"
_PIECE = re.compile(rf"([^()]+?)\s*[-:]?\s*{_HALF_MARK}\s*[,;/&+]?\s*", re.IGNORECASE)
_INSTEAD = re.compile(
    r"\s*[(\[]?\s*\b(?:instead of|in place of|for|swap(?:ped)? with|covering|cover for|vice|statt)\b.*$", re.IGNORECASE
)
_SHARED = re.compile(r"\s*(?:/|&|\+|;|\n|\band\b)\s*")


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of a cell and the half of the day it holds for: ``AM``, ``PM`` or empty for the whole."""

    text: str
    half: str = ""


@lru_cache(maxsize=8192)
def halves(text: str) -> tuple[Piece, ...]:
    """The parts of a cell that are marked as mornings or afternoons; the whole cell where none is marked."""
    pieces = tuple(Piece(found[1].strip(" ,;/"), _half_named(found[2] or found[3])) for found in _PIECE.finditer(text))
    rest = _PIECE.sub("", text).strip(" ,;/&+")
    if not pieces or rest or any(not piece.text for piece in pieces):
        return (Piece(text),)
    return pieces


def standing_in(text: str) -> str:
    """The name of who does the duty, without the note of whose it was."""
    return _INSTEAD.sub("", text).strip() or text


def shared(text: str) -> tuple[str, ...]:
    """The names in a cell that several people share."""
    return tuple(part for part in _SHARED.split(text) if part)


def _half_named(word: str) -> str:
    return "AM" if word.lower() in ("am", "morning") else "PM"
