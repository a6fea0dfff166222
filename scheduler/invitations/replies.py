"""Answers out of calendars (iTIP REPLY, RFC 5546 section 3.2.3): read with care, and taken as attendance.

An answer counts if whoever gives it is proven (by the signed address that only their invitation names, or by being
signed in), if it is about the session as it is now, and if no later answer came before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import icalendar
from sqlalchemy import select

from scheduler.audit.service import record
from scheduler.db import Db
from scheduler.errors import NotAllowed, NotFound, NotPossible, Rejected
from scheduler.invitations.tables import InvitationRow
from scheduler.languages import say
from scheduler.people.model import Actor
from scheduler.people.tables import PersonRow
from scheduler.rotas.reading.events import BROKEN_CALENDAR
from scheduler.sessions.apologies import say_sorry, take_back
from scheduler.sessions.tables import SessionRow

_COMING: Final = {"ACCEPTED": True, "TENTATIVE": True, "DECLINED": False}
"""Whoever may come is counted on until they say that they cannot."""
_MOST_EVENTS: Final = 20


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. ``sequence`` and ``starts_at`` say which state of the session it is about, as far as it tells."""

    uid: str
    attendee: str
    answer: str
    stamp: datetime
    sequence: int | None = None
    starts_at: datetime | None = None
    organizer: str = ""


def read_replies(body: bytes) -> tuple[Reply, ...]:
    """The answers in a calendar object. Raises Rejected for anything else, with what to do instead."""
    try:
        calendar = icalendar.Calendar.from_ical(body)  # of bytes only: given text, it may open a file of that name
        method = str(calendar.get("METHOD", "")).upper()
        replies = tuple(_replies(calendar)) if method == "REPLY" else ()
    except BROKEN_CALENDAR:
        raise Rejected(say("This calendar file can’t be read.")) from None
    if method == "COUNTER":
        advice = say("Suggest it on your group’s page, where everyone can agree to it.")
        raise Rejected(say("You can’t suggest another time by e-mail."), what_to_do=advice)
    if not replies:
        raise Rejected(
            say("This is not an answer to an invitation."), what_to_do=say("Please answer on your own page instead.")
        )
    return replies


def _replies(calendar: Any) -> Iterator[Reply]:
    for event in calendar.walk("VEVENT")[:_MOST_EVENTS]:
        attendees = event.get("ATTENDEE", [])
        [attendee] = attendees if isinstance(attendees, list) else [attendees]
        start = event.get("DTSTART")
        yield Reply(
            uid=str(event["UID"]),
            attendee=_address(attendee),
            answer=str(attendee.params.get("PARTSTAT", "")).upper(),
            stamp=_moment(event["DTSTAMP"].dt),
            sequence=int(event["SEQUENCE"]) if "SEQUENCE" in event else None,
            starts_at=_moment(start.dt) if start is not None and isinstance(start.dt, datetime) else None,
            organizer=_address(event.get("ORGANIZER", "")),
        )


def _address(value: object) -> str:
    text = str(value).strip()
    return text[7:] if text.lower().startswith("mailto:") else text


def _moment(value: datetime) -> datetime:
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def take_reply(db: Db, person_id: int, reply: Reply, now: datetime) -> bool:
    """Take a proven person's answer as attendance; False for one that a later answer has overtaken.

    Raises NotAllowed for an answer in another's name, NotFound where they are not invited, NotPossible for an answer
    to a session as it is not any more, Rejected for one that says neither yes nor no.
    """
    person = db.get(PersonRow, person_id)
    if person is None or person.email.lower() != reply.attendee.lower():
        raise NotAllowed(say("This answer is in someone else’s name."))
    if reply.answer not in _COMING:
        raise Rejected(
            say("This answer is neither a yes nor a no."), what_to_do=say("Please answer on your own page instead.")
        )
    session, invitation = _invited(db, person_id, reply.uid)
    if invitation.answered_at and reply.stamp < invitation.answered_at:
        return False
    _must_be_current(session, invitation, reply)
    actor = Actor(person_id, person.name)
    answer = take_back if _COMING[reply.answer] else say_sorry
    answer(db, actor, session.id, now)
    invitation.answered_at = min(reply.stamp, now)  # a clock that is ahead must not shut out every later answer
    record(db, actor, "invitation.answered", now, session.programme_id, session=session.id)
    return True


def _invited(db: Db, person_id: int, uid: str) -> tuple[SessionRow, InvitationRow]:
    found = db.execute(
        select(SessionRow, InvitationRow)
        .join(InvitationRow, InvitationRow.session_id == SessionRow.id)
        .where(SessionRow.uid == uid, InvitationRow.person_id == person_id)
        .with_for_update(of=InvitationRow)
    ).first()
    if found is None:
        raise NotFound(say("That session isn’t one of yours."))
    return found[0], found[1]


def _must_be_current(session: SessionRow, invitation: InvitationRow, reply: Reply) -> None:
    """An answer to an older invitation than the last, or to one of another start than the session has now, counts only
    if it names that very start."""
    is_older = reply.sequence is not None and reply.sequence < invitation.sequence
    has_moved = invitation.starts_at != session.starts_at
    names_start = reply.starts_at is not None
    if ((is_older or has_moved) and not names_start) or (names_start and reply.starts_at != session.starts_at):
        raise NotPossible(
            say("The session has moved since that invitation."), what_to_do=say("Please answer the latest invitation.")
        )
