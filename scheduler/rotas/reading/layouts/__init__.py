"""The layouts that are read. A new one is a module of its own here and a line in one of the two lists below."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from scheduler.rotas.reading.layout import FileReader, Layout, SheetReader
from scheduler.rotas.reading.layouts import (
    amion,
    by_date,
    by_span,
    by_week,
    calendar_file,
    leave_slots,
    linked_tables,
    long_form,
    posts,
    wall_calendar,
)

FILE_READERS: tuple[FileReader, ...] = (
    calendar_file.READER,
    amion.READER,
)

SHEET_READERS: tuple[SheetReader, ...] = (
    linked_tables.READER,
    long_form.READER,
    wall_calendar.READER,
    by_week.READER,
    leave_slots.READER,
    posts.READER,
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
