"""``rounds feeds`` on a real database."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from sqlalchemy import update

from scheduler.calendars.feeds import Subject
from scheduler.calendars.model import Purpose
from scheduler.calendars.service import open_feed
from scheduler.calendars.tables import FeedRow
from scheduler.cli import rounds
from scheduler.db import Database
from tests.scheduler.calendars.hospital import NOW, a_hospital


def test_feeds_that_are_behind_are_listed_until_they_are_right_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    hospital = a_hospital(database)
    with database.writing() as db:
        subject = Subject(Purpose.RESIDENT, hospital.programme_id)
        address = open_feed(db, hospital.actor("Ada Quillfeather"), subject, NOW)
    monkeypatch.setenv("ROUNDS_DATABASE_URL", database.engine.url.render_as_string())
    monkeypatch.setenv("ROUNDS_SECRET_KEY", "for this test only")
    fine = CliRunner().invoke(rounds, ["feeds"], catch_exceptions=False)
    assert (fine.output, fine.exit_code) == ("Feeds: 1. Out of date: 0.\n", 0)
    with database.writing() as db:
        db.execute(update(FeedRow).values(fault="event x: SEQUENCE is no number", etag="of before"))
    behind = CliRunner().invoke(rounds, ["feeds"], catch_exceptions=False)
    assert behind.exit_code == 1
    assert behind.output.splitlines()[1:] == [
        f"feed {address.feed_id} (resident), as of 2026-09-01 08:00 UTC: event x: SEQUENCE is no number"
    ]
    again = CliRunner().invoke(rounds, ["feeds", "--refresh"], catch_exceptions=False)
    assert (again.output, again.exit_code) == ("Feeds: 1. Out of date: 0.\n", 0)
