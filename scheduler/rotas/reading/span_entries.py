"""What stands under a head becomes an entry for each of its days; under one that only has a number, one entry that
waits for its days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from scheduler.languages import say
from scheduler.rotas.model import BLOCKS, PATTERN_DAY, Question
from scheduler.rotas.reading.layout import Entry, Layout, Reading, Use
from scheduler.rotas.reading.span_heads import Group, Spans
from scheduler.rotas.reading.span_lines import Lines
from scheduler.rotas.written_days import Slot


@dataclass(frozen=True, slots=True)
class Piece:
    """A text that holds for a head or for a part of it, but not on the days of ``without``."""

    person: str
    text: str
    cell: str
    group: Group
    slot: Slot
    half: str = ""
    without: frozenset[date] = frozenset()


def pieces_of(cells: Mapping[int, tuple[str, str]], group: Group) -> Iterator[tuple[str, str, Slot]]:
    """The texts under a head with their cells and the slots that they hold for: one alone for the whole block, several
    each for its part, up to the next."""
    parts = len(group.columns)
    if len(cells) == 1 and 0 in cells:
        yield (*cells[0], group.slot)
        return
    columns = sorted(cells)
    if not columns:
        return
    for position, after in zip(columns, [*columns[1:], parts], strict=True):
        for part in range(position, after if columns[0] == 0 else position + 1):
            yield (*cells[position], group.part(part, parts))


class Entries:
    """Gathers the entries of pieces, and the slots that they refer to."""

    def __init__(self, spans: Spans) -> None:
        self.spans = spans
        self.entries: list[Entry] = []
        groups = [group for band in spans.bands for group in band.groups]
        self.slots = {group.slot.cell: group.slot for group in groups}
        self._order = {cell: position for position, cell in enumerate(self.slots)}

    def add(self, piece: Piece) -> None:
        """An entry for each day of the piece."""
        key = _key(piece.slot)
        self.slots.setdefault(key, piece.slot)
        for day in self._days(piece):
            self.entries.append(Entry(piece.person, day, piece.text, piece.cell, piece.half, slot=key))

    def add_days(self, piece: Piece, days: Sequence[date]) -> None:
        """An entry for each of these days of the piece's head."""
        key = piece.group.slot.cell
        self.entries.extend(Entry(piece.person, day, piece.text, piece.cell, piece.half, slot=key) for day in days)

    def _days(self, piece: Piece) -> Sequence[date]:
        if self.spans.has_dates:
            return [day for day in piece.group.days_of(piece.slot) if day not in piece.without]
        return (PATTERN_DAY + timedelta(days=self._order[piece.group.slot.cell]),)


def reading_of(
    layout: Layout, gathered: Entries, lines: Lines, people: Sequence[str], *, posts: bool = False
) -> Reading:
    """The entries as a reading: with dates, or waiting for the days of the blocks, which are asked about once."""
    spans, entries = gathered.spans, tuple(gathered.entries)
    for entry in entries:
        lines.uses[entry.cell] = Use.PERSON if posts else Use.CODE
    reading = Reading(
        layout,
        tuple(people),
        entries if spans.has_dates else (),
        spans.days,
        (*spans.questions, *lines.questions),
        codes_are_posts=posts,
        uses=lines.uses,
        slots=gathered.slots,
    )
    return reading if spans.has_dates else _undated(reading, gathered)


def _undated(reading: Reading, gathered: Entries) -> Reading:
    blocks = len({slot.cell for slot in gathered.slots.values()})
    first = next(iter(gathered.slots.values()))
    text = say(
        "The blocks have numbers but no dates. On which day does “%(text)s” begin, and how many days does each block "
        "last?",
        text=first.written,
    )
    asked = Question("date", first.cell, text, (), BLOCKS)
    return replace(reading, questions=(asked, *reading.questions), pattern=tuple(gathered.entries), lines=blocks)


def _key(slot: Slot) -> str:
    """The slot's cell; a part of it has a number behind."""
    return slot.cell if slot.parts == 1 else f"{slot.cell}#{slot.part + 1}/{slot.parts}"
