"""Repair: what is broken of the published plan, a draft that mends it with the fewest moves, and its changes."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Final

from sqlalchemy import select

from scheduler.db import Db, only_looks
from scheduler.errors import NotFound, NotPossible
from scheduler.languages import current_language, say
from scheduler.memory import Memory
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.planning.independent_changes import Whole, independent_changes, whole_row
from scheduler.planning.known_to import KnownTo
from scheduler.planning.left_alone import SessionOf
from scheduler.planning.present_problem import good_until
from scheduler.planning.repair import REPAIR_SECONDS, Repair, left_out
from scheduler.planning.runs import must_be_free_to_run, queue_run
from scheduler.planning.taken import current_groups
from scheduler.plans.membership import pauses
from scheduler.plans.model import UNPUBLISHED, Changes, MemberRole
from scheduler.plans.plan_diff import Labels, changes_of
from scheduler.plans.tables import ExplanationRow, PlanRow
from scheduler.plans.whole import StoredGroup, WholePlan, load_plan
from scheduler.programmes.facts_mark import facts_mark
from scheduler.publishing.broken import BrokenThing, broken_things
from scheduler.publishing.present_plan import Present, find_present_plan, present_plan, with_frozen_dates
from scheduler.publishing.service import frozen_sessions, planned_sessions
from scheduler.reasons.codec import reasons_from_json
from scheduler.reasons.model import KeptReasons, Reasons
from scheduler.sessions.planned_sessions import Planned
from solvers.vocabulary import COMING


@dataclass(frozen=True, slots=True)
class Damage:
    """What is broken of the plan that members see; how many residents have no group, and how many can come to less
    than their share of what lies ahead; how many sessions are missing in rounds that are open still."""

    broken: tuple[BrokenThing, ...]
    unplaced: int
    left_out: int
    missing: int

    @property
    def nothing(self) -> bool:
        """Whether all is as it should be."""
        return not (self.broken or self.unplaced or self.left_out or self.missing)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is broken, and until when the clock alone makes nothing else of it."""

    damage: Damage | None
    good_until: datetime


_known: Final[Memory[_Known]] = Memory(8)
"""By programme, language and the mark that its facts go by: another one after any change of them."""


@dataclass(frozen=True, slots=True)
class Turnout:
    """Sessions ahead, and how many of the residents invited to them can come."""

    sessions: int
    coming: int
    invited: int


@dataclass(frozen=True, slots=True)
class Change:
    """Changes that stand or fall together. ``id`` is another once anything about them is.

    ``mends`` is what breaks without them, but for who may share a group: whom a change parts must not be told by it.
    ``is_frozen`` says that a session within the freeze changes, ``is_stale`` that a group of it was changed since the
    repair was worked out: then it can be accepted no more.
    """

    id: str
    groups: tuple[str, ...]
    changes: Changes
    mends: tuple[BrokenThing, ...]
    before: Turnout
    after: Turnout
    is_frozen: bool
    is_stale: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """A repair as it is read: its changes, and what it leaves ``broken``. ``unplaced`` residents get no group."""

    plan_id: int
    programme_id: int
    number: int
    seconds: float
    changes: tuple[Change, ...]
    broken: tuple[BrokenThing, ...]
    unplaced: tuple[str, ...]

    @property
    def acceptable(self) -> tuple[Change, ...]:
        """The changes that can be accepted."""
        return tuple(change for change in self.changes if not change.is_stale)


def find_damage(db: Db, actor: Actor, programme_id: int, now: datetime) -> Damage | None:
    """What of the published plan no longer holds; None where nothing is published."""
    actor.must_have(programme_id, Role.COORDINATOR)
    mark = facts_mark(db, programme_id) if only_looks(db) else None
    key = (programme_id, mark, current_language())
    known = _known.find(key) if mark is not None else None
    if known is None or now >= known.good_until:
        known = _looked_at(db, programme_id, now)
        if mark is not None:
            _known.keep(key, known)
    return known.damage


def _looked_at(db: Db, programme_id: int, now: datetime) -> _Known:
    present = find_present_plan(db, programme_id, now, KnownTo.COORDINATOR)
    if present is None:
        return _Known(None, now + timedelta(days=1))
    starts = present.session_starts
    return _Known(_damage(db, present), good_until(present.programme, starts, now, is_published=True))


def _damage(db: Db, present: Present) -> Damage:
    instance, groups = present.instance, current_groups(present.instance)
    placed = {key for group in groups.values() for key in group.residents}
    open_rounds = {slot.round for slot in instance.slots}
    open_alone = {(key, round_) for key, round_ in present.left_alone if round_ in open_rounds}
    held = {(key, session.round) for key, group in groups.items() for session in group.sessions} | open_alone
    wanted = {(key, round_) for key in groups for round_ in open_rounds} - _paused(db, present)
    listed = {(each.group, each.round) for each in present.misplaced}
    missing = len(wanted - held - listed)
    return Damage(
        broken=broken_things(present, _names(db, present.programme.id)),
        unplaced=sum(person.id not in placed for person in instance.residents),
        left_out=left_out(instance, groups.values(), open_alone),
        missing=missing,
    )


def _paused(db: Db, present: Present) -> frozenset[SessionOf]:
    """The rounds that groups pause through: no session is missing there."""
    days: dict[int, list[date]] = defaultdict(list)
    for slot in present.instance.slots:
        days[slot.round].append(slot.start.date())
    found = pauses(db, [(present.programme.id, group.key) for group in present.plan.groups])
    return frozenset(
        (key, round_)
        for (_, key), (first, last) in found.items()
        for round_, of_round in days.items()
        if all(first <= day <= last for day in of_round)
    )


def start_repair(db: Db, actor: Actor, programme_id: int, now: datetime, *, workers: int = 2) -> int:
    """Ask for a repair of what is published; returns the run's id. Raises :class:`NotPossible` where nothing is broken:
    nobody is moved for a few points."""
    must_be_free_to_run(db, actor, programme_id)
    if _damage(db, present_plan(db, programme_id, now, KnownTo.COORDINATOR)).nothing:
        raise NotPossible(
            say("There is nothing to repair."), what_to_do=say("Everything that you have published still holds.")
        )
    present = present_plan(db, programme_id, now)
    instance = with_frozen_dates(present, now)
    repair = Repair(present.left_alone, present.marks)
    return queue_run(db, actor, programme_id, instance, now, seconds=REPAIR_SECONDS, workers=workers, repair=repair)


def is_open_repair(db: Db, actor: Actor, programme_id: int, plan_id: int) -> bool:
    """Whether a plan of the programme is a repair that is neither accepted nor thrown away. Raises NotFound where there
    is no such plan."""
    actor.must_have(programme_id, Role.COORDINATOR)
    here = (PlanRow.id == plan_id, PlanRow.programme_id == programme_id)
    row = db.execute(select(PlanRow.repairs, PlanRow.state).where(*here)).first()
    if row is None:
        raise NotFound(say("We can’t find that plan."))
    return row.repairs is not None and row.state in UNPUBLISHED


def get_proposal(db: Db, actor: Actor, plan_id: int, now: datetime) -> Proposal:
    """A repair against what is published now. Raises :class:`NotPossible` once it is accepted or thrown away."""
    draft = load_plan(db, plan_id)
    actor.must_have(draft.programme_id, Role.COORDINATOR)
    repair = OpenRepair.of(db, draft, now)
    changes = tuple(repair.change(keys) for keys in repair.sets)
    changed = frozenset().union(*repair.sets)
    names = repair.labels.people
    return Proposal(
        plan_id=plan_id,
        programme_id=draft.programme_id,
        number=draft.number,
        seconds=draft.seconds,
        changes=changes,
        broken=tuple(broken for broken in repair.broken if broken.group not in changed),
        unplaced=tuple(sorted(names[who] for who in draft.unplaced if who in names)),
    )


@dataclass(frozen=True)
class OpenRepair:
    """A repair that waits, beside what is published now: the groups that it changes, before and now, by their keys.
    ``told`` is what is published as its coordinator may know it."""

    draft: WholePlan
    present: Present
    told: Present
    labels: Labels
    reasons: KeptReasons
    now: datetime

    @classmethod
    def of(cls, db: Db, draft: WholePlan, now: datetime) -> OpenRepair:
        """The repair of a draft. Raises :class:`NotFound` if it is none."""
        if draft.repairs is None:
            raise NotFound(say("We can’t find that repair."))
        if draft.state not in UNPUBLISHED:
            raise NotPossible(say("This repair has already been accepted."))
        present = present_plan(db, draft.programme_id, now)
        explanation = db.get(ExplanationRow, draft.id)
        return cls(
            draft=draft,
            present=present,
            told=present_plan(db, draft.programme_id, now, KnownTo.COORDINATOR),
            labels=Labels.of(present.programme, _names(db, draft.programme_id)),
            reasons=reasons_from_json(explanation.reasons) if explanation else Reasons(),
            now=now,
        )

    @cached_property
    def broken(self) -> tuple[BrokenThing, ...]:
        """What of the published plan no longer holds, as far as it may be told."""
        return broken_things(self.told, self.labels.people)

    @cached_property
    def sets(self) -> tuple[frozenset[str], ...]:
        """The groups that change, in sets that may be changed one without another."""
        return independent_changes(self._before, self._after, self._length)

    @cached_property
    def _before(self) -> Mapping[str, Whole]:
        return {key: whole_row(group, self.present.left) for key, group in self.published.items()}

    @cached_property
    def _after(self) -> Mapping[str, Whole]:
        return {key: whole_row(group) for key, group in self.drafted.items()}

    @cached_property
    def published(self) -> Mapping[str, StoredGroup]:
        """The groups as they are published."""
        return {group.key: group for group in self.present.plan.groups if group.key in (self.draft.repairs or {})}

    @cached_property
    def drafted(self) -> Mapping[str, StoredGroup]:
        """The groups as the repair would have them."""
        return {group.key: group for group in self.draft.groups if group.key in (self.draft.repairs or {})}

    @property
    def _length(self) -> timedelta:
        return timedelta(minutes=self.present.programme.session_minutes)

    def change(self, keys: Collection[str]) -> Change:
        """The changes of some groups, as they are read."""
        starts = frozenset(slot.start for slot in self.present.instance.slots)
        groups = (self.published.get(key) or self.drafted[key] for key in keys)
        present = self.present
        return Change(
            id=self.id_of(keys),
            groups=tuple(sorted(group.name for group in groups)),
            changes=changes_of(self.draft, present.plan, present.gone, self.reasons, self.labels, starts, keys),
            mends=tuple(broken for broken in self.broken if broken.group in keys and not broken.secret),
            before=self._turnout_before(keys),
            after=self._turnout_after(keys),
            is_frozen=bool(self._frozen(keys)),
            is_stale=self.is_stale(keys),
        )

    def id_of(self, keys: Iterable[str]) -> str:
        """What a change is known by, for as long as nothing of it changes."""
        said = [(key, repr(self._ordered(self._before, key)), repr(self._ordered(self._after, key))) for key in keys]
        return hashlib.sha256(repr(sorted(said)).encode()).hexdigest()[:16]

    @staticmethod
    def _ordered(groups: Mapping[str, Whole], key: str) -> object:
        return groups[key].in_order() if key in groups else None

    def is_stale(self, keys: Iterable[str]) -> bool:
        """Whether one of these groups is no longer what it was when the repair was asked for."""
        was = self.draft.repairs or {}
        return any(was.get(key, "") != self.present.marks.get(key, "") for key in keys)

    def _frozen(self, keys: Collection[str]) -> frozenset[tuple[str, int]]:
        before = self._planned(self.present.plan, self.present.left, keys)
        return frozen_sessions(self.present.programme, before, self._planned(self.draft, (), keys), self.now)

    def _planned(
        self, plan: WholePlan, left: Collection[tuple[int, int]], keys: Collection[str]
    ) -> Mapping[SessionOf, Planned]:
        every = planned_sessions(self.present.programme, plan, left)
        return {(session.group_key, session.round): session for session in every if session.group_key in keys}

    def _turnout_before(self, keys: Collection[str]) -> Turnout:
        marks = {person.id: person.availability for person in self.present.instance.residents}
        groups = [group for group in self.present.instance.previous if group.id in keys]
        seats = [
            marks[person][session.slot] in COMING
            for group in groups
            for session in group.sessions
            for person in group.residents
            if person in marks
        ]
        return Turnout(sum(len(group.sessions) for group in groups), sum(seats), len(seats))

    def _turnout_after(self, keys: Collection[str]) -> Turnout:
        sessions = [
            (group, session)
            for key, group in self.drafted.items()
            for session in group.sessions
            if key in keys and session.starts_at > self.now and (key, session.round) not in self.present.left_alone
        ]
        seats = [
            session.marks.get(str(member.person_id)) in COMING
            for group, session in sessions
            for member in group.members
            if member.role == MemberRole.RESIDENT
        ]
        return Turnout(len(sessions), sum(seats), len(seats))


def _names(db: Db, programme_id: int) -> Mapping[int, str]:
    """The names of all who take part or did."""
    rows = db.execute(
        select(PersonRow.id, PersonRow.name)
        .join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
        .where(ParticipantRow.programme_id == programme_id)
    )
    return dict(rows.all())
