"""What stands under a head becomes an entry for each of its days; under one that only has a number, one entry that
waits for its days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from scheduler.languages import say
from scheduler.rotas.model import BLOCKS, PATTERN_DAY, Question
from scheduler.rotas.reading.layout import Entry, Layout, Reading, Use
from scheduler.rotas.reading.span_heads import Group, Spans
from scheduler.rotas.reading.span_lines import Lines, Texts
from scheduler.rotas.written_days import Slot


@dataclass(frozen=True, slots=True)
class Piece:
    """What somebody does, and where it stands."""

    person: str
    text: str
    cell: str
    half: str = ""


def pieces_of(texts: Texts, group: Group) -> Iterator[tuple[str, str, Slot]]:
    """The texts under a head with their cells and the slots that they hold for: one alone for the whole block, several
    each for its part, up to the next."""
    parts = len(group.columns)
    columns = sorted(texts)
    if columns == [0]:
        yield (*texts[0], group.slot)
        return
    for position, after in zip(columns, [*columns[1:], parts][: len(columns)], strict=True):
        yield (*texts[position], group.slot.part(position, after, parts))


class Entries:
    """Gathers entries, and the slots that they refer to."""

    def __init__(self, spans: Spans) -> None:
        self.spans = spans
        self.entries: list[Entry] = []
        groups = [group for band in spans.bands for group in band.groups]
        self.slots = {group.slot.cell: group.slot for group in groups if group.days or not spans.has_dates}
        self._order = {cell: position for position, cell in enumerate(self.slots)}
        self._groups = {day: group for group in reversed(groups) for day in group.days}

    def add(self, piece: Piece, group: Group, slot: Slot, without: Iterable[date] = ()) -> None:
        """The piece on the days of a slot, or waiting for them."""
        if self.spans.has_dates:
            taken = set(without)
            self.add_days(piece, [day for day in slot.days_of(group.days) if day not in taken])
        else:
            self._add(piece, (PATTERN_DAY + timedelta(days=self._order[slot.cell]),), slot)

    def add_days(self, piece: Piece, days: Iterable[date]) -> None:
        """The piece on these days, which refer to the parts of heads that they are."""
        for run in _runs(sorted(set(days)), self._groups):
            self._add(piece, run, self._slot_of(run))

    def _add(self, piece: Piece, days: Sequence[date], slot: Slot | None) -> None:
        key = "" if slot is None else _key(slot)
        if slot is not None:
            self.slots.setdefault(key, slot)
        self.entries.extend(Entry(piece.person, day, piece.text, piece.cell, piece.half, slot=key) for day in days)

    def _slot_of(self, run: Sequence[date]) -> Slot | None:
        """The part of a head that these days are; None if they lie under no head."""
        group = self._groups.get(run[0])
        if group is None:
            return None
        begins = (run[0] - group.days[0]).days
        return group.slot.part(begins, begins + len(run), len(group.days))


def _runs(days: Sequence[date], groups: Mapping[date, Group]) -> Iterator[list[date]]:
    """Days that follow each other under one head."""
    run: list[date] = []
    for day in days:
        if run and (day - run[-1] != timedelta(days=1) or groups.get(day) is not groups.get(run[-1])):
            yield run
            run = []
        run.append(day)
    if run:
        yield run


def reading_of(
    layout: Layout, gathered: Entries, people: Sequence[str], lines: Lines, *, posts: bool = False
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
    first = min(gathered.slots.values(), key=lambda slot: slot.number or 0)
    text = say(
        "The blocks have numbers but no dates. On which day does “%(text)s” begin, and how many days does each block "
        "last?",
        text=first.written,
    )
    asked = Question("date", first.cell, text, (), BLOCKS)
    return replace(reading, questions=(asked, *reading.questions), pattern=tuple(gathered.entries))


def _key(slot: Slot) -> str:
    """The slot's cell; that of a part of it says which."""
    return slot.cell if slot.parts == 1 else f"{slot.cell}#{slot.begins}-{slot.ends}/{slot.parts}"
