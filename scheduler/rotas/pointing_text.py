"""Where things are on a sheet, said in words: ``dates 1; names A; ignore H:K, 61:70; cells codes``. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from scheduler.rotas.pointed_sheets import Holds, Part, PointedSheet
from scheduler.rotas.reading.parts import part_of

_LINES: Final = ("dates", "names")


def pointed_in(text: str, sheet: str) -> PointedSheet | None:
    """What ``text`` says of a sheet; None where it says nothing of the kind. Rows are numbers and columns letters, as a
    spreadsheet shows them."""
    found = PointedSheet(sheet)
    for piece in filter(None, map(str.strip, text.split(";"))):
        about, _, rest = piece.partition(" ")
        said = _with(found, about.casefold(), [each for each in re.split(r"[\s,]+", rest) if each])
        if said is None:
            return None
        found = said
    return found if found.says_anything else None


def _with(found: PointedSheet, about: str, words: Sequence[str]) -> PointedSheet | None:
    if about == "cells" and len(words) == 1 and words[0].casefold() in tuple(Holds):
        return replace(found, cells=Holds(words[0].casefold()))
    parts = [part_of(word) for word in words]
    known = [part for part in parts if part is not None]
    if not words or len(known) < len(parts):
        return None
    if about == "ignore":
        return replace(found, ignored=(*found.ignored, *known))
    if about not in _LINES or not all(_is_line(part) for part in known):
        return None
    rows, columns = tuple(_rows(known)), tuple(_columns(known))
    if about == "dates":
        return replace(found, date_rows=found.date_rows + rows, date_columns=found.date_columns + columns)
    return replace(found, name_rows=found.name_rows + rows, name_columns=found.name_columns + columns)


def _is_line(part: Part) -> bool:
    return (part.bottom is None) != (part.right is None)


def _rows(parts: Sequence[Part]) -> Iterator[int]:
    for part in parts:
        if part.right is None and part.bottom is not None:
            yield from range(part.top, part.bottom + 1)


def _columns(parts: Sequence[Part]) -> Iterator[int]:
    for part in parts:
        if part.bottom is None and part.right is not None:
            yield from range(part.left, part.right + 1)
