"""A programme's life over both clock changes in three zones, as seven independent clients see it after each step."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from scheduler.calendars.feed_cache import ServedFeed
from scheduler.calendars.feed_store import FeedStore
from scheduler.calendars.feeds import FeedAddress, Subject
from scheduler.calendars.model import Purpose
from scheduler.calendars.service import open_feed, refresh
from scheduler.calendars.validation import validate
from scheduler.db import Database
from scheduler.sessions.tables import SessionRow
from tests.scheduler.calendars.hospital import NOW, Hospital, a_hospital
from tests.scheduler.calendars.readers import READERS

ADA = "Ada Quillfeather"
DAYS = {
    "Europe/London": ["2026-10-23", "2026-10-26", "2027-03-26", "2027-03-29"],
    "America/New_York": ["2026-10-30", "2026-11-02", "2027-03-12", "2027-03-15"],
    "Australia/Sydney": ["2026-10-02", "2026-10-05", "2027-04-02", "2027-04-05"],
}
"""The working days before and after each clock change."""


def plan(hospital: Hospital, zone: str) -> None:
    """The group g1 meets at half past twelve on the wall on each of the days."""
    template = hospital.planned["g1", 0]
    hospital.planned = {
        ("g1", number): replace(template, round=number, starts_at=noon, ends_at=noon + timedelta(hours=1))
        for number, noon in enumerate(half_past_twelve(day, zone) for day in DAYS[zone])
    }


def half_past_twelve(day: str, zone: str) -> datetime:
    return datetime.fromisoformat(f"{day}T12:30").replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


class Client:
    """Publishes, fetches, and holds every reader's view against the database."""

    def __init__(self, hospital: Hospital, address: FeedAddress) -> None:
        self.hospital = hospital
        self.address = address
        self.shelf = FeedStore(hospital.database, aside=lambda _: None)
        self.tags: list[str] = []

    def publish(self, day: int) -> None:
        now = NOW + timedelta(days=day)
        with self.hospital.database.writing() as db:
            self.hospital.publish(db, now)
            refresh(db, self.hospital.programme_id, now)
        self.look(now)

    def look(self, now: datetime) -> None:
        feed = self.shelf.fetch(self.address.token, now)
        assert isinstance(feed, ServedFeed)
        assert validate(feed.body) == ()
        self.tags.append(feed.etag)
        with self.hospital.database.reading() as db:
            rows = db.scalars(select(SessionRow).where(SessionRow.group_key == "g1")).all()
        expected = {(row.uid, row.starts_at, row.ends_at, row.status.upper()) for row in rows}
        assert {name: read(feed.body) for name, read in READERS.items()} == dict.fromkeys(READERS, expected)

    def uids(self) -> set[str]:
        with self.hospital.database.reading() as db:
            return set(db.scalars(select(SessionRow.uid).where(SessionRow.group_key == "g1")))


@pytest.mark.parametrize("zone", DAYS)
def test_every_client_is_right_after_every_step(database: Database, zone: str) -> None:
    hospital = a_hospital(database, zone)
    plan(hospital, zone)
    with database.writing() as db:
        subject = Subject(Purpose.RESIDENT, hospital.programme_id)
        address = open_feed(db, hospital.actor(ADA), subject, NOW)
    client = Client(hospital, address)
    client.publish(1)
    uids = client.uids()
    before, after = hospital.planned["g1", 0].starts_at, hospital.planned["g1", 1].starts_at

    hospital.move("g1", 0, after + timedelta(days=1))  # over the clock change, to the same hour on the wall
    client.publish(2)
    hospital.move("g1", 0, before)  # and back
    client.publish(3)
    winter, summer = hospital.planned["g1", 2].starts_at, hospital.planned["g1", 3].starts_at
    hospital.move("g1", 2, summer + timedelta(days=1))  # the same over the change of the next spring or autumn
    client.publish(4)
    hospital.move("g1", 2, winter)
    client.publish(5)
    cancelled = [hospital.planned.pop(("g1", number)) for number in (1, 3)]
    client.publish(6)
    for session in cancelled:
        hospital.planned[session.group_key, session.round] = session
    client.publish(7)
    client.publish(8)

    assert client.uids() == uids
    assert len(set(client.tags)) == 7, "every step but the last changed something"
    assert client.tags[-1] == client.tags[-2]
