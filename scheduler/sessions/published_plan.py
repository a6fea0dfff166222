"""The published plan as it is now: with today's dates, places and marks, and without those who have left.

A plan keeps what was known when it was made; what its coordinator reads of the published one is what is so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from scheduler.db import Db
from scheduler.people.model import Actor, Role
from scheduler.plans.membership import Roster, rosters
from scheduler.plans.model import Group, Lacking, Member, MemberRole, Plan, PlannedSession, PlanState
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from scheduler.sessions.model import Needed, SessionStatus
from scheduler.sessions.published_figures import figures_of
from scheduler.sessions.quorum import NOBODY, Standing, needed_by_group, standing, who_is_sorry
from scheduler.sessions.tables import SessionRow
from solvers.vocabulary import CANNOT, COMING, NOT_KNOWN

_NO_SESSION = " "


def as_it_is_now(db: Db, actor: Actor, plan: Plan) -> Plan:
    """A published plan, or a part of it, as things stand; any other as it is, with which of its sessions would take
    place."""
    actor.must_have(plan.programme_id, Role.COORDINATOR)
    if plan.state is PlanState.PUBLISHED:
        return replace(plan, groups=groups_as_they_are(db, actor, plan.programme_id, plan.groups))
    lacking = {each.key: each for each in figures_of(db, actor, plan.programme_id, plan.id).lacking}
    groups = (_with_short(group, lacking[group.key]) if group.key in lacking else group for group in plan.groups)
    return replace(plan, groups=tuple(groups))


def _with_short(group: Group, lacking: Lacking) -> Group:
    """A group of a draft with the sessions to which too few come."""
    short, unled = lacking.short_rounds, lacking.unled_rounds
    held = (replace(s, holds=s.round not in short, unled=s.round in unled) for s in group.sessions)
    return replace(group, sessions=tuple(held))


def groups_as_they_are(db: Db, actor: Actor, programme_id: int, groups: Sequence[Group]) -> tuple[Group, ...]:
    """Groups of the published plan as things stand, without those that everybody has left."""
    actor.must_have(programme_id, Role.COORDINATOR)
    known = _Known.of(db, get_programme(db, programme_id), [group.key for group in groups])
    return tuple(group for group in map(known.group, groups) if group.residents)


@dataclass(frozen=True, slots=True)
class _Known:
    """The sessions of a programme's rounds, who is in its groups, and who has apologised."""

    programme: Programme
    sessions: Mapping[str, Sequence[SessionRow]]
    rosters: Mapping[str, Roster]
    needed: Mapping[str, Needed]
    sorry: frozenset[tuple[int, int]]
    places: Mapping[int, str]

    @classmethod
    def of(cls, db: Db, programme: Programme, keys: Sequence[str]) -> _Known:
        rows = db.scalars(
            select(SessionRow)
            .where(
                SessionRow.programme_id == programme.id,
                SessionRow.group_key.in_(keys),
                SessionRow.extra == 0,
                SessionRow.status != SessionStatus.CANCELLED,
            )
            .options(selectinload(SessionRow.attendees))
            .order_by(SessionRow.round)
        ).all()
        sessions: dict[str, list[SessionRow]] = defaultdict(list)
        for row in rows:
            sessions[row.group_key].append(row)
        return cls(
            programme=programme,
            sessions=sessions,
            rosters=rosters(db, programme.id, keys),
            needed=needed_by_group(db, programme, keys),
            sorry=who_is_sorry(db, SessionRow.id.in_([row.id for row in rows])),
            places={room.id: f"{room.name}, {site.name}" for site in programme.sites for room in site.rooms},
        )

    def group(self, group: Group) -> Group:
        """The group with who is in it still, and its sessions as they are."""
        rows, roster = self.sessions.get(group.key, ()), self.rosters.get(group.key, {})
        marks = {row.round: self._marks(row) for row in rows}
        rounds = len(self.programme.rounds)
        return replace(
            group,
            residents=_here(group.residents, roster, marks, rounds),
            facilitators=_here(group.facilitators, roster, marks, rounds),
            sessions=tuple(self._session(row) for row in rows),
            missed_rounds=tuple(index for index in range(rounds) if index not in marks),
            missed=tuple(why for why in group.missed if why.round not in marks),
        )

    def _session(self, row: SessionRow) -> PlannedSession:
        stands = self._standing(row)
        return PlannedSession(
            round=row.round,
            starts_at=row.starts_at,
            place=self.places.get(row.room_id or 0, ""),
            can_come=len(stands.residents),
            residents=len(stands.residents) + len(stands.absent_residents) - _away(row),
            holds=stands.holds,
            unled=stands.is_unled,
        )

    def _standing(self, row: SessionRow) -> Standing:
        marks = self._marks(row)
        people = ((each.person_id, each.role, marks[each.person_id] in COMING) for each in row.attendees)
        return standing(self.needed.get(row.group_key, NOBODY).without(_away(row)), people)

    def _marks(self, row: SessionRow) -> Mapping[int, str]:
        return {
            each.person_id: CANNOT if (row.id, each.person_id) in self.sorry else each.mark or NOT_KNOWN
            for each in row.attendees
        }


def _away(row: SessionRow) -> int:
    return sum(each.away and each.role == MemberRole.RESIDENT for each in row.attendees)


def _here(
    members: Sequence[Member], roster: Roster, marks: Mapping[int, Mapping[int, str]], rounds: int
) -> tuple[Member, ...]:
    """Those of these who are in the group still, with what is known of them in each round."""
    return tuple(
        replace(member, marks="".join(_mark(member, marks.get(index)) for index in range(rounds)))
        for member in members
        if roster.get(member.person_id) == MemberRole(member.role)
    )


def _mark(member: Member, marks: Mapping[int, str] | None) -> str:
    return _NO_SESSION if marks is None else marks.get(member.person_id, CANNOT)
