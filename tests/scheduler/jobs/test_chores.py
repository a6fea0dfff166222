"""Background work that goes wrong: it is logged and put off, and everything beside it goes on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from scheduler.availability import other_calendars
from scheduler.availability.tables import BusyCalendarRow
from scheduler.clock import now
from scheduler.db import Database
from scheduler.jobs.chores import Chore, attempted
from scheduler.jobs.embedded import Dispatcher
from scheduler.mail.service import put_in_outbox
from scheduler.people.model import Role
from scheduler.settings import Settings
from tests.builders import actor, import_residents, world

PATIENCE_SECONDS = 60


def settings_of(database: Database, smtp_url: str = "") -> Settings:
    return Settings(database.engine.url.render_as_string(hide_password=False), "key", smtp_url=smtp_url)


def work_until(dispatcher: Dispatcher, happened: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        assert time.monotonic() < until, "it did not happen in time"
        dispatcher.look_once()
        time.sleep(0.05)


def test_what_goes_wrong_is_logged_by_kind_and_place_only() -> None:
    def fail() -> None:
        raise LookupError("ada@example.org")

    with capture_logs() as logged:
        assert attempted("mail", lambda: None)
        assert not attempted("mail", fail)
    [line] = logged
    assert (line["work"], line["error"]) == ("mail", "LookupError")
    assert "test_chores.py" in line["places"]
    assert "ada" not in str(logged)


def test_a_chore_that_fails_waits_before_it_is_tried_again() -> None:
    done: list[bool] = []

    def fail_first() -> None:
        done.append(True)
        if len(done) == 1:
            raise LookupError

    chore = Chore("mail", fail_first)
    chore.attend()
    chore.attend()
    assert len(done) == 1
    time.sleep(1.1)
    chore.attend()
    chore.attend()
    assert len(done) == 3


def test_a_long_chore_goes_on_after_each_portion_without_its_wait() -> None:
    portions = iter([True, True, False])
    done: list[bool] = []

    def do_some() -> bool:
        done.append(next(portions))
        return done[-1]

    chore = Chore("invitations", do_some, every_seconds=3600.0)
    for _ in range(5):
        chore.attend()
    assert done == [True, True, False]


def test_a_chore_whose_portion_fails_waits_like_any_other() -> None:
    done: list[bool] = []

    def fail_after_one() -> bool:
        done.append(True)
        if len(done) > 1:
            raise LookupError
        return True

    chore = Chore("invitations", fail_after_one)
    for _ in range(4):
        chore.attend()
    assert len(done) == 2


@pytest.mark.parametrize("table", ["run", "mail", "feed", "busy_calendar"])
def test_a_database_that_fails_one_job_does_not_end_the_service(database: Database, table: str) -> None:
    world(database)
    with database.engine.begin() as connection:
        connection.execute(text(f'ALTER TABLE "{table}" RENAME TO "away"'))
    dispatcher = Dispatcher(database, settings_of(database, "smtp://127.0.0.1:9"))
    with capture_logs() as logged:
        dispatcher.look_once()
    assert {line["error"] for line in logged} == {"OperationalError"}
    with database.engine.begin() as connection:
        connection.execute(text(f'ALTER TABLE "away" RENAME TO "{table}"'))
    dispatcher.close()


def test_a_mail_server_s_odd_address_does_not_end_the_service(database: Database) -> None:
    with database.writing() as db:
        put_in_outbox(db, "ada@example.org", "A link", "text", now())
    stop = threading.Event()
    dispatcher = Dispatcher(database, settings_of(database, "smtp://127.0.0.1:no-port"))
    serving = threading.Thread(target=dispatcher.serve, args=(stop,))
    serving.start()
    time.sleep(1)
    assert serving.is_alive()
    stop.set()
    serving.join()


def test_other_calendars_are_fetched_beside_the_rest(database: Database) -> None:
    here = world(database)
    me = actor(import_residents(here, 1)["r1@example.org"], here.programme_id, Role.RESIDENT)
    with database.writing() as db:
        calendar_id = other_calendars.add_address(db, me, "http://127.0.0.1/a.ics", now())

    def asked() -> bool:
        with database.reading() as db:
            return "public internet" in db.get_one(BusyCalendarRow, calendar_id).trouble

    dispatcher = Dispatcher(database, settings_of(database))
    work_until(dispatcher, asked)
    dispatcher.close()
