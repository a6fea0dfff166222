"""What the referee finds broken, with people by their ids in the database and with figures where the rule has some."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import pairwise
from typing import Final, NamedTuple

from scheduler.planning.keys import database_id
from scheduler.reasons.broken import Broken
from solvers import rules
from solvers.instance import Group
from solvers.lookup import Lookup
from solvers.referee import Breach
from solvers.vocabulary import COMING

MINUTES_A_DAY: Final = 24 * 60


def broken_of(lookup: Lookup, groups: Mapping[str, Group], breach: Breach) -> Broken:
    """A breach in a plan of these ``groups``, by their ids; it says what it is, private or not."""
    person = database_id(breach.person) if breach.person is not None else None
    figures = _figures(lookup, groups, breach)
    return Broken(breach.rule_id, breach.group, breach.round, person, *figures)


class _Figures(NamedTuple):
    """How many there are, how many there should be and, where that is told, of how many; 0 where that isn't broken."""

    have: int = 0
    needed: float = 0
    of: int = 0


def _figures(lookup: Lookup, groups: Mapping[str, Group], breach: Breach) -> _Figures:
    if breach.rule_id == rules.CAPACITY:
        return _led(lookup, groups.values(), breach.person or "")
    group = groups.get(breach.group or "")
    if group is None or group.model not in lookup.models:
        return _Figures()
    return _of_group(lookup, group, breach)


def _led(lookup: Lookup, groups: Collection[Group], who: str) -> _Figures:
    """How many groups somebody facilitates and how many they offered."""
    facilitator = lookup.faculty.get(who)
    led = sum(who in group.facilitators for group in groups)
    return _Figures(led, facilitator.capacity) if facilitator is not None else _Figures()


def _of_group(lookup: Lookup, group: Group, breach: Breach) -> _Figures:
    model = lookup.models[group.model]
    meeting = next((meeting for meeting in group.sessions if meeting.round == breach.round), None)
    match breach.rule_id:
        case rules.GROUP_SIZE:
            return _Figures(len(group.residents), _nearest(len(group.residents), model.size))
        case rules.FACILITATORS:
            return _Figures(len(group.facilitators), _nearest(len(group.facilitators), model.facilitators))
        case rules.STAGE_SPREAD:
            stages = [lookup.residents[who].stage for who in group.residents if who in lookup.residents]
            spread = max(stages) - min(stages)
            return _Figures(spread, _nearest(spread, model.spread))
        case rules.GAP:
            starts = sorted(lookup.minutes[session.slot] for session in group.sessions)
            least = min(after - before for before, after in pairwise(starts))
            return _Figures(int(least // MINUTES_A_DAY), lookup.instance.min_gap_days)
        case rules.QUORUM if meeting is not None:
            people = [lookup.residents[who] for who in group.residents if who in lookup.residents]
            coming = sum(person.availability[meeting.slot] in COMING for person in people)
            return _Figures(coming, lookup.quorum_at(group.residents, meeting.slot), len(people))
        case rules.PRESENT if meeting is not None:
            return _Figures(len(meeting.facilitators), model.present)
        case rules.ROOM_CAPACITY if meeting is not None and (room := lookup.rooms.get(meeting.room or "")):
            return _Figures(len(group.residents) + len(group.facilitators), room.capacity)
        case _:
            return _Figures()


def _nearest(value: int, bounds: tuple[int, int]) -> int:
    return bounds[0] if value < bounds[0] else bounds[1]
