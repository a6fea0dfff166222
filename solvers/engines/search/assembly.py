"""Between rows of numbers and frozen groups: writing a plan out, and reading an earlier one in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from solvers.engines.compiling import plain
from solvers.engines.search.blocks import empty_rows
from solvers.engines.search.layout import Names
from solvers.engines.search.problem import (
    LABELS,
    LEADS,
    NOBODY,
    OVERLAP_FIRST,
    OVERLAP_LAST,
    ROUNDS,
    SEATS,
    Problem,
    Smalls,
    comes_of,
    facts,
    old_slot,
)
from solvers.engines.search.state import (
    HEAD,
    LEADERS,
    MODE,
    MODEL,
    PLACE,
    SIZE,
)
from solvers.instance import IN_PERSON, Group, Instance, Session


@dataclass(frozen=True, slots=True)
class Book:
    """An instance with its arrays and names."""

    instance: Instance
    problem: Problem
    names: Names


@dataclass(frozen=True, slots=True)
class _Row:
    """The parts of a row as plain numbers."""

    residents: list[int]
    leaders: list[int]
    dates: list[int]
    rooms: list[int]
    chairs: list[int]


def _parts(problem: Problem, row: Smalls) -> _Row:
    leaders = HEAD + int(problem.words[SEATS])
    dates = leaders + int(problem.words[LEADS])
    size, rounds = int(row[SIZE]), int(problem.words[ROUNDS])
    numbers = row.tolist()
    return _Row(
        residents=numbers[HEAD : HEAD + size],
        leaders=numbers[leaders : leaders + int(row[LEADERS])],
        dates=numbers[dates : dates + rounds],
        rooms=numbers[dates + rounds : dates + 2 * rounds],
        chairs=numbers[dates + 2 * rounds : dates + 3 * rounds],
    )


def write_groups(book: Book, rows: Smalls) -> tuple[Group, ...]:
    """Write out the groups in ``rows``: earlier ones under their ids, new ones under ids not used before."""
    used = [number for number in range(len(rows)) if rows[number, SIZE]]
    parts = [_parts(book.problem, rows[number]) for number in used]
    diary = _Diary(book.problem, parts)
    ids = _ids(book, used)
    return tuple(_group(book, rows[n], part, next(ids), diary) for n, part in zip(used, parts, strict=True))


def _ids(book: Book, used: list[int]) -> Iterator[str]:
    taken = {group.id for group in book.instance.previous}
    fresh = (f"g{count}" for count in range(1, len(used) + len(taken) + 1) if f"g{count}" not in taken)
    for number in used:
        yield book.instance.previous[number].id if number < book.problem.words[LABELS] else next(fresh)


class _Diary:
    """Who of the facilitators attends which session: all who must, then all who can besides."""

    def __init__(self, problem: Problem, parts: list[_Row]) -> None:
        self._problem = problem
        self._taken: defaultdict[int, set[int]] = defaultdict(set)
        for part in parts:
            for slot, chairs in zip(part.dates, part.chairs, strict=True):
                for place, leader in enumerate(part.leaders):
                    if slot != NOBODY and chairs >> place & 1:
                        self._take(leader, slot)

    def _take(self, leader: int, slot: int) -> None:
        first, last = (int(plain(facts)(self._problem, kind)[slot]) for kind in (OVERLAP_FIRST, OVERLAP_LAST))
        self._taken[leader].update(range(first, last))

    def attending(self, leaders: list[int], slot: int, chairs: int) -> list[int]:
        """Who of a group's facilitators attends at ``slot``."""
        there = []
        for place, leader in enumerate(leaders):
            if chairs >> place & 1:
                there.append(leader)
            elif plain(comes_of)(self._problem, leader)[slot] and slot not in self._taken[leader]:
                self._take(leader, slot)
                there.append(leader)
        return there


def _group(book: Book, row: Smalls, part: _Row, group_id: str, diary: _Diary) -> Group:
    names = book.names
    return Group(
        id=group_id,
        model=names.models[row[MODEL]],
        mode=names.modes[row[MODE]],
        residents=tuple(names.people[i] for i in sorted(part.residents)),
        facilitators=tuple(names.people[i] for i in sorted(part.leaders)),
        sessions=tuple(_sessions(names, part, diary)),
        site=names.sites[row[PLACE]] if row[PLACE] != NOBODY else None,
    )


def _sessions(names: Names, part: _Row, diary: _Diary) -> Iterator[Session]:
    for number, slot in enumerate(part.dates):
        if slot != NOBODY:
            attending = diary.attending(part.leaders, slot, part.chairs[number])
            yield Session(
                round=number,
                slot=names.slots[slot],
                facilitators=tuple(names.people[i] for i in sorted(attending)),
                room=names.rooms[part.rooms[number]] if part.rooms[number] != NOBODY else None,
            )


def is_still_possible(book: Book, group: Group) -> bool:
    """Whether anybody could still be in a group of this model, mode and site."""
    has_place = group.site in book.names.sites or group.mode != IN_PERSON
    return group.model in book.names.models and group.mode in book.names.modes and has_place


def read_group(book: Book, number: int) -> Smalls | None:
    """Read the earlier group ``number`` into a row, without those who have left; None if nobody remains of it.

    Model, mode and site are those it had only if ``is_still_possible``.
    """
    instance, problem, names = book.instance, book.problem, book.names
    group = instance.previous[number]
    people = {person: index for index, person in enumerate(names.people)}
    residents = [people[i] for i in group.residents if i in people]
    if not residents:
        return None
    leaders = [people[i] for i in group.facilitators if i in people]
    row = empty_rows(problem)[number]
    if is_still_possible(book, group):
        row[[MODEL, MODE]] = names.models.index(group.model), names.modes.index(group.mode)
        row[PLACE] = names.sites.index(group.site) if group.site in names.sites else NOBODY
    row[[SIZE, LEADERS]] = len(residents), len(leaders)
    start = HEAD + int(problem.words[SEATS])
    row[HEAD : HEAD + len(residents)] = residents
    row[start : start + len(leaders)] = leaders
    start += int(problem.words[LEADS])
    for earlier in range(instance.rounds):
        row[start + earlier] = plain(old_slot)(problem, number, earlier)
    return row
