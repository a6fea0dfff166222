"""What one process at a time may do, told apart by locks that end with it."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from scheduler.db import Database
from scheduler.jobs.one_at_a_time import only_here, only_one

NEVER = threading.Event()


@pytest.mark.postgres
@pytest.mark.parametrize("storage", ["postgresql"], indirect=True)
def test_on_postgresql_one_at_a_time_does_it(storage: Database) -> None:
    with only_one(storage, "mail") as mine:
        with only_one(storage, "mail") as theirs, only_one(storage, "reminders") as another:
            assert (mine, theirs, another) == (True, False, True)
        with only_one(storage, "mail") as still:
            assert not still
    with only_one(storage, "mail") as again:
        assert again


@pytest.mark.postgres
@pytest.mark.parametrize("storage", ["postgresql"], indirect=True)
def test_a_lock_goes_with_its_connection(storage: Database) -> None:
    with only_one(storage, "mail"):
        with storage.engine.connect() as connection:
            connection.execute(
                text("SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory' AND granted")
            )
        with only_one(storage, "mail") as taken_over:
            assert taken_over


@pytest.mark.parametrize("storage", ["sqlite"], indirect=True)
def test_on_sqlite_a_second_process_waits_for_the_end_of_the_first(storage: Database) -> None:
    stop = threading.Event()

    def wait_for_turn() -> bool:
        with only_here(storage, stop, 0.05) as mine:
            return mine

    with ThreadPoolExecutor(1) as pool:
        with only_here(storage, NEVER, 0.05) as first:
            assert first
            second = pool.submit(wait_for_turn)
            with pytest.raises(TimeoutError):
                second.result(0.3)
        assert second.result(30)
        with only_here(storage, NEVER, 0.05):
            third = pool.submit(wait_for_turn)
            stop.set()
            assert not third.result(30)
