"""Thanks to facilitators: theirs to read, and to show at their appraisal if they like."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import select

from scheduler.db import Db
from scheduler.errors import NotFound
from scheduler.groups.model import Thanks
from scheduler.groups.tables import ThanksRow
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.people.tables import PersonRow
from scheduler.plans.membership import own_group_roster
from scheduler.plans.model import MemberRole
from scheduler.sessions.tables import AttendeeRow, SessionRow
from scheduler.text_input import required_text

LONGEST: Final = 600


def thank(
    db: Db,
    actor: Actor,
    programme_id: int,
    group_key: str,
    person_id: int,
    text: str,
    now: datetime,
    *,
    signed: bool,
    may_pass_on: bool = False,
) -> None:
    """Thank somebody who facilitates one's own group, or stood in; with one's name or without. They may show it at
    their appraisal only where it ``may_pass_on``."""
    members = own_group_roster(db, actor, programme_id, group_key)
    if members.get(person_id) != MemberRole.FACILITATOR and not _stood_in(db, programme_id, group_key, person_id):
        raise NotFound(say("That facilitator isn’t one of yours."))
    row = ThanksRow(programme_id=programme_id, person_id=person_id, text=required_text(text, LONGEST), day=now.date())
    row.may_pass_on = may_pass_on
    row.signed_by = actor.person_id if signed else None
    db.add(row)


def own_thanks(db: Db, actor: Actor) -> tuple[Thanks, ...]:
    """What others thanked the actor for, the newest first."""
    if not actor.programmes(Role.FACULTY):
        return ()
    rows = db.execute(
        select(ThanksRow, PersonRow.name)
        .outerjoin(PersonRow, PersonRow.id == ThanksRow.signed_by)
        .where(ThanksRow.person_id == actor.person_id)
        .order_by(ThanksRow.id.desc())
    )
    return tuple(Thanks(row.text, name or "", row.day, row.may_pass_on) for row, name in rows)


def _stood_in(db: Db, programme_id: int, group_key: str, person_id: int) -> bool:
    led = (
        select(AttendeeRow.person_id)
        .join(SessionRow, SessionRow.id == AttendeeRow.session_id)
        .where(SessionRow.programme_id == programme_id, SessionRow.group_key == group_key)
        .where(AttendeeRow.person_id == person_id, AttendeeRow.role == MemberRole.FACILITATOR)
    )
    return db.scalar(led.limit(1)) is not None
