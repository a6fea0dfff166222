"""What publishing a draft changes, and for whom: told before it is done. Only what lies ahead is told to anybody."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property
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
from scheduler.plans.plan_matching import Groups, Regrouping, regrouped
from scheduler.plans.tables import PlanRow
from scheduler.plans.whole import MOST_PLANS, StoredGroup, WholePlan, find_published_plan, load_plan
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from scheduler.publishing.service import planned_sessions, sessions_before
from scheduler.sessions.planned_sessions import Planned


class Effect(StrEnum):
    """What publishing means to somebody, the most telling first."""

    LEAVES = "leaves"
    """They are in no group any more."""
    MOVES = "moves"
    """They are in another group, or in one more or fewer."""
    NEW = "new"
    """They are in a group, and were in none."""
    DATES = "dates"
    """Their group stays, and dates of it are others."""
    DETAILS = "details"
    """Their dates stay; place, way to meet or facilitators of one are others."""


@dataclass(frozen=True, slots=True)
class Concerned:
    """Somebody for whom something changes. ``before`` and ``now`` are the names of their groups; the counts are
    sessions of theirs ahead that are new, dropped, moved, and otherwise changed."""

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

    @property
    def hears(self) -> bool:
        """Whether they get an e-mail: those are about sessions."""
        return bool(self.new or self.dropped or self.moved or self.changed)


@dataclass(frozen=True, slots=True)
class CharterAsked:
    """A group in which somebody is new, so that its people have to agree to the charter: ``again`` where they had."""

    group: str
    people: frozenset[int]
    again: bool


@dataclass(frozen=True, slots=True)
class Audience:
    """Everybody for whom something changes, by their names; who else is in a group, and the groups that have to agree
    to the charter before their dates are certain. So everybody who is or will be in a group is one of ``people``, one
    of those who are only ``asked`` to agree, or one of the ``unconcerned``."""

    people: tuple[Concerned, ...]
    others: frozenset[int]
    charters: tuple[CharterAsked, ...] = ()

    @property
    def asked(self) -> int:
        """For how many nothing changes but that they have to agree to the charter."""
        return len(self.others & {who for each in self.charters for who in each.people})

    @property
    def unconcerned(self) -> int:
        """For how many nothing changes at all."""
        return len(self.others) - self.asked

    @property
    def hear(self) -> int:
        """How many get an e-mail."""
        return sum(each.hears for each in self.people)

    @property
    def everybody(self) -> int:
        """How many are in a group now, or will be."""
        return len(self.people) + len(self.others)

    def counts(self) -> Mapping[tuple[Effect, bool], int]:
        """How many there are of each kind, facilitators apart."""
        return Counter((each.effect, each.is_facilitator) for each in self.people)


_Source = tuple[WholePlan, WholePlan | None, Collection[tuple[int, int]], Programme, Mapping[int, str], datetime]
_told_last: Final[Derived[Audience]] = Derived(MOST_PLANS)
"""By the draft: for whom something changes, charters aside."""


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
    found = _told_last.get(plan_id, source, lambda: _looked_at(db, source, now))
    return replace(found, charters=tuple(_charters(db, plan, now)))


def _looked_at(db: Db, source: _Source, now: datetime) -> Audience:
    plan, published, left, programme, names, _hour = source
    planned = {(session.group_key, session.round): session for session in planned_sessions(programme, plan)}
    before = _Plan.of(published.meeting if published else (), left, sessions_before(db, programme), now)
    return _compared(before, _Plan.of(plan.meeting, (), planned, now), names)


def _charters(db: Db, plan: WholePlan, now: datetime) -> Iterator[CharterAsked]:
    """The groups that publishing would have agree to the charter, by the same rule as afterwards."""
    groups = {group.key: group for group in plan.meeting}
    left = people_who_left(db, [group.id for group in groups.values()])
    rosters = {
        key: {each.person_id: each.role for each in group.members if (group.id, each.person_id) not in left}
        for key, group in groups.items()
    }
    for key, asked in reopened_by(db, plan.programme_id, rosters, now).items():
        yield CharterAsked(groups[key].name, asked.people, asked.again)


_Own = Mapping[SessionOf, Planned]


@dataclass(frozen=True)
class _Plan:
    """A plan by what people see of it: who is in which group in which role, what groups are called, and by person the
    sessions that lie ahead."""

    groups: Mapping[str, Mapping[int, MemberRole]]
    names: Mapping[str, str]
    sessions: Mapping[SessionOf, Planned]
    own: Mapping[int, _Own]

    @classmethod
    def of(
        cls,
        groups: Iterable[StoredGroup],
        left: Collection[tuple[int, int]],
        sessions: Mapping[SessionOf, Planned],
        now: datetime,
    ) -> _Plan:
        """A plan without those who have left its groups."""
        groups = tuple(groups)
        members = {
            group.key: {m.person_id: m.role for m in group.members if (group.id, m.person_id) not in left}
            for group in groups
        }
        return cls(members, {group.key: group.name for group in groups}, sessions, _of_people(sessions, now))

    def of_role(self, role: MemberRole) -> Groups:
        """The people of each group who have a role in it."""
        return {key: [who for who, has in roles.items() if has == role] for key, roles in self.groups.items()}

    @cached_property
    def places(self) -> Mapping[int, list[str]]:
        """By person the names of their groups."""
        found: defaultdict[int, list[str]] = defaultdict(list)
        for key, roles in self.groups.items():
            for who in roles:
                found[who].append(self.names[key])
        return found

    @property
    def leads(self) -> frozenset[int]:
        """Everybody who facilitates a group."""
        return frozenset(who for people in self.of_role(MemberRole.FACILITATOR).values() for who in people)


def _compared(before: _Plan, after: _Plan, names: Mapping[int, str]) -> Audience:
    """For whom something changes between what is published and what would be."""
    everybody = {*before.places, *after.places, *before.own, *after.own} & names.keys()
    comparison = _Comparison(before, after)
    found = (comparison.concerned(who, names[who]) for who in everybody)
    people = sorted((each for each in found if each), key=lambda each: (each.name.casefold(), each.person_id))
    return Audience(tuple(people), frozenset(everybody - {each.person_id for each in people}))


@dataclass(frozen=True)
class _Comparison:
    """What is published, and what would be."""

    before: _Plan
    after: _Plan

    def concerned(self, who: int, name: str) -> Concerned | None:
        """What changes for somebody, if anything does."""
        was, will = self.before.own.get(who, {}), self.after.own.get(who, {})
        both = was.keys() & will.keys()
        moved, changed = both & self._moved, both & self._changed
        new, dropped = will.keys() - was.keys(), was.keys() - will.keys()
        if (effect := self._effect(who, bool(new or dropped or moved), bool(changed))) is None:
            return None
        return Concerned(
            who,
            name,
            who in self._leads,
            effect,
            tuple(self.before.places.get(who, ())),
            tuple(self.after.places.get(who, ())),
            len(new),
            len(dropped),
            len(moved),
            len(changed),
        )

    def _effect(self, who: int, has_other_dates: bool, has_others_details: bool) -> Effect | None:
        if (how := self._regrouped.get(who)) is not None:
            return _EFFECTS[how]
        if has_other_dates:
            return Effect.DATES
        return Effect.DETAILS if has_others_details else None

    @cached_property
    def _regrouped(self) -> Mapping[int, Regrouping]:
        """Whose group differs, counted as on all other pages."""
        same = {key: key for key in self.after.groups if key in self.before.groups}
        found: dict[int, Regrouping] = {}
        for role in (MemberRole.FACILITATOR, MemberRole.RESIDENT):
            found |= regrouped(self.before.of_role(role), self.after.of_role(role), same)
        return found

    @cached_property
    def _leads(self) -> frozenset[int]:
        return self.before.leads | self.after.leads

    @cached_property
    def _moved(self) -> frozenset[SessionOf]:
        was, will = self.before.sessions, self.after.sessions
        return frozenset(key for key in was.keys() & will.keys() if was[key].starts_at != will[key].starts_at)

    @cached_property
    def _changed(self) -> frozenset[SessionOf]:
        was, will = self.before.sessions, self.after.sessions
        return frozenset(key for key in was.keys() & will.keys() - self._moved if _told(was[key]) != _told(will[key]))


_EFFECTS: Final[Mapping[Regrouping, Effect]] = {
    Regrouping.LOSES: Effect.LEAVES,
    Regrouping.CHANGES: Effect.MOVES,
    Regrouping.GETS: Effect.NEW,
}


def _of_people(sessions: Mapping[SessionOf, Planned], now: datetime) -> Mapping[int, _Own]:
    """Everybody's sessions that lie ahead."""
    found: dict[int, dict[SessionOf, Planned]] = defaultdict(dict)
    for key, session in sessions.items():
        if session.starts_at > now:
            for who in session.attendees:
                found[who][key] = session
    return found


def _told(session: Planned) -> tuple[object, ...]:
    """What is told of a session beside its time."""
    leads = frozenset(who for who, (role, _mark) in session.attendees.items() if role == MemberRole.FACILITATOR)
    return session.mode, session.site_id, session.room_id, session.ends_at - session.starts_at, leads


def _names(db: Db, programme: Programme) -> Mapping[int, str]:
    rows = db.execute(
        select(PersonRow.id, PersonRow.name)
        .join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
        .where(ParticipantRow.programme_id == programme.id, ParticipantRow.left_at.is_(None))
    )
    return dict(rows.all())
