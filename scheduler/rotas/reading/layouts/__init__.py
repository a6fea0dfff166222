"""The layouts that are read. A new one is a module of its own here and a line in one of the two lists below."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from scheduler.languages import say
from scheduler.rotas.reading.context import Context
from scheduler.rotas.reading.layout import Candidate, FileReader, Layout, SheetReader
from scheduler.rotas.reading.layouts import amion, by_date, by_span, by_week, calendar_file, long_form
from scheduler.rotas.reading.workbook import Sheet

FILE_READERS: tuple[FileReader, ...] = (
    calendar_file.READER,
    amion.READER,
)

SHEET_READERS: tuple[SheetReader, ...] = (
    long_form.READER,
    by_week.READER,
    by_span.READER,
    by_date.READER,
)

LAYOUTS: Mapping[str, Layout] = MappingProxyType(
    {layout.key: layout for reader in SHEET_READERS for layout in reader.layouts}
    | {reader.layout.key: reader.layout for reader in FILE_READERS}
)
"""Every layout by its key."""


def find_file_reader(content: bytes) -> FileReader | None:
    """The reader of a file that says itself what it is; None for sheets of cells."""
    return next((reader for reader in FILE_READERS if reader.recognises(content)), None)


def candidates(sheet: Sheet, context: Context) -> Iterator[Candidate]:
    """Every way to read the sheet, that by the strongest sign first.

    Each is worked out when it is asked for: reading a long list as a grid, which it is not, takes minutes.
    """
    for reader in sorted(SHEET_READERS, key=lambda reader: -reader.sign):
        found = reader.candidate(sheet, context)
        if found is not None:
            yield found


def layout_name(key: str) -> str:
    """The layout as people read it; the key itself for a rota of a layout that is not read any more."""
    layout = LAYOUTS.get(key)
    return say(layout.name) if layout else key
