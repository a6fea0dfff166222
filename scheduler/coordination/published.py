"""What is published, as its coordinator reads it: groups, their people and sessions as they are now.

Nothing that is a group's own is among it: no agenda, no goals, no notes, no concerns; of people's time the mark alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from scheduler.coordination.act_scope import names_of
from scheduler.db import Db
from scheduler.errors import NotFound
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.plans.membership import GroupId, pauses, rosters
from scheduler.plans.model import MemberRole, PlanState
from scheduler.plans.tables import GroupRow, PlanRow
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from scheduler.sessions.model import DeputyState, Needed, Session
from scheduler.sessions.rhythm import Rhythm, rhythm_of
from scheduler.sessions.service import sessions_of_groups
from scheduler.sessions.tables import DeputyRow, SessionRow
from solvers.quorum import quorum_of


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody."""

    person_id: int
    name: str


@dataclass(frozen=True, slots=True)
class PublishedGroup:
    """A published group. ``needed`` is how many a session needs if nobody is on long leave; its kind of group takes
    ``most_facilitators``."""

    key: str
    name: str
    model: str
    mode: str
    site: str
    ended: bool
    pause: tuple[date, date] | None
    residents: tuple[Named, ...]
    facilitators: tuple[Named, ...]
    sessions: tuple[Session, ...]
    needed: Needed
    most_facilitators: int
    rhythm: Rhythm

    def next_session(self, now: datetime) -> Session | None:
        """The first session that has not ended and is not cancelled."""
        return next((session for session in self.sessions if session.is_ahead(now)), None)

    def holds(self, session: Session) -> bool:
        """Whether enough of those invited are counted on."""
        leading = sum(each.comes for each in session.facilitators)
        return self._needed_at(session).are_met_by(_coming(session), leading)

    def is_unled(self, session: Session) -> bool:
        """Whether enough residents are counted on, and nothing lacks but a facilitator."""
        return not self.holds(session) and _coming(session) >= self._needed_at(session).residents

    def _needed_at(self, session: Session) -> Needed:
        return self.needed.without(sum(each.role == MemberRole.RESIDENT for each in session.away))

    def short(self, now: datetime) -> tuple[Session, ...]:
        """The sessions ahead that would not be held as things stand: too few can come, or no facilitator can."""
        return tuple(one for one in self.sessions if one.is_ahead(now) and one.starts_at > now and not self.holds(one))

    def deputies(self, session: Session) -> tuple[str, ...]:
        """Who leads a session without belonging to the group."""
        own = {each.person_id for each in self.facilitators}
        return tuple(each.name for each in session.facilitators if each.person_id not in own)


def _coming(session: Session) -> int:
    return sum(each.comes for each in session.residents)


@dataclass(frozen=True, slots=True)
class StandIn:
    """A deputy, found or asked: for whom, by name."""

    for_name: str
    name: str
    accepted: bool


def published_groups(db: Db, actor: Actor, programme_id: int, keys: Sequence[str]) -> tuple[PublishedGroup, ...]:
    """These published groups of a programme, in this order."""
    actor.must_have(programme_id, Role.COORDINATOR)
    found = {group.key: group for group in _groups(db, get_programme(db, programme_id), keys)}
    return tuple(found[key] for key in keys)


def published_group(db: Db, actor: Actor, programme_id: int, group_key: str) -> PublishedGroup:
    """One published group. Raises NotFound where there is none of that key."""
    actor.must_have(programme_id, Role.COORDINATOR)
    for group in _groups(db, get_programme(db, programme_id), (group_key,)):
        return group
    raise NotFound(say("We can’t find that group."))


def group_of_session(db: Db, actor: Actor, programme_id: int, session_id: int) -> tuple[PublishedGroup, Session]:
    """A session of the programme with its group."""
    actor.must_have(programme_id, Role.COORDINATOR)
    row = db.get(SessionRow, session_id)
    if row is None or row.programme_id != programme_id:
        raise NotFound(say("We can’t find that session."))
    group = published_group(db, actor, programme_id, row.group_key)
    return group, next(session for session in group.sessions if session.id == session_id)


def stand_ins_of(db: Db, actor: Actor, programme_id: int, session_id: int) -> tuple[StandIn, ...]:
    """Who stands in at a session, or has been asked to. The hand-over note is theirs alone."""
    actor.must_have(programme_id, Role.COORDINATOR)
    going = (DeputyState.ASKED, DeputyState.ACCEPTED)
    rows = db.scalars(
        select(DeputyRow)
        .join(SessionRow, SessionRow.id == DeputyRow.session_id)
        .where(DeputyRow.session_id == session_id, SessionRow.programme_id == programme_id, DeputyRow.state.in_(going))
        .order_by(DeputyRow.id)
    ).all()
    names = names_of(db, {who for row in rows for who in (row.for_id, row.person_id)})
    return tuple(StandIn(names[row.for_id], names[row.person_id], row.state == DeputyState.ACCEPTED) for row in rows)


def _groups(db: Db, programme: Programme, keys: Collection[str]) -> tuple[PublishedGroup, ...]:
    found = (
        select(GroupRow)
        .join(PlanRow, PlanRow.id == GroupRow.plan_id)
        .where(PlanRow.programme_id == programme.id, PlanRow.state == PlanState.PUBLISHED, GroupRow.key.in_(keys))
        .order_by(GroupRow.ended_at.is_not(None), GroupRow.id)
    )
    rows = db.scalars(found).all()
    members = rosters(db, programme.id, keys)
    names = names_of(db, {who for row in rows for who in members.get(row.key, {})})
    sessions = sessions_of_groups(db, [(programme.id, row.key) for row in rows])
    paused = pauses(db, [(programme.id, row.key) for row in rows])
    return tuple(
        _group(row, programme, members.get(row.key, {}), names, sessions[programme.id, row.key], paused) for row in rows
    )


def _group(
    row: GroupRow,
    programme: Programme,
    members: Mapping[int, MemberRole],
    names: Mapping[int, str],
    sessions: tuple[Session, ...],
    paused: Mapping[GroupId, tuple[date, date]],
) -> PublishedGroup:
    def people(wanted: MemberRole) -> tuple[Named, ...]:
        named = (Named(who, names[who]) for who, role in members.items() if role == wanted)
        return tuple(sorted(named, key=lambda each: each.name))

    model = next(model for model in programme.models if model.id == row.model_id)
    residents = people(MemberRole.RESIDENT)
    return PublishedGroup(
        key=row.key,
        name=row.name,
        model=model.name,
        mode=row.mode,
        site=next((site.name for site in programme.sites if site.id == row.site_id), ""),
        ended=row.ended_at is not None,
        pause=paused.get((programme.id, row.key)),
        residents=residents,
        facilitators=people(MemberRole.FACILITATOR),
        sessions=sessions,
        needed=Needed(quorum_of(programme.quorum, len(residents)), model.present, programme.quorum, len(residents)),
        most_facilitators=model.facilitators[1],
        rhythm=rhythm_of(sessions, programme.interval_days),
    )
