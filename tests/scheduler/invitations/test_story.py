"""A session's life as somebody's mail program sees it, in three zones: published, moved inside 72 hours, cancelled,
restored. After each step the calendar behind the mail program holds what the feed shows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

import icalendar
import pytest
from sqlalchemy import update

from scheduler.calendars.feed_store import FeedStore, ServedFeed
from scheduler.calendars.feeds import Subject
from scheduler.calendars.model import Purpose
from scheduler.calendars.service import open_feed, refresh
from scheduler.db import Database
from scheduler.invitations.change_notices import announce_changes
from scheduler.invitations.choices import choose
from scheduler.invitations.model import InvitationWish, MailChoices
from scheduler.invitations.waiting_notices import STANDS_FOR
from scheduler.mail.service import Sent, send_waiting
from scheduler.people.tables import PersonRow
from scheduler.settings import Settings
from tests.mail_server import Held, Inbox, MailProgram, calendar_parts, files, held, serving
from tests.scheduler.calendars.hospital import FIRST_SESSION, NOW, Hospital, a_hospital
from tests.scheduler.calendars.readers import READERS

ADA = "Ada Quillfeather"
ADDRESS = "ada@example.org"


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def settings(inbox: Inbox) -> Iterator[Settings]:
    with serving(inbox, mail_tag="+") as found:
        yield found


class Story:
    """Publishes, has told, sends, reads, and holds the calendar of the mail program against the feed."""

    def __init__(self, hospital: Hospital, settings: Settings, inbox: Inbox) -> None:
        self.hospital, self.settings, self.inbox = hospital, settings, inbox
        self.program = MailProgram(ADDRESS)
        with hospital.database.writing() as db:
            subject = Subject(Purpose.RESIDENT, hospital.programme_id)
            self.token = open_feed(db, hospital.actor(ADA), subject, NOW).token
            choose(db, hospital.actor(ADA), MailChoices(InvitationWish.EACH, quiet_from=time(), quiet_to=time()))

    def step(self, now: datetime) -> list[str]:
        """What happens after a change at this moment: the methods of what Ada got."""
        with self.hospital.database.writing() as db:
            self.hospital.publish(db, now)
            refresh(db, self.hospital.programme_id, now)
        later = now + STANDS_FOR
        before = len(self.inbox.taken(ADDRESS))
        announce_changes(self.hospital.database, self.settings, later)
        assert send_waiting(self.hospital.database, self.settings, later).failed == 0
        assert announce_changes(self.hospital.database, self.settings, later) == 0
        assert send_waiting(self.hospital.database, self.settings, later) == Sent(0, 0)
        new = self.inbox.taken(ADDRESS)[before:]
        for message in new:
            self.program.read(message)
            assert every_reader_agrees(message)
        assert without_stamps(self.program.calendar) == without_stamps(self.feed(later))
        return [method for message in new for method in methods(message)]

    def feed(self, now: datetime) -> dict[str, Held]:
        feed = FeedStore(self.hospital.database, aside=lambda _: None).fetch(self.token, now)
        assert isinstance(feed, ServedFeed)
        return {str(event["UID"]): held(event) for event in icalendar.Calendar.from_ical(feed.body).walk("VEVENT")}


def methods(message) -> list[str]:
    bodies = calendar_parts(message, "multipart/alternative") or files(message)
    return [str(icalendar.Calendar.from_ical(body)["METHOD"]) for body in bodies]


def every_reader_agrees(message) -> bool:
    bodies = [*calendar_parts(message, "multipart/alternative"), *files(message)]
    assert bodies
    return all(len({frozenset(read(body)) for read in READERS.values()}) == 1 for body in bodies)


def without_stamps(calendar: dict[str, Held]) -> dict[str, tuple[object, ...]]:
    return {uid: (e.sequence, e.start, e.end, e.status) for uid, e in calendar.items()}


@pytest.mark.parametrize("zone", ["Europe/London", "America/New_York", "Australia/Sydney"])
def test_a_mail_program_holds_what_the_feed_shows_after_every_step(
    database: Database, settings: Settings, inbox: Inbox, zone: str
) -> None:
    hospital = a_hospital(database, zone)
    with database.writing() as db:
        db.execute(update(PersonRow).where(PersonRow.email == ADDRESS).values(zone=zone))
    story = Story(hospital, settings, inbox)
    assert story.step(NOW) == ["PUBLISH"], "one message with all dates"

    near = FIRST_SESSION - timedelta(hours=50)
    hospital.move("g1", 0, FIRST_SESSION + timedelta(days=1))
    assert story.step(near) == ["REQUEST"]
    assert story.step(near + timedelta(minutes=5)) == []

    cancelled = hospital.planned.pop(("g1", 0))
    assert story.step(near + timedelta(hours=1)) == ["CANCEL"]

    hospital.planned["g1", 0] = cancelled
    assert story.step(near + timedelta(hours=2)) == ["REQUEST"]

    hospital.move("g1", 1, FIRST_SESSION + timedelta(days=40))
    assert story.step(near + timedelta(hours=3)) == ["REQUEST"], "a single change is told by itself, however far"
