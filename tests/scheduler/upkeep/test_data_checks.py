"""Data that disagrees is found, whatever it is; and put right where it was worked out."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import text

from scheduler.clock import now
from scheduler.db import Database
from scheduler.upkeep.data_checks import check_data
from tests.scheduler.sessions.term import Term, a_term


@pytest.fixture
def term(database: Database) -> Term:
    return a_term(database)


def _change(database: Database, statement: str) -> None:
    """Behind the product's back, and without what the database itself would refuse."""
    assert database.engine.url.database
    with closing(sqlite3.connect(database.engine.url.database, isolation_level=None)) as connection:
        connection.execute(statement)


def test_a_published_term_agrees(term: Term) -> None:
    check_data(term.database, now(), correct=True)  # what time alone has made different
    assert check_data(term.database, now()) == ()


def test_what_was_worked_out_wrongly_is_found_left_and_put_right_if_asked(term: Term) -> None:
    check_data(term.database, now(), correct=True)
    with term.database.engine.connect() as connection:
        booked = connection.execute(text("SELECT count(*) FROM booked_person")).scalar_one()
    assert booked
    _change(term.database, "DELETE FROM booked_person")
    for correct in (False, True):  # looking changes nothing, so it is there to be found again
        found = check_data(term.database, now(), correct=correct)
        assert any("bookings" in each.text for each in found)
        assert all(each.corrected is correct for each in found)
    assert check_data(term.database, now()) == ()
    with term.database.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM booked_person")).scalar_one() == booked


def test_references_to_nothing_are_found(term: Term) -> None:
    check_data(term.database, now(), correct=True)
    _change(
        term.database,
        "INSERT INTO role (person_id, programme_id, role) SELECT 987654, id, 'coordinator' FROM programme",
    )
    assert any(
        "role refer to nothing in person" in each.text for each in check_data(term.database, now(), correct=True)
    )


def test_somebody_booked_twice_is_found(term: Term) -> None:
    check_data(term.database, now(), correct=True)
    with term.database.reading() as db:
        triggers = db.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
    for name in triggers:
        _change(term.database, f"DROP TRIGGER {name}")
    _change(
        term.database,
        "UPDATE booked_person SET starts_at = (SELECT min(starts_at) FROM booked_person),"
        " ends_at = (SELECT max(ends_at) FROM booked_person)",
    )
    assert any("people are booked twice" in each.text for each in check_data(term.database, now()))
