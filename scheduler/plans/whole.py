"""Plans as they are stored, as values: read by columns alone, for a plan's rows are thousands.

Whoever changes a plan takes its rows (``scheduler.plans.tables``), which have the same names for the same things.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Final, TypeAlias

from sqlalchemy import ColumnElement, Row, Select, inspect, literal, select

from scheduler.db import Base, Db, bare, seen_once
from scheduler.errors import NotFound
from scheduler.languages import say
from scheduler.memory import Derived
from scheduler.plans.kept import kept_for_readers
from scheduler.plans.model import MemberRole, PlanState
from scheduler.plans.tables import GroupRow, MemberRow, PlannedSessionRow, PlanRow, UnplacedRow

MOST_PLANS: Final = 8
_Found: TypeAlias = Row[int, int, int, PlanState, int | None, float, dict[str, str] | None]
"""What is read of a plan's own row."""


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody in a group; ``since`` when, if they came in after its plan was published."""

    person_id: int
    role: MemberRole
    beside: bool = False
    by_hand: bool = False
    since: datetime | None = None

    def as_own(self) -> Seat:
        """The same place, beside no other."""
        return replace(self, beside=False)

    def set_by_hand(self, *, beside: bool) -> Seat:
        """The same person's place in another group, where a coordinator has put them."""
        return Seat(self.person_id, self.role, beside, by_hand=True)


@dataclass(frozen=True, slots=True)
class Sitting:
    """A session of a group."""

    round: int
    starts_at: datetime
    room_id: int | None
    facilitator_ids: tuple[int, ...]
    marks: Mapping[str, str]
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class StoredGroup:
    """A group of a plan. ``id`` is its row's, None for one that has none yet. Since ``ended_at`` it meets no more."""

    id: int | None
    key: str
    name: str
    number: int | None
    model_id: int
    mode: str
    site_id: int | None
    members: tuple[Seat, ...]
    sessions: tuple[Sitting, ...]
    ended_at: datetime | None = None

    def people(self, role: MemberRole) -> tuple[int, ...]:
        """Who is in it in that role."""
        return tuple(seat.person_id for seat in self.members if seat.role == role)

    @property
    def residents(self) -> tuple[int, ...]:
        """Its residents."""
        return self.people(MemberRole.RESIDENT)

    @property
    def own_residents(self) -> frozenset[int]:
        """Its residents who are in it beside no other group."""
        return frozenset(s.person_id for s in self.members if s.role == MemberRole.RESIDENT and not s.beside)

    @property
    def facilitators(self) -> tuple[int, ...]:
        """Its facilitators."""
        return self.people(MemberRole.FACILITATOR)

    def seat_of(self, person_id: int) -> Seat | None:
        """Somebody's place in it."""
        return next((seat for seat in self.members if seat.person_id == person_id), None)

    def session_in(self, round_: int) -> Sitting | None:
        """Its session of a round."""
        return next((session for session in self.sessions if session.round == round_), None)

    def with_session(self, round_: int, session: Sitting | None) -> StoredGroup:
        """The group with another session in a round, or with none."""
        others = [known for known in self.sessions if known.round != round_]
        found = [*others, session] if session is not None else others
        return replace(self, sessions=tuple(sorted(found, key=lambda each: each.round)))


def in_order(seats: Iterable[Seat]) -> tuple[Seat, ...]:
    """Seats in the order in which instances have people."""
    return tuple(sorted(seats, key=lambda seat: (seat.role, seat.person_id)))


def group_of_row(row: GroupRow) -> StoredGroup:
    """What a group's row says."""
    seats = (Seat(m.person_id, m.role, m.beside, m.by_hand, m.since) for m in row.members)
    return StoredGroup(
        id=row.id,
        key=row.key,
        name=row.name,
        number=row.number,
        model_id=row.model_id,
        mode=row.mode,
        site_id=row.site_id,
        members=in_order(seats),
        sessions=tuple(
            Sitting(s.round, s.starts_at, s.room_id, tuple(s.facilitator_ids), dict(s.marks), s.by_hand)
            for s in row.sessions
        ),
    )


@dataclass(frozen=True, slots=True, eq=False)
class WholePlan:
    """A plan with all its groups, those that have ended too, and its residents without one. ``state`` and the others
    say what they say of its row. As long as nothing of it changes, it is the very same that is loaded."""

    id: int
    programme_id: int
    number: int
    state: PlanState
    revision: int | None
    seconds: float
    repairs: Mapping[str, str] | None
    groups: tuple[StoredGroup, ...]
    unplaced: tuple[int, ...]

    @property
    def meeting(self) -> tuple[StoredGroup, ...]:
        """The groups that have not ended."""
        return tuple(group for group in self.groups if group.ended_at is None)


_read: Final[Derived[WholePlan]] = Derived(MOST_PLANS)


def load_plan(db: Db, plan_id: int) -> WholePlan:
    """A whole plan: some queries, whatever its size. Raises :class:`NotFound` where there is none."""
    plan = _find(db, PlanRow.id == plan_id)
    if plan is None:
        raise NotFound(say("We can’t find that plan."))
    return plan


def find_published_plan(db: Db, programme_id: int) -> WholePlan | None:
    """The plan that members see, with its groups."""
    return _find(db, PlanRow.programme_id == programme_id, PlanRow.state == PlanState.PUBLISHED)


def load_groups(db: Db, *which: ColumnElement[bool], with_marks: bool = True) -> tuple[StoredGroup, ...]:
    """Groups with their people and sessions, in the order of their ids. The marks of sessions are many: where nobody
    asks for them, they stay where they are."""
    row = GroupRow
    columns = (row.id, row.key, row.name, row.number, row.model_id, row.mode, row.site_id, row.ended_at)
    rows = db.execute(select(*columns).where(*which).order_by(row.id)).all()
    of_groups = select(GroupRow.id).where(*which)
    members, sessions = _members(db, of_groups), _sessions(db, of_groups, with_marks=with_marks)
    return tuple(
        StoredGroup(id_, key, name, number, model_id, mode, site_id, tuple(members[id_]), tuple(sessions[id_]), ended)
        for id_, key, name, number, model_id, mode, site_id, ended in rows
    )


def _find(db: Db, *which: ColumnElement[bool]) -> WholePlan | None:
    row = PlanRow
    columns = (row.id, row.programme_id, row.number, row.state, row.revision, row.seconds, row.repairs)
    found = db.execute(select(*columns).where(*which)).one_or_none()
    return None if found is None else seen_once(db, ("plan", found.id), lambda: _kept(db, found))


def _kept(db: Db, found: _Found) -> WholePlan:
    """For whoever only looks, the plan as it was read last unless its programme has changed since."""
    what = ("plan", found.id, found.state, found.revision)
    return kept_for_readers(db, found.programme_id, what, lambda: _as_before(db, found))


def _as_before(db: Db, found: _Found) -> WholePlan:
    """The plan as it was read last, unless a row of it is another since: to compare them as the database gives them
    takes a fraction of the time in which groups, people and dates are made of them."""
    return _read.get(found.id, (found, _bare_rows(db, found.id)), lambda: _whole(db, found))


def _bare_rows(db: Db, plan_id: int) -> tuple[list[tuple[Any, ...]], ...]:
    """All that is stored of a plan's groups, in an order."""
    of_plan = select(GroupRow.id).where(GroupRow.plan_id == plan_id)
    tables: tuple[tuple[type[Base], ColumnElement[bool]], ...] = (
        (GroupRow, GroupRow.plan_id == plan_id),
        (MemberRow, MemberRow.group_id.in_(of_plan)),
        (PlannedSessionRow, PlannedSessionRow.group_id.in_(of_plan)),
        (UnplacedRow, UnplacedRow.plan_id == plan_id),
    )
    return tuple(
        list(
            map(tuple, db.execute(select(*map(bare, row.__table__.c)).where(which).order_by(*inspect(row).primary_key)))
        )
        for row, which in tables
    )


def _whole(db: Db, found: _Found) -> WholePlan:
    id_, programme_id, number, state, revision, seconds, repairs = found
    groups = load_groups(db, GroupRow.plan_id == id_)
    unplaced = select(UnplacedRow.person_id).where(UnplacedRow.plan_id == id_).order_by(UnplacedRow.person_id)
    return WholePlan(id_, programme_id, number, state, revision, seconds, repairs, groups, tuple(db.scalars(unplaced)))


def _members(db: Db, of_groups: Select[int]) -> Mapping[int, list[Seat]]:
    columns = (getattr(MemberRow, field.name) for field in fields(Seat))
    rows = db.execute(
        select(MemberRow.group_id, *columns)
        .where(MemberRow.group_id.in_(of_groups))
        .order_by(MemberRow.group_id, MemberRow.role, MemberRow.person_id)
    )
    found: dict[int, list[Seat]] = defaultdict(list)
    for group_id, *named in rows:
        found[group_id].append(Seat(*named))
    return found


def _sessions(db: Db, of_groups: Select[int], *, with_marks: bool) -> Mapping[int, list[Sitting]]:
    row = PlannedSessionRow
    marks = row.marks if with_marks else literal(None)
    rows = db.execute(
        select(row.group_id, row.round, row.starts_at, row.room_id, row.facilitator_ids, row.by_hand, marks)
        .where(row.group_id.in_(of_groups))
        .order_by(row.group_id, row.round)
    )
    found: dict[int, list[Sitting]] = defaultdict(list)
    for group_id, round_, starts_at, room_id, leads, by_hand, known in rows:
        found[group_id].append(Sitting(round_, starts_at, room_id, tuple(leads), known or {}, by_hand))
    return found
