"""How a group meets from afar. Whoever belongs to the group may say it, and its calendars tell it at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from scheduler.calendars.service import refresh
from scheduler.calendars.tables import MeetingRow
from scheduler.errors import Fault, NotAllowed, Rejected
from scheduler.people.model import Actor, Role
from scheduler.plans.model import PlanState
from scheduler.plans.tables import GroupRow, MemberRow, PlanRow
from scheduler.safety.service import record
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import SessionRow

LONGEST_ADDRESS: Final = 1000
LONGEST_PHONE: Final = 100


def set_meeting(
    db: Session, actor: Actor, programme_id: int, group_key: str, url: str, phone: str, now: datetime
) -> None:
    """Say how a group's sessions to come can be joined: a video room's address, a number to call, or neither.

    Raises NotAllowed for people outside the group who do not coordinate the programme, Rejected for what no calendar
    can hold.
    """
    if not (actor.has(programme_id, Role.COORDINATOR) or _belongs(db, actor, programme_id, group_key)):
        raise NotAllowed("This group is not yours.")
    url, phone = url.strip(), phone.strip()
    faults = (*_address_faults(url), *_phone_faults(phone))
    if faults:
        raise Rejected("The way to join was not taken over.", faults)
    row = db.get(MeetingRow, (programme_id, group_key))
    if row is None:
        row = MeetingRow(programme_id=programme_id, group_key=group_key, url="", phone="", changed_at=now)
        db.add(row)
    if (row.url, row.phone) == (url, phone):
        return
    row.url, row.phone, row.changed_at = url, phone, now
    _tell_calendars(db, programme_id, group_key, now)
    record(db, actor, "meeting.changed", now, programme_id, group=group_key)


def _tell_calendars(db: Session, programme_id: int, group_key: str, now: datetime) -> None:
    """A new way to join is a material change: some clients take no other into account."""
    to_come = update(SessionRow).where(
        SessionRow.programme_id == programme_id,
        SessionRow.group_key == group_key,
        SessionRow.ends_at > now,
        SessionRow.status != SessionStatus.CANCELLED,
    )
    db.execute(to_come.values(sequence=SessionRow.sequence + 1, changed_at=now))
    refresh(db, programme_id, now)


def _belongs(db: Session, actor: Actor, programme_id: int, group_key: str) -> bool:
    """Whether the actor is a member of the group as it is published now."""
    member = (
        select(MemberRow.person_id)
        .join(GroupRow, GroupRow.id == MemberRow.group_id)
        .join(PlanRow, PlanRow.id == GroupRow.plan_id)
        .where(PlanRow.programme_id == programme_id, PlanRow.state == PlanState.PUBLISHED, GroupRow.key == group_key)
    )
    return db.scalar(member.where(MemberRow.person_id == actor.person_id).limit(1)) is not None


def _address_faults(url: str) -> Iterator[Fault]:
    if url and not (url.startswith(("https://", "http://")) and url.isprintable() and " " not in url):
        yield Fault("url", "The address of a video room starts with https:// and has no spaces.")
    if len(url) > LONGEST_ADDRESS:
        yield Fault("url", f"The address is longer than {LONGEST_ADDRESS} characters.")


def _phone_faults(phone: str) -> Iterator[Fault]:
    if len(phone) > LONGEST_PHONE or not phone.isprintable():
        yield Fault("phone", f"A number to call is one line of at most {LONGEST_PHONE} characters.")
