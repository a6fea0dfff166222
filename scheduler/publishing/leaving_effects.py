"""What it does to published groups and sessions when people are taken out of a programme: told before it is done."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from scheduler.db import Db
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow
from scheduler.plans.membership import Roster, rosters
from scheduler.plans.model import MemberRole, PlanState
from scheduler.plans.tables import GroupRow, PlanRow
from scheduler.programmes.service import get_programme
from scheduler.publishing.leavers import leave_together
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import AttendeeRow, SessionRow


@dataclass(frozen=True, slots=True)
class Loss:
    """A published group that loses people: how many residents and facilitators it has now, how many of them go, and
    whether fewer residents are left than its kind of group needs."""

    key: str
    name: str
    residents: int
    residents_out: int
    facilitators_out: int
    too_small: bool


@dataclass(frozen=True, slots=True)
class Leaving:
    """Who would be taken out, what their groups lose, and at how many sessions ahead somebody is missed then."""

    people: tuple[int, ...]
    losses: tuple[Loss, ...]
    sessions: int


def what_leaving_does(db: Db, actor: Actor, programme_id: int, people: Collection[int], now: datetime) -> Leaving:
    """What taking these people out would do; those who have left already are passed over."""
    actor.must_have(programme_id, Role.COORDINATOR)
    here = select(ParticipantRow.person_id).where(
        ParticipantRow.programme_id == programme_id,
        ParticipantRow.left_at.is_(None),
        ParticipantRow.person_id.in_(people),
    )
    going = frozenset(db.scalars(here))
    held = (SessionRow.programme_id == programme_id, SessionRow.status != SessionStatus.CANCELLED)
    ahead = (*held, SessionRow.starts_at > now, AttendeeRow.person_id.in_(going))
    sessions = db.scalar(
        select(func.count(SessionRow.id.distinct()))
        .join(AttendeeRow, AttendeeRow.session_id == SessionRow.id)
        .where(*ahead)
    )
    return Leaving(tuple(sorted(going)), _losses(db, programme_id, going), sessions or 0)


def take_people_out(db: Db, actor: Actor, programme_id: int, people: Collection[int], now: datetime) -> int:
    """Take these people out of the programme, each as if they had left; returns how many."""
    going = what_leaving_does(db, actor, programme_id, people, now).people
    leave_together(db, actor, programme_id, going, now)
    return len(going)


def _losses(db: Db, programme_id: int, going: Collection[int]) -> tuple[Loss, ...]:
    touched = {key: roster for key, roster in rosters(db, programme_id).items() if not roster.keys().isdisjoint(going)}
    rows = db.execute(
        select(GroupRow.key, GroupRow.name, GroupRow.model_id)
        .join(PlanRow, PlanRow.id == GroupRow.plan_id)
        .where(
            PlanRow.programme_id == programme_id,
            PlanRow.state == PlanState.PUBLISHED,
            GroupRow.ended_at.is_(None),
            GroupRow.key.in_(touched),
        )
        .order_by(GroupRow.name)
    )
    least = {model.id: model.size[0] for model in get_programme(db, programme_id).models}
    return tuple(_loss(key, name, touched[key], going, least.get(model_id, 0)) for key, name, model_id in rows)


def _loss(key: str, name: str, roster: Roster, going: Collection[int], least: int) -> Loss:
    residents, out = (
        _of(roster, MemberRole.RESIDENT),
        _of({who: roster[who] for who in roster if who in going}, MemberRole.RESIDENT),
    )
    all_out = sum(who in going for who in roster)
    return Loss(key, name, residents, out, all_out - out, too_small=residents - out < least)


def _of(roster: Mapping[int, MemberRole], role: MemberRole) -> int:
    return sum(each is role for each in roster.values())
