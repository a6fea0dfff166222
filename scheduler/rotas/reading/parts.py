"""Parts of a sheet as a spreadsheet writes them: ``B20:F30``, ``H:K``, ``61:70``, ``C4``."""

from __future__ import annotations

import re

from scheduler.rotas.pointed_sheets import Part
from scheduler.rotas.reading.workbook import column_name

_CORNER = r"([A-Z]{0,3})([1-9]\d{0,5}|)"
_PART = re.compile(rf"{_CORNER}(?::{_CORNER})?")


def part_of(written: str) -> Part | None:
    """The part that is written; None for what is none."""
    found = _PART.fullmatch(written.upper().replace(" ", ""))
    if found is None:
        return None
    first, last = (found[1], found[2]), (found[3], found[4])
    last = first if last == (None, None) else last
    if not any(first) or [bool(each) for each in first] != [bool(each) for each in last]:
        return None
    rows, columns = sorted(map(_row, (first[1], last[1]))), sorted(map(_column, (first[0], last[0])))
    has_rows, has_columns = bool(first[1]), bool(first[0])
    return Part(rows[0], columns[0], rows[1] if has_rows else None, columns[1] if has_columns else None)


def name_of_part(part: Part) -> str:
    """The part as it is written."""
    first = (column_name(part.left) if part.right is not None else "") + (
        str(part.top + 1) if part.bottom is not None else ""
    )
    last = (column_name(part.right) if part.right is not None else "") + (
        str(part.bottom + 1) if part.bottom is not None else ""
    )
    return first if first == last and part.right is not None and part.bottom is not None else f"{first}:{last}"


def _row(written: str) -> int:
    return int(written) - 1 if written else 0


def _column(letters: str) -> int:
    """A → 0, Z → 25, AA → 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return max(0, number - 1)
