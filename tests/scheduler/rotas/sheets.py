"""Rota files made for tests, of the shapes that real ones have."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from openpyxl import Workbook

Parts = dict[str, bytes]
"""The files inside a workbook, by their paths."""
WEDNESDAY = date(2026, 8, 5)
LEGEND = (
    ("code", "name", "start", "duration_h", "work", "nwd_only"),
    ("NWD", "Normal_working_day", "09:00:00", "8", "True", "True"),
    ("L1", "Late_1", "09:00:00", "12.5", "True", "False"),
    ("N1", "Night_1", "21:15:00", "12", "True", "False"),
    ("OFF", "Off", "09:15:00", "7.75", "False", "False"),
)
PATTERN = ("NWD", "NWD", "N1", "N1", "OFF", "", "", "L1", "L1", "NWD", "NWD", "NWD", "", "")
"""A fortnight of a full-shift rota; each next person starts one day on in it."""


def days(count: int, first: date = WEDNESDAY) -> list[date]:
    return [first + timedelta(days=number) for number in range(count)]


def wall(written: str) -> datetime:
    """A wall-clock time as a rota gives it."""
    return datetime.fromisoformat(written)


def as_csv(rows: Iterable[Sequence[Any]], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return text.getvalue().encode(encoding)


def as_xlsx(
    sheets: Mapping[str, Iterable[Sequence[Any]]] | Iterable[Sequence[Any]], merged: Sequence[str] = ()
) -> bytes:
    """A workbook of these rows; ``merged`` are ranges of its first sheet."""
    book = Workbook()
    named = sheets if isinstance(sheets, Mapping) else {"Rota": sheets}
    for position, (name, rows) in enumerate(named.items()):
        sheet = book.worksheets[0] if position == 0 else book.create_sheet()
        sheet.title = name
        for row in rows:
            sheet.append(list(row))
    for span in merged:
        book.worksheets[0].merge_cells(span)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def full_shift_grid(people: int, count: int) -> list[list[Any]]:
    """Rows people, columns ISO dates, with a column of roles between."""
    header = ["doctor", "roles", *(day.isoformat() for day in days(count))]
    return [header, *(_line(number, count) for number in range(people))]


def _line(number: int, count: int) -> list[str]:
    codes = [PATTERN[(number + day) % len(PATTERN)] for day in range(count)]
    return [f"{number + 1}_{'SHO' if number % 2 else 'SpR'}", "" if number % 2 else "Section 12 approved", *codes]


def rewritten(content: bytes, change: Callable[[Parts], Parts]) -> bytes:
    """A workbook with its parts changed."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in change(parts).items():
            archive.writestr(name, part)
    return packed.getvalue()
