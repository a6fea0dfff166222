"""How a group meets remotely. Anyone in the group may set it, and their calendars show it at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from sqlalchemy import select, update

from scheduler.audit.service import record
from scheduler.changes import Fact, note
from scheduler.db import Db
from scheduler.errors import Fault, NotAllowed, Rejected
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.plans.membership import closed_groups, group_roster
from scheduler.programmes.service import get_programme
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.phone_numbers import CODE, read_number
from scheduler.sessions.tables import JoinLinkRow, SessionRow

LONGEST_ADDRESS: Final = 1000
LONGEST_CODE: Final = 30


def set_join_links(
    db: Db, actor: Actor, programme_id: int, group_key: str, url: str, phone: str, now: datetime, *, code: str = ""
) -> None:
    """Say how a group's sessions to come can be joined: a video room's address, a number to call with its code, or
    neither.

    Raises NotAllowed for people outside the group who do not coordinate the programme, Rejected for what no calendar
    can hold.
    """
    if not (actor.has(programme_id, Role.COORDINATOR) or _belongs(db, actor, programme_id, group_key)):
        raise NotAllowed(say("You don’t have access to this group."))
    url, code = url.strip(), code.strip()
    number: str | None = ""
    if phone.strip():
        read = read_number(phone.strip(), get_programme(db, programme_id).zone)
        number, code = (read[0], code or read[1]) if read else (None, code)
    faults = (*_address_faults(url), *_phone_faults(number, code))
    if faults:
        raise Rejected(say("The way to join was not saved."), faults)
    row = db.get(JoinLinkRow, (programme_id, group_key))
    if row is None:
        row = JoinLinkRow(programme_id=programme_id, group_key=group_key, url="", phone="", code="", changed_at=now)
        db.add(row)
    if (row.url, row.phone, row.code) == (url, number, code):
        return
    row.url, row.phone, row.code, row.changed_at = url, number or "", code, now
    _tell_calendars(db, programme_id, group_key, now)
    record(db, actor, "meeting.changed", now, programme_id, group=group_key)


def _tell_calendars(db: Db, programme_id: int, group_key: str, now: datetime) -> None:
    """A new way to join is a material change: some clients take no other into account."""
    of_group = (SessionRow.programme_id == programme_id, SessionRow.group_key == group_key)
    to_come = (SessionRow.ends_at > now, SessionRow.status != SessionStatus.CANCELLED)
    db.execute(update(SessionRow).where(*of_group, *to_come).values(sequence=SessionRow.sequence + 1, changed_at=now))
    note(db, Fact.SESSIONS, programme_id, now, db.scalars(select(SessionRow.id).where(*of_group)))


def _belongs(db: Db, actor: Actor, programme_id: int, group_key: str) -> bool:
    """Whether the actor is a member of the group as it is published now, and it is not closed to them."""
    members = group_roster(db, programme_id, group_key)
    return actor.person_id in members and not closed_groups(db, actor, {(programme_id, group_key): members})


def _address_faults(url: str) -> Iterator[Fault]:
    if url and not (url.startswith("https://") and url.isprintable() and " " not in url):
        yield Fault("url", say("The address of a video room starts with https:// and has no spaces."))
    if len(url) > LONGEST_ADDRESS:
        yield Fault("url", say("Please use no more than %(count)s characters.", count=LONGEST_ADDRESS))


def _phone_faults(number: str | None, code: str) -> Iterator[Fault]:
    if number is None:
        yield Fault("phone", say("That isn’t a phone number that anyone could call. Enter it like +44 20 7946 0123."))
    if code and not (CODE.fullmatch(code) and len(code) <= LONGEST_CODE):
        yield Fault("code", say("An access code has only digits, * and #, such as 4411#."))
    if code and number == "":
        yield Fault("phone", say("Enter the number to call as well."))
