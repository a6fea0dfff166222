"""Which workers there are, and taking over what one left that is gone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scheduler.db import Database
from scheduler.planning.runs import MOST_ATTEMPTS, Attempt, cancel_run, get_run, start_run
from scheduler.planning.workers import (
    FORGOTTEN_AFTER,
    GONE_AFTER,
    MACHINE_STOPPED,
    arrive,
    claim_run,
    give_back,
    give_sign,
    has_no_worker,
    leave,
    let_go,
    put_back_lost,
    waiting_runs,
    workers_alive,
)
from scheduler.plans.model import RunState
from scheduler.plans.tables import WorkerRow
from tests.builders import NOW, World, import_residents, set_marks, world

LEASE = timedelta(seconds=30)
LATER = NOW + LEASE * 2


@pytest.fixture
def here(storage: Database) -> World:
    made = world(storage)
    ids = import_residents(made, 6, models="peer:3")
    set_marks(made, dict.fromkeys(ids.values(), "2"))
    return made


def ask(here: World) -> int:
    with here.database.writing() as db:
        return start_run(db, here.coordinator, here.programme_id, NOW)


def state(here: World, run_id: int) -> tuple[RunState, str]:
    with here.database.reading() as db:
        run = get_run(db, here.coordinator, run_id)
    return run.state, run.error


def test_a_worker_is_there_until_it_leaves_or_is_silent_for_long(storage: Database) -> None:
    with storage.writing() as db:
        first, second = arrive(db, "ward", 1, 2, NOW), arrive(db, "theatre", 2, 1, NOW)
        give_sign(db, second, NOW + GONE_AFTER)
        assert [(one.machine, one.runs) for one in workers_alive(db, NOW)] == [("ward", 2), ("theatre", 1)]
        assert [one.machine for one in workers_alive(db, NOW + GONE_AFTER)] == ["theatre"]
        leave(db, second)
        assert [one.machine for one in workers_alive(db, NOW)] == ["ward"]
        arrive(db, "ward", 3, 2, NOW + FORGOTTEN_AFTER * 2)
        db.expire_all()
        assert db.get(WorkerRow, first) is None


def test_somebody_works_on_sqlite_anyway_and_on_postgresql_once_a_worker_is_there(storage: Database) -> None:
    with storage.writing() as db:
        assert has_no_worker(db, NOW) == (storage.engine.dialect.name == "postgresql")
        arrive(db, "ward", 1, 1, NOW)
        assert not has_no_worker(db, NOW)


def test_a_run_is_claimed_once(here: World) -> None:
    first, second = ask(here), ask(here)
    with here.database.writing() as db:
        assert waiting_runs(db) == (first, second)
        assert claim_run(db, second, NOW) == Attempt(second, 1)
        assert claim_run(db, second, NOW) is None
        assert waiting_runs(db) == (first,)


def test_a_run_is_let_go_once_nobody_works_at_it(here: World) -> None:
    run_id = ask(here)
    with here.database.writing() as db:
        assert let_go(db, run_id, LEASE, NOW)  # it only waits
        claim_run(db, run_id, NOW)
        assert not let_go(db, run_id, LEASE, NOW + LEASE / 2)
        assert let_go(db, run_id, LEASE, LATER)
        assert let_go(db, run_id + 1, LEASE, LATER)  # there is none
    assert state(here, run_id) == (RunState.QUEUED, "")


def test_a_run_that_stops_every_machine_fails_with_a_sentence(here: World) -> None:
    run_id = ask(here)
    for _ in range(MOST_ATTEMPTS):
        with here.database.writing() as db:
            assert claim_run(db, run_id, NOW) is not None
            assert let_go(db, run_id, LEASE, LATER)
    assert state(here, run_id) == (RunState.FAILED, MACHINE_STOPPED)


def test_a_run_that_was_given_back_is_never_failed_by_that(here: World) -> None:
    run_id = ask(here)
    for number in range(1, MOST_ATTEMPTS + 2):
        with here.database.writing() as db:
            attempt = claim_run(db, run_id, NOW)
            assert attempt == Attempt(run_id, number)
            give_back(db, Attempt(run_id, number - 1), NOW)  # an older attempt's worker
            assert waiting_runs(db) == ()
            give_back(db, attempt, NOW)
    assert state(here, run_id) == (RunState.QUEUED, "")
    with here.database.writing() as db:
        attempt = claim_run(db, run_id, NOW)
        assert attempt is not None
        cancel_run(db, here.coordinator, run_id, NOW)
        give_back(db, attempt, NOW)
    assert state(here, run_id) == (RunState.CANCELLED, "")


def test_what_no_worker_holds_and_nobody_works_at_starts_again(here: World) -> None:
    held, lost, new = ask(here), ask(here), ask(here)
    with here.database.writing() as db:
        for run_id, began in ((held, NOW), (lost, NOW), (new, LATER)):
            claim_run(db, run_id, began)
        assert put_back_lost(db, [held], LEASE, LATER) == 1
        assert put_back_lost(db, [held], LEASE, LATER) == 0
    assert [state(here, each)[0] for each in (held, lost, new)] == [RunState.RUNNING, RunState.QUEUED, RunState.RUNNING]
