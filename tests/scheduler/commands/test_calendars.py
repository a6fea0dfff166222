"""``rounds calendars refresh`` on a real database."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from scheduler.availability import other_calendars
from scheduler.cli import rounds
from scheduler.clock import now
from scheduler.db import Database
from scheduler.people.model import Role
from tests.builders import actor, import_residents, world
from tests.conftest import SECRET_KEY


def test_calendars_inside_are_asked_for_and_refused(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    there = world(database)
    me = actor(import_residents(there, 1)["r1@example.org"], there.programme_id, Role.RESIDENT)
    with database.writing() as db:
        other_calendars.add_address(db, me, "http://127.0.0.1/a.ics", now())
    monkeypatch.setenv("ROUNDS_DATABASE_URL", database.engine.url.render_as_string())
    monkeypatch.setenv("ROUNDS_SECRET_KEY", SECRET_KEY)
    done = CliRunner().invoke(rounds, ["calendars", "refresh"], catch_exceptions=False)
    assert done.output == "Calendars checked: 1.\nRotas checked: 0.\n"
    with database.reading() as db:
        shown = other_calendars.list_calendars(db, me, now())[0]
    assert "public internet" in shown.trouble
    assert CliRunner().invoke(rounds, ["calendars", "refresh"]).output == "Calendars checked: 0.\nRotas checked: 0.\n"
