"""The schema of the queue: made with ours, and brought up to date when the library has changed it."""

from __future__ import annotations

from importlib.resources import files

import pytest
from sqlalchemy import Connection, text

from scheduler import job_queue
from scheduler.bootstrap import migrate
from scheduler.db import Database

OLD = "03.03.00_01_pre_priority_lock_fetch_job.sql"
FUNCTION = "procrastinate.procrastinate_retry_job_v2(bigint,timestamptz,integer,character varying,character varying)"


def has_function(connection: Connection) -> bool:
    return connection.scalar(text("SELECT to_regprocedure(:name)"), {"name": FUNCTION}) is not None


@pytest.mark.postgres
@pytest.mark.parametrize("storage", ["postgresql"], indirect=True)
def test_a_queue_of_an_older_library_is_brought_up_to_date(storage: Database) -> None:
    with storage.engine.begin() as connection:
        assert job_queue.is_present(connection)
        connection.execute(text(job_queue.DROP))
        connection.execute(text("CREATE SCHEMA procrastinate CREATE TABLE applied (name text)"))
        connection.execute(text("INSERT INTO procrastinate.applied VALUES (:name)"), {"name": OLD})
    for change in sorted((files("procrastinate.sql") / "migrations").iterdir(), key=lambda each: each.name):
        if change.name.endswith(".sql") and change.name <= OLD:
            with storage.engine.begin() as connection:
                connection.execute(text("SET LOCAL search_path TO procrastinate"))
                connection.connection.cursor().execute(change.read_text())
    with storage.engine.connect() as connection:
        assert not has_function(connection)
    migrate(storage)
    with storage.engine.connect() as connection:
        assert job_queue.is_present(connection)
        assert has_function(connection)


@pytest.mark.postgres
@pytest.mark.parametrize("storage", ["postgresql"], indirect=True)
def test_a_queue_that_is_gone_is_made_anew(storage: Database) -> None:
    with storage.engine.begin() as connection:
        connection.execute(text(job_queue.DROP))
        assert not job_queue.is_present(connection)
    migrate(storage)
    with storage.engine.connect() as connection:
        assert has_function(connection)
        assert connection.scalar(text("SELECT current_schema()")) == "public"


@pytest.mark.parametrize("storage", ["sqlite"], indirect=True)
def test_on_sqlite_there_is_no_queue(storage: Database) -> None:
    with storage.engine.connect() as connection:
        assert job_queue.is_present(connection)
