"""Dates on which a published group could meet besides those it has. Each has passed the referee.

Nothing here asks the database: whoever looks for dates hands over the instance and what is taken.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta, tzinfo

from scheduler.planning.company_pairs import Pair, pairs_in
from scheduler.planning.keys import database_id, person_key, room_key
from scheduler.planning.rhythm import NO_RHYTHM, Rhythm
from scheduler.planning.taken import CurrentSession, Span, Taken, current_groups
from solvers.free_rooms import free_room
from solvers.instance import Group, Instance, Room
from solvers.instance import Session as Meeting
from solvers.lookup import Lookup
from solvers.one_group import OneGroup
from solvers.referee import Breach, check
from solvers.rules import PRESENT, QUORUM
from solvers.solution import Solution
from solvers.vocabulary import CANNOT, COMING, IN_PERSON

NOTICE = timedelta(hours=24)
"""Nobody is asked to come sooner than this."""


MEET = 2
"""Nobody meets alone: so many come to a session of a group that has as many."""


@dataclass(frozen=True, slots=True)
class OpenDate:
    """A date that would work. ``marks`` maps everybody who would be invited to 0, 1, 2 or ?: all residents, and the
    facilitators who can come. ``not_invited`` are the marks of the other facilitators."""

    starts_at: datetime
    round: int
    room_id: int | None
    facilitator_ids: tuple[int, ...]
    marks: Mapping[int, str]
    not_invited: Mapping[int, str] = field(default_factory=dict)

    @property
    def coming(self) -> int:
        """How many of those invited can come."""
        return sum(mark in COMING for mark in self.marks.values())

    @property
    def of_all(self) -> tuple[str, ...]:
        """The marks of everybody in the group."""
        return (*self.marks.values(), *self.not_invited.values())

    @property
    def shut_out(self) -> int:
        """How many of the group cannot come."""
        return self.of_all.count(CANNOT)

    def suits(self, person_id: int) -> bool:
        """Whether somebody may come then: not who cannot."""
        return self.marks.get(person_id, self.not_invited.get(person_id, CANNOT)) != CANNOT


@dataclass(frozen=True, slots=True)
class Problem:
    """An instance in which dates of its published groups are looked for, with what all of them need of it."""

    instance: Instance
    lookup: Lookup
    groups: Mapping[str, Group]
    broken: frozenset[tuple[object, ...]]
    index_of: Mapping[tuple[datetime, int], int]

    @property
    def zone(self) -> tzinfo | None:
        """The clock of the programme."""
        return self.instance.slots[0].start.tzinfo if self.instance.slots else UTC

    @classmethod
    def of(cls, instance: Instance) -> Problem:
        """What is wrong with the groups as they are, and where each slot stands."""
        groups = current_groups(instance)
        # Of two slots with one start the first counts.
        places = reversed(list(enumerate(instance.slots)))
        return cls(
            instance=instance,
            lookup=Lookup.of(instance),
            groups=groups,
            broken=frozenset(map(_what, check(instance, Solution(instance.name, tuple(groups.values()))).broken)),
            index_of={(slot.start, slot.round): index for index, slot in places},
        )


def open_dates(
    problem: Problem,
    group_key: str,
    taken: Taken,
    now: datetime,
    *,
    instead_of: CurrentSession | None = None,
    rhythm: Rhythm = NO_RHYTHM,
    first: Collection[datetime] = (),
    liked: Collection[datetime] = (),
) -> Iterator[OpenDate]:
    """The dates that would work, best first (:meth:`Rhythm.rank`), at most one a day; the starts in ``first`` go before
    all others, as long as they work, and of dates that are as good as each other those that are ``liked``.

    With ``instead_of`` they are other dates of that session, in its round; else dates of an extra session, which may
    lie closer to the others than the programme's gap. The group is one of those that the instance has as previous.
    """
    search = _Search.of(problem, group_key, taken, now, instead_of)

    def order(found: tuple[datetime, OpenDate]) -> tuple[bool, tuple[int, ...], bool, datetime]:
        start, date_ = found
        *rank, _ = rhythm.rank(start, date_.coming, date_.shut_out)
        return date_.starts_at not in first, tuple(rank), date_.starts_at not in liked, start

    days: set[date] = set()
    for start, found in sorted(search.candidates(), key=order):
        if start.date() not in days and search.is_accepted(found):
            days.add(start.date())
            yield found


def find_date(
    problem: Problem,
    group_key: str,
    starts_at: datetime,
    taken: Taken,
    now: datetime,
    *,
    instead_of: CurrentSession | None = None,
) -> OpenDate | None:
    """That very date as things stand now, if the referee accepts it."""
    search = _Search.of(problem, group_key, taken, now, instead_of)
    return next(filter(search.is_accepted, search.starting_at(starts_at)), None)


def find_former(
    problem: Problem, group_key: str, starts_at: datetime, taken: Taken, now: datetime, moved: CurrentSession
) -> OpenDate | None:
    """The date that a session had before it was moved, if it can have it again.

    Too few may come then, and at short notice: so it was. Whatever else the referee finds stands in the way.
    """
    search = replace(_Search.of(problem, group_key, taken, now, moved), earliest=now, tolerates=_TOO_FEW)
    return next(filter(search.is_accepted, search.starting_at(starts_at)), None)


_TOO_FEW = frozenset((QUORUM, PRESENT))


@dataclass(frozen=True, slots=True)
class _Search:
    """A search for one group among all others: on which ``days`` it meets, and what is wrong as things stand."""

    instance: Instance
    lookup: Lookup
    group: Group
    days: Set[date]
    taken_slots: Mapping[str, Set[int]]
    closed_slots: Set[int]
    instead_of: CurrentSession | None
    earliest: datetime
    referee: OneGroup
    broken_before: Collection[tuple[object, ...]]
    index_of: Mapping[tuple[datetime, int], int]
    tolerates: Set[str] = frozenset()
    pairs: tuple[Pair, ...] = ()

    @classmethod
    def of(
        cls, problem: Problem, group_key: str, taken: Taken, now: datetime, instead_of: CurrentSession | None
    ) -> _Search:
        return cls(
            instance=problem.instance,
            lookup=problem.lookup,
            group=problem.groups[group_key],
            days={span.starts_at.astimezone(problem.zone).date() for span in taken.group},
            taken_slots=_taken_slots(problem.instance, taken),
            closed_slots=_taken_slots(problem.instance, Taken({"": taken.closed})).get("", frozenset()),
            instead_of=instead_of,
            earliest=now + NOTICE,
            referee=OneGroup(problem.lookup, [group for key, group in problem.groups.items() if key != group_key]),
            broken_before=problem.broken,
            index_of=problem.index_of,
            pairs=pairs_in(problem.instance, problem.groups[group_key]),
        )

    def candidates(self) -> Iterator[tuple[datetime, OpenDate]]:
        """The dates that may work, each with its start on the programme's clock."""
        for index, slot in enumerate(self.instance.slots):
            if self._is_asked_for(index) and (found := self._date(index)):
                yield slot.start, found

    def starting_at(self, starts_at: datetime) -> Iterator[OpenDate]:
        """The dates with this very start that may work."""
        for index, slot in enumerate(self.instance.slots):
            if slot.start == starts_at and self._is_asked_for(index) and (found := self._date(index)):
                yield found

    def is_accepted(self, found: OpenDate) -> bool:
        """Whether the referee finds nothing wrong with the date that was not wrong before."""
        index = self.index_of[found.starts_at, found.round]
        room = room_key(found.room_id) if found.room_id is not None else None
        meeting = Meeting(found.round, index, tuple(map(person_key, found.facilitator_ids)), room)
        # An extra session stands alone before the referee: a plan has one session a round, with the gap between them.
        beside = () if self.instead_of is None else self._other_rounds(self.instead_of)
        changed = self.referee.breaches(replace(self.group, sessions=(*beside, meeting)))
        return all(breach.rule_id in self.tolerates or _what(breach) in self.broken_before for breach in changed)

    def _other_rounds(self, known: CurrentSession) -> tuple[Meeting, ...]:
        return tuple(meeting for meeting in self.group.sessions if meeting.round != known.round)

    def _is_asked_for(self, index: int) -> bool:
        slot, known = self.instance.slots[index], self.instead_of
        if index in self.closed_slots:
            return False
        if known is not None and (slot.round != known.round or slot.start == known.starts_at):
            return False
        return slot.start >= self.earliest and slot.start.date() not in self.days

    def _date(self, index: int) -> OpenDate | None:
        """What the date would look like, if enough can come and there is a room."""
        slot = self.instance.slots[index]
        marks = {key: self._mark(key, index) for key in (*self.group.residents, *self.group.facilitators)}
        coming = [key for key in self.group.residents if marks[key] in COMING]
        leading = tuple(key for key in self.group.facilitators if marks[key] in COMING)
        room = self._room(index) if self.group.mode == IN_PERSON else None
        few = self._are_few(index, len(coming), len(leading)) and not self.tolerates
        there = [key for key, mark in marks.items() if mark != CANNOT] if self.pairs else ()
        if not self.tolerates and any(pair.is_alone(there, leading) for pair in self.pairs):
            return None  # they meet only accompanied, and their company can't come then
        if few or (self.group.mode == IN_PERSON and room is None):
            return None
        invited = (*self.group.residents, *leading)
        return OpenDate(
            starts_at=slot.start.astimezone(UTC),
            round=slot.round,
            room_id=database_id(room.id) if room else None,
            facilitator_ids=tuple(map(database_id, leading)),
            marks={database_id(key): marks[key] for key in invited},
            not_invited={database_id(key): mark for key, mark in marks.items() if key not in invited},
        )

    def _are_few(self, index: int, coming: int, leading: int) -> bool:
        residents = len(self.group.residents)
        everybody = residents + len(self.group.facilitators)
        return (
            coming < self.lookup.quorum_at(self.group.residents, index)
            or leading < self.lookup.models[self.group.model].present
            or coming + leading < min(MEET, everybody)
        )

    def _mark(self, key: str, index: int) -> str:
        person = self.lookup.person(key)
        assert person is not None  # who has left is not in the group any more
        return CANNOT if self._is_taken(key, index) else person.availability[index]

    def _room(self, index: int) -> Room | None:
        return free_room(self.instance, self.group, index, self._is_taken)

    def _is_taken(self, key: str, index: int) -> bool:
        return index in self.taken_slots.get(key, ())


def _taken_slots(instance: Instance, taken: Taken) -> Mapping[str, Set[int]]:
    """The slots, by their index, at which people and rooms are not free."""
    starts = [slot.start.timestamp() for slot in instance.slots]
    length = timedelta(minutes=instance.session_minutes)
    booked = (*taken.people.items(), *taken.rooms.items())
    return {key: {index for span in spans for index in _in_the_way(starts, span, length)} for key, spans in booked}


def _in_the_way(starts: Sequence[float], span: Span, length: timedelta) -> range:
    """Which sessions of this length overlap the span. None counts as shorter than that, as the referee counts."""
    end = max(span.ends_at, span.starts_at + length)
    return range(bisect_right(starts, (span.starts_at - length).timestamp()), bisect_left(starts, end.timestamp()))


def _what(breach: Breach) -> tuple[object, ...]:
    return breach.rule_id, breach.group, breach.person, breach.round
