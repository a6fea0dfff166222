"""What publishing a draft changes, and for whom: told before it is done. Only what lies ahead is told to anybody."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import select

from scheduler.charters.agreements import reopened_by
from scheduler.db import Db
from scheduler.memory import Derived
from scheduler.paging import Paging, part_of
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.planning.left_alone import SessionOf
from scheduler.plans.departures import people_who_left
from scheduler.plans.kept import kept, plan_mark, published_mark
from scheduler.plans.model import MemberRole
from scheduler.plans.tables import PlanRow
from scheduler.plans.whole import MOST_PLANS, WholePlan, find_published_plan, load_plan
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from scheduler.publishing.service import planned_sessions, sessions_before
from scheduler.sessions.planned_sessions import Planned


class Effect(StrEnum):
    """What publishing means to somebody, the most telling first."""

    LEAVES = "leaves"
    """They are in no group any more."""
    MOVES = "moves"
    """They are in another group."""
    NEW = "new"
    """They get their first dates."""
    DATES = "dates"
    """Their group stays, and dates of it are others."""
    DETAILS = "details"
    """Their dates stay; place, way to meet or facilitators of one are others."""


@dataclass(frozen=True, slots=True)
class Concerned:
    """Somebody who hears of it. ``before`` and ``now`` are the names of their groups; the counts are sessions of
    theirs ahead that are new, dropped, moved, and otherwise changed."""

    person_id: int
    name: str
    is_facilitator: bool
    effect: Effect
    before: tuple[str, ...]
    now: tuple[str, ...]
    new: int
    dropped: int
    moved: int
    changed: int


@dataclass(frozen=True, slots=True)
class CharterAsked:
    """A group in which somebody is new, so that its people have to agree to the charter: ``again`` where they had."""

    group: str
    people: frozenset[int]
    again: bool


@dataclass(frozen=True, slots=True)
class Audience:
    """Everybody who hears of it, by their names, how many of those who have dates hear nothing, and the groups that
    have to agree to the charter before their dates are certain."""

    people: tuple[Concerned, ...]
    unconcerned: int
    charters: tuple[CharterAsked, ...] = ()

    def counts(self) -> Mapping[tuple[Effect, bool], int]:
        """How many there are of each kind, facilitators apart."""
        return Counter((each.effect, each.is_facilitator) for each in self.people)


_told_last: Final[Derived[tuple[Audience, frozenset[int]]]] = Derived(MOST_PLANS)
"""By the draft: who hears of it, and who has dates in it."""


def audience_of(
    db: Db, actor: Actor, plan_id: int, now: datetime, asked: Paging
) -> tuple[Audience, Sequence[Concerned], Paging]:
    """Who hears of it when a draft is published, and the page of them that is asked for."""
    plan = db.get_one(PlanRow, plan_id)
    actor.must_have(plan.programme_id, Role.COORDINATOR)
    mark = (
        plan_mark(db, plan_id),
        published_mark(db, plan.programme_id),
        now.replace(minute=0, second=0, microsecond=0),
    )
    found = kept(db, plan.programme_id, ("audience", *mark), lambda: _audience(db, plan_id, now))
    words = asked.q.casefold().split()
    lines = [each for each in found.people if all(word in each.name.casefold() for word in words)]
    return found, *part_of(lines, asked)


def _audience(db: Db, plan_id: int, now: datetime) -> Audience:
    plan = load_plan(db, plan_id)
    programme, published = get_programme(db, plan.programme_id), find_published_plan(db, plan.programme_id)
    left = people_who_left(db, [group.id for group in published.groups]) if published else frozenset()
    hour, names = now.replace(minute=0, second=0, microsecond=0), _names(db, programme)
    source = (plan, published, left, programme, names, hour)
    found, dated = _told_last.get(plan_id, source, lambda: _looked_at(db, plan, programme, names, now))
    return _with_charters(found, tuple(_charters(db, plan)), dated)


def _looked_at(
    db: Db, plan: WholePlan, programme: Programme, names: Mapping[int, str], now: datetime
) -> tuple[Audience, frozenset[int]]:
    """Who hears of it, charters aside, and everybody who has dates ahead in the draft."""
    planned = {(session.group_key, session.round): session for session in planned_sessions(programme, plan)}
    dated = frozenset(who for session in planned.values() if session.starts_at > now for who in session.attendees)
    return audience(sessions_before(db, programme), planned, now, names), dated


def _charters(db: Db, plan: WholePlan) -> Iterator[CharterAsked]:
    """The groups that publishing would have agree to the charter, by the same rule as afterwards."""
    groups = {group.key: group for group in plan.meeting}
    left = people_who_left(db, [group.id for group in groups.values()])
    rosters = {
        key: {each.person_id: each.role for each in group.members if (group.id, each.person_id) not in left}
        for key, group in groups.items()
    }
    for key, asked in reopened_by(db, plan.programme_id, rosters).items():
        yield CharterAsked(groups[key].name, asked.people, asked.again)


def _with_charters(found: Audience, charters: tuple[CharterAsked, ...], dated: Set[int]) -> Audience:
    """The same where those who have to agree are not counted among those for whom nothing changes."""
    told = {each.person_id for each in found.people}
    asked = {who for each in charters for who in each.people}
    return replace(found, charters=charters, unconcerned=found.unconcerned - len(asked & dated - told))


def audience(
    before: Mapping[SessionOf, Planned],
    planned: Mapping[SessionOf, Planned],
    now: datetime,
    names: Mapping[int, str],
) -> Audience:
    """The same of what is published and what would be."""
    was, will = _of_people(before, now), _of_people(planned, now)
    everybody = {*was, *will} & names.keys()
    both = before.keys() & planned.keys()
    moved = {key for key in both if before[key].starts_at != planned[key].starts_at}
    changed = {key for key in both - moved if _told(before[key]) != _told(planned[key])}
    found = (_concerned(who, names[who], was.get(who, {}), will.get(who, {}), moved, changed) for who in everybody)
    people = sorted((each for each in found if each), key=lambda each: (each.name.casefold(), each.person_id))
    return Audience(tuple(people), len(everybody) - len(people))


_Own = Mapping[SessionOf, Planned]


def _of_people(sessions: Mapping[SessionOf, Planned], now: datetime) -> Mapping[int, _Own]:
    """Everybody's sessions that lie ahead."""
    found: dict[int, dict[SessionOf, Planned]] = defaultdict(dict)
    for key, session in sessions.items():
        if session.starts_at > now:
            for who in session.attendees:
                found[who][key] = session
    return found


def _concerned(
    who: int, name: str, was: _Own, will: _Own, all_moved: Set[SessionOf], all_changed: Set[SessionOf]
) -> Concerned | None:
    both = was.keys() & will.keys()
    moved, changed = both & all_moved, both & all_changed
    new, dropped = will.keys() - was.keys(), was.keys() - will.keys()
    if not (moved or changed or new or dropped):
        return None
    before, now = _groups(was), _groups(will)
    keys_before, keys_now = ({key for key, _round in own} for own in (was, will))
    return Concerned(
        who,
        name,
        any(own[key].attendees[who][0] == MemberRole.FACILITATOR for own in (was, will) for key in own),
        _effect(keys_before, keys_now, bool(moved or new or dropped)),
        before,
        now,
        len(new),
        len(dropped),
        len(moved),
        len(changed),
    )


def _effect(before: Collection[str], now: Collection[str], has_other_dates: bool) -> Effect:
    if not now:
        return Effect.LEAVES
    if not before:
        return Effect.NEW
    if set(before) != set(now):
        return Effect.MOVES
    return Effect.DATES if has_other_dates else Effect.DETAILS


def _told(session: Planned) -> tuple[object, ...]:
    """What is told of a session beside its time."""
    leads = frozenset(who for who, (role, _mark) in session.attendees.items() if role == MemberRole.FACILITATOR)
    return session.mode, session.site_id, session.room_id, session.ends_at - session.starts_at, leads


def _groups(own: _Own) -> tuple[str, ...]:
    return tuple(dict.fromkeys(session.group_name for _key, session in sorted(own.items(), key=lambda item: item[0])))


def _names(db: Db, programme: Programme) -> Mapping[int, str]:
    rows = db.execute(
        select(PersonRow.id, PersonRow.name)
        .join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
        .where(ParticipantRow.programme_id == programme.id)
    )
    return dict(rows.all())
