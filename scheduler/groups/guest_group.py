"""What a guest coach may know of the group they came for, and what they do there: agree to its charter, and lead it.

Of the people of the group that is their names, and nothing that they say or do. Once the group has ended, or none of
its dates is left, the account opens nothing but the guest's own hours.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select

from scheduler.charters.model import GroupCharter, Hat
from scheduler.charters.service import accept, group_charters
from scheduler.db import Db
from scheduler.errors import NotFound
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.plans.departures import has_not_left
from scheduler.plans.membership import guest_rosters
from scheduler.plans.model import PlanState
from scheduler.plans.tables import GroupRow, MemberRow, PlanRow
from scheduler.sessions.model import OwnGroup, SessionStatus
from scheduler.sessions.service import groups_as_guest
from scheduler.sessions.tables import AttendeeRow, SessionRow


@dataclass(frozen=True, slots=True)
class GuestGroup:
    """A group as its guest coach may know it, with its charter; None in a programme without one."""

    group: OwnGroup
    charter: GroupCharter | None


def own_guest_groups(db: Db, actor: Actor, now: datetime) -> tuple[GuestGroup, ...]:
    """The groups that the actor is a guest in; more than one only as a guest of several programmes."""
    groups = groups_as_guest(db, actor)
    charters = group_charters(db, actor, [(one.programme_id, one.key) for one in groups], now, guest_rosters)
    return tuple(GuestGroup(one, charters.get((one.programme_id, one.key))) for one in groups)


def guest_group(db: Db, actor: Actor, programme_id: int, group_key: str, now: datetime) -> GuestGroup:
    """One of them. Raises NotFound for any other."""
    for one in own_guest_groups(db, actor, now):
        if (one.group.programme_id, one.group.key) == (programme_id, group_key):
            return one
    raise NotFound(say("That group isn’t one of yours."))


def agree_as_guest(
    db: Db,
    actor: Actor,
    programme_id: int,
    group_key: str,
    version: int,
    terms: int,
    now: datetime,
    told: Collection[str] | None = None,
) -> bool:
    """Agree to the charter as it was shown; a guest is there as a coach. Returns whether now everybody has."""
    coach = frozenset({Hat.COACH})
    return accept(
        db, actor, programme_id, group_key, version, now, terms=terms, hats=coach, told=told, rosters=guest_rosters
    )  # fmt: skip


def as_guest_now(db: Db, actor: Actor, now: datetime) -> Actor:
    """The actor as what they are today: a guest whose group has no date left, after they led any, is one no longer."""
    programmes = {programme_id for programme_id, role in actor.roles if role is Role.GUEST}
    if not programmes:
        return actor
    over = _led_before(db, actor, programmes, now) - _still_meeting(db, actor, programmes, now)
    gone = {(programme_id, Role.GUEST) for programme_id in over}
    past = {(programme_id, Role.PAST_GUEST) for programme_id in over}
    return replace(actor, roles=actor.roles - gone | past)


def _led_before(db: Db, actor: Actor, programmes: set[int], now: datetime) -> set[int]:
    """The programmes in which a date of theirs is over."""
    mine = (AttendeeRow.person_id == actor.person_id, SessionRow.programme_id.in_(programmes))
    led = select(SessionRow.programme_id).join(AttendeeRow, AttendeeRow.session_id == SessionRow.id)
    return set(db.scalars(led.where(*mine, SessionRow.ends_at <= now).distinct()))


def _still_meeting(db: Db, actor: Actor, programmes: set[int], now: datetime) -> set[int]:
    """The programmes in which the group that they are in has a date ahead."""
    of_group = (SessionRow.programme_id == PlanRow.programme_id) & (SessionRow.group_key == GroupRow.key)
    last = (
        select(PlanRow.programme_id, func.max(SessionRow.ends_at))
        .join(GroupRow, GroupRow.plan_id == PlanRow.id)
        .join(MemberRow, MemberRow.group_id == GroupRow.id)
        .join(SessionRow, of_group)
        .where(
            MemberRow.person_id == actor.person_id,
            PlanRow.programme_id.in_(programmes),
            PlanRow.state == PlanState.PUBLISHED,
            GroupRow.ended_at.is_(None),
            SessionRow.status != SessionStatus.CANCELLED,
            has_not_left(),
        )
        .group_by(PlanRow.programme_id)
    )
    return {programme_id for programme_id, ends_at in db.execute(last) if ends_at > now}
