"""An instance and its groups with everybody looked up by id; computed once, read by referee and explanations."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from solvers.instance import COMING, Faculty, Group, Instance, Model, Resident, Room, Session
from solvers.quorum import quorum_of

# Shares such as 0.6 × 5 come out a hair above a whole number; this much is forgiven.
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Lookup:
    """An instance by id. ``apart`` maps each person to those they have a conflict with, ``over`` each to
    those who lead them only accompanied.

    ``minutes`` has the start of every slot in minutes since the epoch; ``beats`` its weekday and clock time, ``days``
    its date as a number of days, as they are written.
    """

    instance: Instance
    residents: Mapping[str, Resident]
    faculty: Mapping[str, Faculty]
    models: Mapping[str, Model]
    rooms: Mapping[str, Room]
    previous: Mapping[str, Group]
    apart: Mapping[str, frozenset[str]]
    over: Mapping[str, frozenset[str]]
    minutes: tuple[float, ...]
    beats: tuple[tuple[int, str], ...]
    days: tuple[int, ...]

    @staticmethod
    def of(instance: Instance) -> Lookup:
        """Index ``instance``."""
        return Lookup(
            instance=instance,
            residents={person.id: person for person in instance.residents},
            faculty={person.id: person for person in instance.faculty},
            models={model.id: model for model in instance.models},
            rooms={room.id: room for room in instance.rooms},
            previous={group.id: group for group in instance.previous},
            apart=_apart(instance.conflicts),
            over=_over(instance.accompanied),
            minutes=tuple(slot.start.timestamp() / 60 for slot in instance.slots),
            beats=tuple((slot.start.weekday(), slot.start.strftime("%H:%M")) for slot in instance.slots),
            days=tuple(slot.start.toordinal() for slot in instance.slots),
        )

    def person(self, person_id: str) -> Resident | Faculty | None:
        """The resident or faculty of that id, or None."""
        return self.residents.get(person_id) or self.faculty.get(person_id)

    def quorum_at(self, residents: Collection[str], slot: int) -> int:
        """How many of these residents must be able to come for a session to be held then."""
        away = sum(slot in self.residents[who].leave for who in residents if who in self.residents)
        return quorum_of(self.instance.quorum, len(residents), away)

    def is_left_out(self, sessions_reached: int) -> bool:
        """Whether somebody who can come to so many sessions counts as left out."""
        return sessions_reached < self.instance.min_attendance * self.instance.rounds - _ROUNDING


@dataclass(frozen=True, slots=True)
class Roll:
    """One group called together. ``dates`` has the usable session of each round that has one.

    ``topics`` and ``tags`` count the members, residents and facilitators, who have each; ``traits`` by category those
    who have each value. ``days_until_first`` is how many days after the first slot the group meets first, by the dates
    as they are written; None if it never does.
    """

    group: Group
    model: Model
    residents: tuple[Resident, ...]
    faculty: tuple[Faculty, ...]
    members: frozenset[str]
    dates: Mapping[int, Session]
    topics: Mapping[str, int]
    tags: Mapping[str, int]
    traits: Mapping[str, Mapping[str, int]]
    days_until_first: int | None

    @staticmethod
    def call(lookup: Lookup, group: Group) -> Roll | None:
        """Look everybody in ``group`` up; None if somebody, or the model, does not exist."""
        ids = (*group.residents, *group.facilitators)
        people = [person for member in set(ids) if (person := lookup.person(member))]
        if len(people) < len(set(ids)) or group.model not in lookup.models:
            return None
        dates = usable_dates(lookup.instance, group.sessions)
        first = min((session.slot for session in dates.values()), default=None)
        return Roll(
            group=group,
            model=lookup.models[group.model],
            residents=tuple(lookup.residents[i] for i in group.residents if i in lookup.residents),
            faculty=tuple(lookup.faculty[i] for i in group.facilitators if i in lookup.faculty),
            members=frozenset(ids),
            dates=dates,
            topics=Counter(topic for person in people for topic in set(person.interests)),
            tags=Counter(tag for person in people for tag in set(person.tags)),
            traits=_traits(people),
            days_until_first=None if first is None else lookup.days[first] - lookup.days[0],
        )

    def reached(self, resident: Resident, rounds: int) -> list[bool]:
        """Round by round, whether there is a session that ``resident`` can come to."""
        return [
            round_ in self.dates and resident.availability[self.dates[round_].slot] in COMING
            for round_ in range(rounds)
        ]


def _traits(people: Iterable[Resident | Faculty]) -> dict[str, Counter[str]]:
    values: dict[str, Counter[str]] = defaultdict(Counter)
    for person in people:
        for category, value in person.traits.items():
            values[category][value] += 1
    return values


def is_slot_of_round(instance: Instance, session: Session) -> bool:
    """Whether the session's slot exists and belongs to its round."""
    return 0 <= session.slot < len(instance.slots) and instance.slots[session.slot].round == session.round


def usable_dates(instance: Instance, sessions: Iterable[Session]) -> dict[int, Session]:
    """The first session of each round that is at a slot of that round."""
    dates: dict[int, Session] = {}
    for session in sessions:
        if is_slot_of_round(instance, session):
            dates.setdefault(session.round, session)
    return dates


def _apart(conflicts: Iterable[frozenset[str]]) -> dict[str, frozenset[str]]:
    partners: dict[str, set[str]] = defaultdict(set)
    for pair in conflicts:
        for person in pair:
            partners[person] |= pair - {person}
    return {person: frozenset(others) for person, others in partners.items()}


def _over(accompanied: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for who, over in accompanied:
        found[over].add(who)
    return {person: frozenset(others) for person, others in found.items()}


def are_alike(one: Instance, other: Instance) -> bool:
    """Whether two problems differ in nothing but who is in them, the groups before, and what either is called."""
    return replace(one, name="", residents=(), faculty=(), conflicts=frozenset(), previous=()) == replace(
        other, name="", residents=(), faculty=(), conflicts=frozenset(), previous=()
    )


class News:
    """What one problem knows otherwise than another that is alike."""

    def __init__(self, before: Lookup, now: Lookup) -> None:
        self._before, self._now = before, now
        if before is now:
            self._people: frozenset[str] = frozenset()
            return
        everybody = {*before.residents, *before.faculty, *now.residents, *now.faculty, *before.apart, *now.apart}
        self._people = frozenset(who for who in everybody if self._is_new(who))

    def concern(self, key: str, was: Group | None, group: Group | None) -> bool:
        """Whether a group has to be looked at anew."""
        before, now = self._before.previous.get(key), self._now.previous.get(key)
        if was != group or before != now:
            return True
        known = (each for each in (group, now) if each is not None)
        return any(who in self._people for each in known for who in (*each.residents, *each.facilitators))

    def _is_new(self, who: str) -> bool:
        was, now = self._before, self._now
        return was.person(who) != now.person(who) or was.apart.get(who) != now.apart.get(who)
