"""Duties that one person cannot have both: at hours that cross, in one half of a day, or on one day at two sites."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise

from scheduler.languages import say, say_many
from scheduler.rotas.model import Question
from scheduler.rotas.reading.cells import folded
from scheduler.rotas.reading.layout import Entry

_MOST_SINGLE = 3
"""Of more than these only the first is shown."""

Pair = tuple[Entry, Entry]


def each_once(entries: Iterable[Entry], sites: Mapping[str, str]) -> list[Entry]:
    """The entries without those that say once more what another says to the letter."""
    found: dict[object, Entry] = {}
    for entry in entries:
        said = (folded(entry.person), entry.day, folded(entry.text), entry.half, entry.start, entry.end)
        found.setdefault((said, folded(sites.get(entry.cell, ""))), entry)
    return list(found.values())


def about_contradictions(entries: Sequence[Entry], sites: Mapping[str, str]) -> Iterator[Question]:
    """What is asked of people who have two duties at once; ``sites`` say where the duties of some cells are."""
    yield from _about_pairs(list(_contradictions(entries, sites)), sites)


def about_overlaps(entries: Iterable[Entry]) -> Iterator[Question]:
    """What is asked of people whose stretches of days, each of one cell, hold a day together: each two of them once."""
    by_day: dict[tuple[str, date], Entry] = {}
    pairs: dict[tuple[str, str], Pair] = {}
    for entry in entries:
        before = by_day.setdefault((folded(entry.person), entry.day), entry)
        if before.cell != entry.cell:
            pairs.setdefault((before.cell, entry.cell), (before, entry))
    yield from _about_pairs(list(pairs.values()), {})


def _about_pairs(pairs: Sequence[Pair], sites: Mapping[str, str]) -> Iterator[Question]:
    for first, second in pairs if len(pairs) <= _MOST_SINGLE else ():
        text = say(
            "“%(name)s” has two duties at once, “%(first)s” at %(place)s and “%(second)s” here. Which is right?",
            name=first.person,
            first=_what(first, sites),
            place=first.cell,
            second=_what(second, sites),
        )
        yield Question("cell", second.cell, text, (), second.cell)
    if len(pairs) > _MOST_SINGLE:
        first, second = pairs[0]
        text = say_many(
            "In %(num)s place someone has two duties at once: “%(name)s” at %(place)s. Which is right?",
            "In %(num)s places someone has two duties at once, first “%(name)s” at %(place)s. Which are right?",
            len(pairs),
            name=first.person,
            place=first.cell,
        )
        yield Question("cell", second.cell, text, (), second.cell)


def _what(entry: Entry, sites: Mapping[str, str]) -> str:
    return ", ".join(filter(None, (entry.text, sites.get(entry.cell, ""))))


def _contradictions(entries: Sequence[Entry], sites: Mapping[str, str]) -> Iterator[Pair]:
    by_person: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_person[folded(entry.person)].append(entry)
    for theirs in by_person.values():
        yield from _crossing([(entry.start, entry.end, entry) for entry in theirs if entry.start and entry.end])
        yield from _on_one_day([entry for entry in theirs if not entry.start], sites)


def _crossing(timed: list[tuple[datetime, datetime, Entry]]) -> Iterator[Pair]:
    ordered = sorted(timed, key=lambda each: each[:2])
    for (_, end, before), (start, _, after) in pairwise(ordered):
        if start < end and before.cell != after.cell:
            yield before, after


def _on_one_day(entries: Sequence[Entry], sites: Mapping[str, str]) -> Iterator[Pair]:
    """Duties without hours: in one half of a day, or at two sites."""
    seen: dict[object, Entry] = {}
    for entry in entries:
        before = seen.setdefault((entry.day, entry.half), entry)
        is_elsewhere = folded(sites.get(before.cell, "")) != folded(sites.get(entry.cell, ""))
        if before is not entry and before.cell != entry.cell and (entry.half or is_elsewhere):
            yield before, entry
