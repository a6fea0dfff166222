"""Whether a session will be held: the one place that says so.

A session is held if, of the people invited, enough residents and as many facilitators as its model asks for are counted
on as things stand. Offers of other dates, members' pages, the coordinator's counts and troubles all ask here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, select

from scheduler.availability.tables import OwnMarkRow
from scheduler.db import Db
from scheduler.plans.membership import Roster, model_ids, rosters
from scheduler.plans.model import MemberRole
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from scheduler.sessions.absences import residents_away
from scheduler.sessions.model import IN_WRITING, Needed
from scheduler.sessions.tables import AttendeeRow, SessionRow
from solvers.quorum import quorum_of
from solvers.vocabulary import CANNOT, COMING


@dataclass(frozen=True, slots=True)
class Standing:
    """Who is counted on at a session, by id, who of those invited is not, and how many are needed."""

    needed: Needed
    residents: frozenset[int]
    facilitators: frozenset[int]
    absent_residents: frozenset[int]
    absent_facilitators: frozenset[int]

    @property
    def enough_residents(self) -> bool:
        """Whether so many residents come as a session needs."""
        return len(self.residents) >= self.needed.residents

    @property
    def enough_facilitators(self) -> bool:
        """Whether so many facilitators come as the model asks for."""
        return len(self.facilitators) >= self.needed.facilitators

    @property
    def is_unled(self) -> bool:
        """Whether nothing lacks but a facilitator."""
        return self.enough_residents and not self.enough_facilitators

    @property
    def holds(self) -> bool:
        """Whether the session will be held."""
        return self.needed.are_met_by(len(self.residents), len(self.facilitators))


def is_held(db: Db, row: SessionRow) -> bool:
    """Whether a session will be held as things stand."""
    return standings(db, get_programme(db, row.programme_id), [row.id])[row.id].holds


def standings(db: Db, programme: Programme, session_ids: Collection[int]) -> Mapping[int, Standing]:
    """How these sessions of a programme stand, by id: a few queries however many they are."""
    groups = dict(db.execute(select(SessionRow.id, SessionRow.group_key).where(SessionRow.id.in_(session_ids))).all())
    of_these = AttendeeRow.session_id.in_(session_ids)
    invited = db.execute(
        select(AttendeeRow.session_id, AttendeeRow.person_id, AttendeeRow.role, AttendeeRow.mark).where(of_these)
    )
    by_session: dict[int, list[tuple[int, MemberRole, bool]]] = {session_id: [] for session_id in groups}
    for session_id, person_id, role, mark in invited:
        by_session[session_id].append((person_id, role, mark in COMING))
    needed, away = needed_by_group(db, programme, set(groups.values())), residents_away(db, session_ids)
    return {
        session_id: standing(needed.get(groups[session_id], NOBODY).without(away.get(session_id, 0)), people)
        for session_id, people in by_session.items()
    }


def standing(needed: Needed, people: Iterable[tuple[int, MemberRole, bool]]) -> Standing:
    """How a session stands with these people: id, role, whether they are counted on."""
    found: dict[tuple[MemberRole, bool], set[int]] = {
        (role, comes): set() for role in MemberRole for comes in (True, False)
    }
    for person_id, role, comes in people:
        found[role, comes].add(person_id)
    return Standing(
        needed,
        frozenset(found[MemberRole.RESIDENT, True]),
        frozenset(found[MemberRole.FACILITATOR, True]),
        frozenset(found[MemberRole.RESIDENT, False]),
        frozenset(found[MemberRole.FACILITATOR, False]),
    )


NOBODY = Needed(0, 0)
"""What a session needs whose group is in no published plan any more."""


def needed_by_group(db: Db, programme: Programme, keys: Collection[str] | None = None) -> Mapping[str, Needed]:
    """How many a session of each of these published groups, or of all, needs. Nobody counts who has left."""
    models, present = model_ids(db, programme.id), {model.id: model.present for model in programme.models}
    return {
        key: Needed(
            quorum_of(programme.quorum, residents_in(roster)),
            present.get(models.get(key, 0), 0),
            programme.quorum,
            residents_in(roster),
        )
        for key, roster in rosters(db, programme.id, keys).items()
    }


def facilitators_needed(db: Db, programme: Programme, group_key: str) -> int:
    """How many facilitators the model of a published group asks for at each session."""
    model_id = model_ids(db, programme.id).get(group_key)
    return next((model.present for model in programme.models if model.id == model_id), 0)


def residents_in(roster: Roster) -> int:
    """How many of those in a group are residents."""
    return list(roster.values()).count(MemberRole.RESIDENT)


def who_is_sorry(db: Db, which: ColumnElement[bool]) -> frozenset[tuple[int, int]]:
    """Who has said that they cannot make it to these sessions, as pairs of session and person: the last word that
    somebody invited has for the very start of the session. Of one that is met in writing nobody has."""
    invited = AttendeeRow.session_id == SessionRow.id
    for_it = and_(
        OwnMarkRow.programme_id == SessionRow.programme_id,
        OwnMarkRow.person_id == AttendeeRow.person_id,
        OwnMarkRow.starts_at == SessionRow.starts_at,
    )
    rows = db.execute(
        select(SessionRow.id, AttendeeRow.person_id, OwnMarkRow.mark)
        .join(AttendeeRow, invited)
        .join(OwnMarkRow, for_it)
        .where(which, SessionRow.mode != IN_WRITING)
        .order_by(OwnMarkRow.id)
    )
    said = {(session_id, person_id): mark for session_id, person_id, mark in rows}
    return frozenset(who for who, mark in said.items() if mark == CANNOT)
