"""Feeds of thousands: those whom a change concerns have it at once, the rest in portions, and nothing is left out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from scheduler.calendars import due_feeds
from scheduler.calendars.due_feeds import (
    bring_due_feeds_up_to_date,
    bring_feeds_up_to_date,
    programmes_with_due_feeds,
)
from scheduler.calendars.feeds import FeedAddress
from scheduler.calendars.model import Purpose
from scheduler.calendars.service import refresh
from scheduler.calendars.tables import FeedDueRow
from scheduler.db import Database
from scheduler.jobs.embedded import Dispatcher
from scheduler.sessions.tables import SessionRow
from scheduler.settings import Settings
from tests.scheduler.calendars.hospital import FIRST_SESSION, Hospital, a_hospital
from tests.scheduler.calendars.test_feeds import ADA, BEN, HOLDERS, LATER, events_of, open_for

MOVED = FIRST_SESSION + timedelta(hours=1)


@pytest.fixture
def many(storage: Database, monkeypatch: pytest.MonkeyPatch) -> tuple[Hospital, dict[tuple[str, Purpose], FeedAddress]]:
    """More feeds than are brought up to date at once; then a session of the first group has moved."""
    hospital = a_hospital(storage)
    feeds = {(name, purpose): open_for(hospital, name, purpose) for name, purpose, _ in HOLDERS}
    monkeypatch.setattr(due_feeds, "AT_ONCE", 3)
    monkeypatch.setattr(due_feeds, "PORTION", 2)
    hospital.move("g1", 0, MOVED)
    with storage.writing() as db:
        hospital.publish(db, LATER)
    return hospital, feeds


def waiting(hospital: Hospital) -> int:
    with hospital.database.reading() as db:
        return db.scalar(select(func.count()).select_from(FeedDueRow)) or 0


def starts(hospital: Hospital, address: FeedAddress) -> list[object]:
    return [each["DTSTART"].dt for each in events_of(hospital, address, LATER)]


def test_after_a_plan_all_feeds_follow_in_portions(
    many: tuple[Hospital, dict[tuple[str, Purpose], FeedAddress]],
) -> None:
    hospital, feeds = many
    with hospital.database.writing() as db:
        db.query(FeedDueRow).delete()
        assert bring_feeds_up_to_date(db, hospital.programme_id, LATER, None, others=True).changed == 0
    assert waiting(hospital) == len(HOLDERS)
    done = []
    while waiting(hospital):
        with hospital.database.writing() as db:
            done.append(bring_due_feeds_up_to_date(db, hospital.programme_id, LATER))
    assert sum(done) == len(HOLDERS)
    assert max(done) == 2
    with hospital.database.writing() as db:
        again = refresh(db, hospital.programme_id, LATER)
    assert (again.changed, again.ended) == (0, 0), "all feeds at once would find nothing left"
    assert MOVED in starts(hospital, feeds[ADA, Purpose.RESIDENT])


def test_those_at_a_session_have_its_change_at_once_and_wide_feeds_soon(
    many: tuple[Hospital, dict[tuple[str, Purpose], FeedAddress]], monkeypatch: pytest.MonkeyPatch
) -> None:
    hospital, feeds = many
    monkeypatch.setattr(due_feeds, "AT_ONCE", len(HOLDERS) - 1)
    with hospital.database.writing() as db:
        db.query(FeedDueRow).delete()
        moved = db.scalars(select(SessionRow.id).where(SessionRow.starts_at == MOVED)).all()
        bring_feeds_up_to_date(db, hospital.programme_id, LATER, moved, others=False)
    assert MOVED in starts(hospital, feeds[ADA, Purpose.RESIDENT])
    assert MOVED in starts(hospital, feeds[ADA, Purpose.GROUP])
    with hospital.database.reading() as db:
        wait = set(db.scalars(select(FeedDueRow.feed_id)))
    wide = {Purpose.PROGRAMME, Purpose.ROOM, Purpose.SITE}
    assert wait == {address.feed_id for (_, purpose), address in feeds.items() if purpose in wide}


def test_what_waits_is_seen_to_by_the_background_and_a_whole_refresh_forgets_it(
    many: tuple[Hospital, dict[tuple[str, Purpose], FeedAddress]],
) -> None:
    hospital, feeds = many
    open_for(hospital, BEN, Purpose.RESIDENT, now=LATER)
    with hospital.database.writing() as db:
        db.query(FeedDueRow).delete()
        bring_feeds_up_to_date(db, hospital.programme_id, LATER, None, others=True)
    with hospital.database.reading() as db:
        assert programmes_with_due_feeds(db) == [hospital.programme_id]
    url = hospital.database.engine.url.render_as_string(hide_password=False)
    dispatcher = Dispatcher(hospital.database, Settings(url, "key"))
    for _ in range(len(HOLDERS)):
        dispatcher.look_once()
    assert waiting(hospital) == 0
    assert MOVED in starts(hospital, feeds[ADA, Purpose.RESIDENT])
