"""The door for mail that comes in: answers to invitations, and reports of what could not be delivered."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.errors import NotAllowed, Rejected
from scheduler.invitations.replies import Reply, read_replies, take_reply
from scheduler.languages import SOURCE, say, speaking
from scheduler.mail.addresses import TagKind, Tags
from scheduler.mail.incoming import Incoming, read_incoming
from scheduler.mail.tables import MailRow
from scheduler.mail.troubles import note_trouble
from scheduler.people.model import Actor
from scheduler.people.tables import PersonRow
from scheduler.settings import Settings

_CALENDAR = b"BEGIN:VCALENDAR"


class Outcome(StrEnum):
    """What became of a message."""

    ANSWERED = "answered"
    RETURNED = "returned"
    IGNORED = "ignored"


def take_message(db: Session, settings: Settings, raw: bytes, recipient: str, now: datetime) -> Outcome:
    """Take a message that came to the installation's mailbox.

    Raises a :class:`~scheduler.errors.MentorRoundsError` for what its sender should hear of; what machines send is
    ignored instead, so that no two of them write to each other for ever.
    """
    message, tags = read_incoming(raw, recipient), Tags(settings)
    if message.report:
        return _take_report(db, tags, message, now)
    if not message.calendars:
        if message.by_machine:
            return Outcome.IGNORED
        advice = say("Write to your coordinator, or open your page.")
        raise Rejected(say("Nobody reads this mailbox."), what_to_do=advice)
    taken = [_take_answer(db, tags, message, reply, now) for reply in read_replies(message.calendars[0])]
    return Outcome.ANSWERED if any(taken) else Outcome.IGNORED


def take_upload(db: Session, actor: Actor, content: bytes, now: datetime) -> bool:
    """Take an answer that somebody uploads: a calendar file, or the whole message. Whether it changed anything."""
    if actor.person_id is None:
        raise NotAllowed(say("Only people who are invited can answer."))
    is_calendar = content.lstrip(b"\xef\xbb\xbf \r\n").startswith(_CALENDAR)
    calendars = (content,) if is_calendar else read_incoming(content).calendars
    if not calendars:
        raise Rejected(say("There is no calendar in this file."), what_to_do=say("Choose a file that ends in .ics."))
    taken = [take_reply(db, actor.person_id, reply, now) for reply in read_replies(calendars[0])]
    return any(taken)


def _take_answer(db: Session, tags: Tags, message: Incoming, reply: Reply, now: datetime) -> bool:
    """Take an answer; what stands against it is said in its sender's language."""
    person_id = _sender(tags, message, reply)
    language = db.scalar(select(PersonRow.language).where(PersonRow.id == person_id))
    with speaking(language or SOURCE):
        return take_reply(db, person_id, reply, now)


def _sender(tags: Tags, message: Incoming, reply: Reply) -> int:
    """Who answers, by the signed address that only their own invitation names; mail programs repeat it as organizer."""
    person_id = tags.find_one(TagKind.ANSWER, f"{message.addressed_to} {reply.organizer}")
    if person_id is None:
        raise NotAllowed(say("Nobody was invited from this address."))
    return person_id


def _take_report(db: Session, tags: Tags, message: Incoming, now: datetime) -> Outcome:
    """Note what was returned. Who is meant is known from the signed name of the message; an unproven report is none."""
    report = message.report
    mail_id = tags.find_one(TagKind.MESSAGE, f"{message.addressed_to} {report.message_id if report else ''}")
    mail = db.get(MailRow, mail_id) if mail_id is not None else None
    if report is None or not report.failed or mail is None:
        return Outcome.IGNORED
    note_trouble(db, mail.address, "returned", report.status, now)
    return Outcome.RETURNED
