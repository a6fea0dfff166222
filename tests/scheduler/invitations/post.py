"""What tests of mail do again and again."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.message import EmailMessage

import icalendar
from sqlalchemy import update

from scheduler.invitations.change_notices import announce_changes
from scheduler.invitations.choices import choose
from scheduler.invitations.model import InvitationWish, MailChoices
from scheduler.invitations.waiting_notices import STANDS_FOR
from scheduler.mail.service import send_waiting
from scheduler.people.tables import PersonRow
from scheduler.settings import Settings
from tests.mail_server import Inbox, calendar_parts, files
from tests.scheduler.calendars.hospital import Hospital

ADA, BEN, FAY = "Ada Quillfeather", "Ben Marrowby", "Fay Lanternly"
ADDRESSES = {ADA: "ada@example.org", BEN: "ben@example.org", FAY: "fay@example.org"}


def tell(hospital: Hospital, settings: Settings, now: datetime) -> int:
    """Publish what is planned, wait until it has settled, and send what there is to tell; returns how many letters."""
    with hospital.database.writing() as db:
        hospital.publish(db, now)
    return send(hospital, settings, now + STANDS_FOR)


def send(hospital: Hospital, settings: Settings, now: datetime) -> int:
    letters = announce_changes(hospital.database, settings, now)
    while send_waiting(hospital.database, settings, now).sent:
        pass
    return letters


def want(hospital: Hospital, name: str, wish: InvitationWish | None = None, **more: object) -> None:
    with hospital.database.writing() as db:
        choose(db, hospital.actor(name), MailChoices(wish, **more))  # type: ignore[arg-type]


def change_person(hospital: Hospital, name: str, **values: object) -> None:
    with hospital.database.writing() as db:
        db.execute(update(PersonRow).where(PersonRow.id == hospital.people[name]).values(**values))


def new_for(inbox: Inbox, name: str) -> list[EmailMessage]:
    """What came for somebody since this was asked last."""
    found = inbox.taken(ADDRESSES[name])
    inbox.messages = [message for message in inbox.messages if message not in found]
    return found


def invitation_of(message: EmailMessage) -> icalendar.Event:
    """The one event of the invitation in a message."""
    [body] = calendar_parts(message, "multipart/alternative")
    [event] = icalendar.Calendar.from_ical(body).walk("VEVENT")
    return event


def method_of(message: EmailMessage) -> str:
    """The method of what a message carries; empty where it carries nothing or a mere file."""
    bodies = calendar_parts(message, "multipart/alternative") or files(message)
    return str(icalendar.Calendar.from_ical(bodies[0]).get("METHOD", "")) if bodies else ""


def invite(hospital: Hospital, settings: Settings, inbox: Inbox, near: datetime, name: str = ADA) -> EmailMessage:
    """Move the first session of g1 at a moment inside 72 hours of it, and return the invitation that follows."""
    tell(hospital, settings, near - timedelta(days=20))
    hospital.move("g1", 0, hospital.planned["g1", 0].starts_at + timedelta(hours=1))
    new_for(inbox, name)
    tell(hospital, settings, near)
    [message] = new_for(inbox, name)
    return message
