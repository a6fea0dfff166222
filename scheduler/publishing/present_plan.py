"""What is published, as it really is by now, for the planner: with moves, deputies and extra sessions."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cached_property

from sqlalchemy import select

from scheduler.db import Db
from scheduler.errors import NotPossible
from scheduler.languages import say
from scheduler.planning.as_published import HeldAt, as_published
from scheduler.planning.keys import person_key, room_key
from scheduler.planning.known_to import KnownTo
from scheduler.planning.left_alone import LeftAlone, SessionOf, Standing, leaving_alone
from scheduler.planning.present_problem import present_problem
from scheduler.planning.repair import broken_in
from scheduler.planning.taken import Span
from scheduler.plans.departures import people_who_left
from scheduler.plans.model import MemberRole
from scheduler.plans.whole import StoredGroup, WholePlan, find_published_plan
from scheduler.programmes.misfits import Misfit, left_behind_misfits
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from scheduler.reasons.broken import Broken
from scheduler.sessions.absences import residents_away
from scheduler.sessions.model import DeputyState, SessionStatus
from scheduler.sessions.quorum import standings
from scheduler.sessions.tables import AttendeeRow, DeputyRow, SessionRow
from solvers.instance import Instance
from solvers.quorum import quorum_of


@dataclass(frozen=True, slots=True)
class Misplaced:
    """A published session ahead that lies where its programme holds none any more, by group and round, and why."""

    group: str
    round: int
    starts_at: datetime
    why: Misfit
    extra: bool


@dataclass(frozen=True)
class Present:
    """The published plan and the problem that it answers now. ``left_alone`` are its sessions that have begun or that
    no plan can state, by group and round, and ``broken`` is what breaks a rule; ``left`` are pairs of a group and who
    has left it. ``misplaced`` are sessions that a change of the programme's days or times left where it holds none."""

    programme: Programme
    plan: WholePlan
    instance: Instance
    left_alone: frozenset[SessionOf]
    left: frozenset[tuple[int, int]]
    broken: tuple[Broken, ...]
    misplaced: tuple[Misplaced, ...]
    reality: _Reality

    @cached_property
    def marks(self) -> Mapping[str, str]:
        """A mark of each group, by its key, which is another once anything of the group is."""
        return self.reality.marks()

    @property
    def session_starts(self) -> frozenset[datetime]:
        """When sessions begin, as they were planned and as they are: from then on they are not ahead."""
        planned = (session.starts_at for group in self.plan.groups for session in group.sessions)
        return frozenset(planned) | {row.starts_at for row in self.reality.every_row}

    @property
    def gone(self) -> frozenset[int]:
        """Everybody who has left since."""
        return frozenset(person_id for _, person_id in self.left)


def present_plan(db: Db, programme_id: int, now: datetime, known_to: KnownTo = KnownTo.PLANNER) -> Present:
    """What is published in a programme. Raises :class:`NotPossible` where nothing is."""
    present = find_present_plan(db, programme_id, now, known_to)
    if present is None:
        raise NotPossible(say("Nothing has been published yet."), what_to_do=say("Make a plan first."))
    return present


def find_present_plan(db: Db, programme_id: int, now: datetime, known_to: KnownTo = KnownTo.PLANNER) -> Present | None:
    """What is published in a programme, if anything is; what is broken of it as far as may be known."""
    plan = find_published_plan(db, programme_id)
    if plan is None:
        return None
    programme = get_programme(db, programme_id)
    reality = _Reality.load(db, programme, plan, now)
    instance = reality.as_it_is(present_problem(db, programme_id, now, known_to))
    standing = reality.standing(db, instance)
    instance = leaving_alone(instance, standing)
    return Present(
        programme=programme,
        plan=plan,
        instance=instance,
        left_alone=frozenset((s.group, s.round) for s in standing.sessions if not s.extra) | reality.begun,
        left=reality.left,
        broken=broken_in(instance),
        misplaced=reality.misplaced,
        reality=reality,
    )


def with_frozen_dates(present: Present, now: datetime) -> Instance:
    """The problem in which sessions that start within the freeze keep their dates as far as they still can."""
    instance, conduct = present.instance, present.programme.conduct
    broken = {(breach.group, breach.round) for breach in present.broken}
    dates = {
        (group.id, session.round)
        for group in instance.previous
        for session in group.sessions
        if conduct.is_frozen(instance.slots[session.slot].start, now) and (group.id, session.round) not in broken
    }
    return leaving_alone(instance, Standing(dates=frozenset(dates)))


@dataclass(frozen=True, slots=True)
class _Held:
    """What of a published session is looked at here."""

    id: int
    group_key: str
    round: int
    extra: int
    starts_at: datetime
    ends_at: datetime
    status: SessionStatus
    mode: str
    site_id: int | None
    room_id: int | None
    left_behind_at: datetime | None


@dataclass(frozen=True)
class _Reality:
    """Published sessions ahead and what was made of them since; the groups by key."""

    programme: Programme
    groups: Mapping[str, StoredGroup]
    every_row: Sequence[_Held]
    rows: Sequence[_Held]
    leads: Mapping[int, Sequence[int]]
    deputised: Collection[int]
    left: frozenset[tuple[int, int]]
    begun: frozenset[SessionOf]

    @classmethod
    def load(cls, db: Db, programme: Programme, plan: WholePlan, now: datetime) -> _Reality:
        here = SessionRow.programme_id == programme.id
        columns = (getattr(SessionRow, field.name) for field in fields(_Held))
        rows = [_Held(*row) for row in db.execute(select(*columns).where(here).order_by(SessionRow.id))]
        return cls(
            programme=programme,
            groups={group.key: group for group in plan.meeting},
            every_row=rows,
            rows=[row for row in rows if row.starts_at > now],
            leads=_leads(db, programme.id),
            deputised=_deputised(db, programme.id),
            left=people_who_left(db, [group.id for group in plan.groups]),
            begun=frozenset(
                (group.key, session.round)
                for group in plan.meeting
                for session in group.sessions
                if session.starts_at <= now
            ),
        )

    def as_it_is(self, instance: Instance) -> Instance:
        """The problem with the published groups as they are: who left and is back is in none until a plan says so."""
        held = {(row.group_key, row.round): HeldAt(row.starts_at, _room(row)) for row in self._of_rounds()}
        keys = {group.id: key for key, group in self.groups.items()}
        gone: dict[str, set[str]] = defaultdict(set)
        for group_id, person_id in self.left:
            if group_id in keys:
                gone[keys[group_id]].add(person_key(person_id))
        return as_published(instance, held, gone)

    def _of_rounds(self) -> Iterator[_Held]:
        taking_place = (row for row in self.rows if not row.extra and row.status != SessionStatus.CANCELLED)
        return (row for row in taking_place if self._is_usual(row))

    def _is_usual(self, row: _Held) -> bool:
        """Whether the planner's marks, which are for sessions as long as they are now, say who can come to this one."""
        return self.programme.is_usual_length(row.starts_at, row.ends_at)

    def standing(self, db: Db, instance: Instance) -> Standing:
        """What no plan can state, and stays: extra sessions, sessions with a deputy, sessions at times that are no
        slots or of another length than sessions have now, and those that are held because who is on long leave does
        not count: a plan counts everybody. One of another length that is not held needs another date: its own is closed
        to its group. So does one that is where the programme holds none any more."""
        slots = {(slot.start, slot.round) for slot in instance.slots}
        ahead = [row for row in self.rows if row.status != SessionStatus.CANCELLED]
        by_hand = [row.id for row in ahead if not row.extra and self._is_by_hand(row, slots)]
        stands = standings(db, self.programme, by_hand) if by_hand else {}
        reduced = self._reduced(db, [row.id for row in ahead if not row.extra])
        staying = reduced | {session_id for session_id, one in stands.items() if one.holds}
        misplaced = {(each.group, each.round) for each in self.misplaced if not each.extra}
        staying -= {row.id for row in ahead if (row.group_key, row.round) in misplaced}
        stay = (self._left_alone(row) for row in ahead if row.extra or row.id in staying)
        gone = (row for row in ahead if not (row.extra or row.id in staying or self._is_usual(row)))
        return Standing(sessions=(*stay, *(self._given_up(row) for row in gone)))

    @cached_property
    def misplaced(self) -> tuple[Misplaced, ...]:
        """The sessions that a change of the programme's days or times left where it holds none. Those that were put
        there on purpose are none of them."""
        left = (row for row in self.rows if row.status != SessionStatus.CANCELLED and row.group_key in self.groups)
        found = ((row, left_behind_misfits(self.programme, row)) for row in left)
        return tuple(
            Misplaced(row.group_key, row.round, row.starts_at, why[0], bool(row.extra)) for row, why in found if why
        )

    def _reduced(self, db: Db, session_ids: Collection[int]) -> frozenset[int]:
        """The sessions that are held with fewer than the programme's share of everybody, since some are on leave."""
        away = residents_away(db, session_ids)
        stands = standings(db, self.programme, away.keys()) if away else {}
        return frozenset(
            session_id
            for session_id, one in stands.items()
            if one.holds and len(one.residents) < quorum_of(one.needed.share, one.needed.members)
        )

    def _is_by_hand(self, row: _Held, slots: Collection[tuple[datetime, int]]) -> bool:
        changed = row.id in self.deputised or (row.starts_at, row.round) not in slots or not self._is_usual(row)
        return changed and row.group_key in self.groups

    def _left_alone(self, row: _Held) -> LeftAlone:
        return LeftAlone(
            group=row.group_key,
            round=row.round,
            span=Span(row.starts_at, row.ends_at),
            room=_room(row),
            people=frozenset(map(person_key, self.leads.get(row.id, ()))),
            extra=bool(row.extra),
        )

    @staticmethod
    def _given_up(row: _Held) -> LeftAlone:
        return LeftAlone(row.group_key, row.round, Span(row.starts_at, row.ends_at), extra=True)

    def marks(self) -> Mapping[str, str]:
        """A mark of all that a group is."""
        rows = _grouped(self.every_row)
        return {
            key: _digest(_said(group, self.left), *map(self._published, rows.get(key, ())))
            for key, group in self.groups.items()
        }

    def _published(self, row: _Held) -> tuple[object, ...]:
        """What is published of a session; whether its group has agreed to the charter is no concern of a plan."""
        cancelled, leads = row.status == SessionStatus.CANCELLED, list(self.leads.get(row.id, ()))
        return row.round, row.extra, row.starts_at.isoformat(), row.mode, row.site_id, row.room_id, cancelled, leads


def _grouped(rows: Iterable[_Held]) -> Mapping[str, Sequence[_Held]]:
    found: dict[str, list[_Held]] = defaultdict(list)
    for row in rows:
        found[row.group_key].append(row)
    return found


def _said(group: StoredGroup, left: Collection[tuple[int, int]]) -> list[object]:
    members = sorted((m.person_id, m.role.value) for m in group.members if (group.id, m.person_id) not in left)
    sessions = sorted((s.round, s.starts_at.isoformat(), s.room_id, sorted(s.facilitator_ids)) for s in group.sessions)
    return [group.mode, group.site_id, group.model_id, members, sessions]


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def _room(row: _Held) -> str | None:
    return room_key(row.room_id) if row.room_id is not None else None


def _leads(db: Db, programme_id: int) -> Mapping[int, Sequence[int]]:
    """Who leads each session of a programme, by the session's id, in order."""
    found: dict[int, list[int]] = defaultdict(list)
    rows = db.execute(
        select(AttendeeRow.session_id, AttendeeRow.person_id)
        .join(SessionRow, SessionRow.id == AttendeeRow.session_id)
        .where(SessionRow.programme_id == programme_id, AttendeeRow.role == MemberRole.FACILITATOR)
        .order_by(AttendeeRow.person_id)
    )
    for session_id, person_id in rows:
        found[session_id].append(person_id)
    return found


def _deputised(db: Db, programme_id: int) -> frozenset[int]:
    accepted = (SessionRow.programme_id == programme_id, DeputyRow.state == DeputyState.ACCEPTED)
    here = select(DeputyRow.session_id).join(SessionRow, SessionRow.id == DeputyRow.session_id)
    return frozenset(db.scalars(here.where(*accepted)))
