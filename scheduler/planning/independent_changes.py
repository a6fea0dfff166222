"""Which changes between two plans stand by themselves: groups that share nobody and nothing as they change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations

from scheduler.planning.keys import person_key, room_key
from scheduler.plans.model import MemberRole
from scheduler.plans.whole import StoredGroup
from solvers.instance import Group, Instance


@dataclass(frozen=True, slots=True)
class Held:
    """One session: when, where and who leads it, by the keys of the planner."""

    starts_at: datetime
    room: str | None
    facilitators: frozenset[str]


@dataclass(frozen=True, slots=True)
class Whole:
    """A group with all that a plan says of it; two that are equal are the same."""

    model: str
    mode: str
    site: str | None
    residents: frozenset[str]
    facilitators: frozenset[str]
    sessions: frozenset[tuple[int, Held]]

    @property
    def people(self) -> frozenset[str]:
        """Everybody in it."""
        return self.residents | self.facilitators

    def in_order(self) -> tuple[object, ...]:
        """All of it, so that two that are equal are written alike."""
        sessions = ((r, held.starts_at, held.room, sorted(held.facilitators)) for r, held in self.sessions)
        people = sorted(self.residents), sorted(self.facilitators)
        return self.model, self.mode, self.site, *people, sorted(sessions, key=lambda session: session[:2])


def whole(group: Group, instance: Instance) -> Whole:
    """A group of the planner's."""
    return Whole(
        group.model,
        group.mode,
        group.site,
        frozenset(group.residents),
        frozenset(group.facilitators),
        frozenset(
            (s.round, Held(instance.slots[s.slot].start, s.room, frozenset(s.facilitators))) for s in group.sessions
        ),
    )


def whole_row(group: StoredGroup, left: Collection[tuple[int, int]] = ()) -> Whole:
    """A group as it is stored, without those who have left it, given as pairs of group and person."""
    here = [member for member in group.members if (group.id, member.person_id) not in left]

    def people(role: MemberRole) -> frozenset[str]:
        return frozenset(person_key(member.person_id) for member in here if member.role == role)

    return Whole(
        str(group.model_id),
        group.mode,
        str(group.site_id) if group.site_id is not None else None,
        people(MemberRole.RESIDENT),
        people(MemberRole.FACILITATOR),
        frozenset(
            (
                session.round,
                Held(
                    session.starts_at,
                    room_key(session.room_id) if session.room_id is not None else None,
                    frozenset(map(person_key, session.facilitator_ids)),
                ),
            )
            for session in group.sessions
        ),
    )


def independent_changes(
    before: Mapping[str, Whole], now: Mapping[str, Whole], length: timedelta
) -> tuple[frozenset[str], ...]:
    """The groups that differ, by their keys, in sets that may be changed one without another.

    Two belong together if somebody moves between them, or if one takes a room or somebody's time that the other gives
    up. ``length`` is that of every session.
    """
    changed = sorted(key for key in before.keys() | now.keys() if before.get(key) != now.get(key))
    sets = _Sets(changed)
    for users in _users(before, now, changed).values():
        for one, other in combinations(sorted(users), 2):
            sets.join(one, other)
    for one, other in _overlapping(before, now, changed, length):
        sets.join(one, other)
    return sets.all()


def _users(before: Mapping[str, Whole], now: Mapping[str, Whole], changed: Iterable[str]) -> Mapping[str, set[str]]:
    """The changed groups that each person joins or leaves."""
    found: dict[str, set[str]] = defaultdict(set)
    for key in changed:
        for person in _people(before.get(key)) ^ _people(now.get(key)):
            found[person].add(key)
    return found


def _people(group: Whole | None) -> frozenset[str]:
    return group.people if group else frozenset()


def _overlapping(
    before: Mapping[str, Whole], now: Mapping[str, Whole], changed: Iterable[str], length: timedelta
) -> Iterator[tuple[str, str]]:
    """Pairs of changed groups of which one now takes a room or a person at a time at which the other had them."""
    had: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
    keys = list(changed)
    for key in keys:
        for what, start in _bookings(before.get(key)):
            had[what].append((start, key))
    for key in keys:
        for what, start in _bookings(now.get(key)):
            yield from ((key, other) for at, other in had[what] if other != key and abs(at - start) < length)


def _bookings(group: Whole | None) -> Iterator[tuple[str, datetime]]:
    """What the group's sessions take: its room, its residents, and who leads."""
    for _, session in group.sessions if group else ():
        assert group is not None
        for what in (*group.residents, *session.facilitators, *([session.room] if session.room else [])):
            yield what, session.starts_at


class _Sets:
    """Sets of groups that are joined as it turns out that they belong together."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._set_of = {key: {key} for key in keys}

    def join(self, one: str, other: str) -> None:
        """Make one of the two sets that these groups are in."""
        if self._set_of[one] is not self._set_of[other]:
            self._set_of[one] |= self._set_of[other]
            for key in self._set_of[other]:
                self._set_of[key] = self._set_of[one]

    def all(self) -> tuple[frozenset[str], ...]:
        """Every set once, in the order of its first group."""
        return tuple(dict.fromkeys(frozenset(found) for found in self._set_of.values()))
