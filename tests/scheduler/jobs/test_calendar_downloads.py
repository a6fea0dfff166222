"""The process that fetches calendars: one at a time, and ended by whoever started it if it does not end."""

from __future__ import annotations

import os
import subprocess
from contextlib import closing

import pytest

from scheduler.availability import other_calendars
from scheduler.clock import now
from scheduler.db import Database
from scheduler.jobs.calendar_downloads import Fetching
from scheduler.settings import Settings
from tests.builders import world


def test_a_child_that_does_not_end_is_ended_and_another_has_its_turn(database: Database) -> None:
    there = world(database)
    with database.writing() as db:
        other_calendars.add_address(db, there.coordinator, "https://calendar.invalid/a.ics", now())
    settings = Settings(database.engine.url.render_as_string(hide_password=False), "k" * 40)
    with closing(Fetching(database, settings, most_seconds=0.0)) as fetching:
        fetching.look()
        first = fetching.process_id
        assert first is not None
        with pytest.raises(subprocess.TimeoutExpired):
            fetching.look()
        with pytest.raises(ProcessLookupError):
            os.kill(first, 0)
        fetching.look()
        assert fetching.process_id not in (None, first)
