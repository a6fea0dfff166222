"""Several workers on one PostgreSQL: each run is solved once, each e-mail sent once, and what a worker leaves that is
killed is taken over by another. The workers here are those that operators start."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from scheduler.availability.tables import AvailabilityRow
from scheduler.clock import now
from scheduler.db import Database
from scheduler.enrolment.people_import import person_ids_by_address
from scheduler.jobs.solving import DIED
from scheduler.mail.service import put_in_outbox
from scheduler.mail.tables import MailRow
from scheduler.planning.runs import MOST_ATTEMPTS, get_run, start_run
from scheduler.planning.workers import workers_alive
from scheduler.plans.model import Run, RunState
from scheduler.plans.tables import PlanRow, RunRow
from scheduler.settings import Settings, as_environment
from tests.builders import World, import_residents, person_line, programme, set_marks, world
from tests.conftest import Postgres
from tests.mail_server import Inbox, serving

pytestmark = pytest.mark.postgres

PATIENCE_SECONDS = 240
ROUNDS = (sys.executable, "-c", "from scheduler.cli import main; main()")
IMPATIENT = ("worker", "--lease-seconds", "10")
"""Killed workers are missed soon; on a machine that is very busy others may be, too."""


@pytest.fixture
def shared(_postgres: Postgres) -> Iterator[Database]:
    """An empty database on PostgreSQL, with an empty queue."""
    _postgres.empty()
    with _postgres.database.engine.begin() as connection:
        connection.execute(
            text("TRUNCATE procrastinate.procrastinate_jobs, procrastinate.procrastinate_workers CASCADE")
        )
        connection.execute(text("TRUNCATE procrastinate.procrastinate_periodic_defers"))
    yield _postgres.database
    _postgres.database.close()


def settled(database: Database, slug: str) -> World:
    """A programme with six residents who always can."""
    here = world(database, replace(programme(), slug=slug, name=slug))
    lines = [f"{slug} {number}" for number in range(6)]
    ids = import_residents(here, 0, *(person_line(name, models="peer:3") for name in lines))
    set_marks(here, dict.fromkeys(ids.values(), "2"))
    return here


@pytest.fixture
def here(shared: Database) -> World:
    return settled(shared, "spring")


@pytest.fixture
def settings(shared: Database) -> Settings:
    return Settings(shared.engine.url.render_as_string(hide_password=False), "key")


@contextmanager
def started(settings: Settings, *command: str) -> Iterator[subprocess.Popen[bytes]]:
    """A command of `rounds` as long as the block lasts."""
    process = subprocess.Popen((*ROUNDS, *command), env={**os.environ, **as_environment(settings)})
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(PATIENCE_SECONDS)


def until(happened: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        assert time.monotonic() < ends, "it did not happen in time"
        time.sleep(0.1)


def ask(here: World, seconds: float = 1) -> int:
    with here.database.writing() as db:
        return start_run(db, here.coordinator, here.programme_id, now(), seconds=seconds)


def look(here: World, run_id: int) -> Run:
    with here.database.reading() as db:
        return get_run(db, here.coordinator, run_id)


def knows_when(here: World) -> bool:
    """Whether anybody can come at any time."""
    with here.database.reading() as db:
        return any("2" in marks for marks in db.scalars(select(AvailabilityRow.marks)))


def attempts(here: World, run_id: int) -> int:
    with here.database.reading() as db:
        return db.get_one(RunRow, run_id).attempts


def has_reported(here: World, run_id: int) -> bool:
    """Whether the present attempt has said anything yet."""
    with here.database.reading() as db:
        row = db.get_one(RunRow, run_id)
        return row.heartbeat_at is not None and row.started_at is not None and row.heartbeat_at > row.started_at


def alive(database: Database) -> int:
    with database.reading() as db:
        return len(workers_alive(db, now()))


def solvers_of(pid: int) -> list[int]:
    """The processes that solve for a worker."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == pid and b"scheduler.jobs.child" in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
        except (FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
            continue
    return found


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_workers_and_servers_share_runs_and_e_mails_and_do_each_once(shared: Database) -> None:
    first, second = settled(shared, "spring"), settled(shared, "autumn")
    runs = [(here, ask(here)) for here in (first, second) for _ in range(5)]
    people = [f"person{number}@example.org" for number in range(40)]
    inbox = Inbox()
    with shared.writing() as db:
        for address in people:
            put_in_outbox(db, address, "Your dates", "Here they are.", now(), urgent=True)
    with serving(inbox) as mailing, ExitStack() as all_of_them:
        url = shared.engine.url.render_as_string(hide_password=False)
        settings = replace(mailing, database_url=url, feed_folder="")
        commands = [
            ("worker",),
            ("worker",),
            *(("serve", "--port", str(free_port()), "--workers", "1") for _ in range(2)),
        ]
        processes = [all_of_them.enter_context(started(settings, *command)) for command in commands]
        until(lambda: all(look(here, run_id).state.ended for here, run_id in runs))
        until(lambda: len(inbox.messages) >= len(people))
        until(lambda: alive(shared) == len(processes))
        for process in processes:
            process.terminate()
        assert [process.wait(PATIENCE_SECONDS) for process in processes] == [0] * len(processes)
    assert {look(here, run_id).state for here, run_id in runs} == {RunState.DONE}
    assert {attempts(here, run_id) for here, run_id in runs} == {1}
    with shared.reading() as db:
        assert db.scalar(select(func.count()).select_from(PlanRow)) == len(runs)
        unsent = select(func.count()).select_from(MailRow).where(MailRow.sent_at.is_(None))
        assert db.scalar(unsent) == 0
    assert Counter(str(message["To"]) for message in inbox.messages if message["To"] in people) == Counter(people)
    assert alive(shared) == 0


def test_a_run_whose_worker_is_killed_is_taken_over_and_ends_in_a_draft(here: World, settings: Settings) -> None:
    run_id = ask(here, seconds=600)
    with started(settings, *IMPATIENT) as one, started(settings, *IMPATIENT) as other:
        until(lambda: bool(solvers_of(one.pid) or solvers_of(other.pid)) and bool(look(here, run_id).steps))
        killed, left = (one, other) if solvers_of(one.pid) else (other, one)
        killed.kill()
        until(lambda: bool(solvers_of(left.pid)) and has_reported(here, run_id))
        left.terminate()
        assert left.wait(PATIENCE_SECONDS) == 0
    run = look(here, run_id)
    assert run.state is RunState.DONE
    assert run.plan_id is not None
    assert attempts(here, run_id) > 1


def test_a_worker_that_is_told_to_stop_gives_back_what_has_not_begun_in_earnest(
    here: World, settings: Settings
) -> None:
    run_id = ask(here, seconds=600)
    with started(settings, "worker") as worker:
        until(lambda: bool(solvers_of(worker.pid)))
    assert (look(here, run_id).state, attempts(here, run_id)) == (RunState.QUEUED, 1)


def test_a_worker_whose_connections_are_cut_goes_on(here: World, settings: Settings) -> None:
    with started(settings, "worker") as worker:
        until(lambda: alive(here.database) == 1)
        with here.database.engine.begin() as connection:
            connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )
        until(lambda: not knows_when(here))  # the worker has followed up that there is no rota
        with here.database.reading() as db:
            everybody = person_ids_by_address(db, here.programme_id).values()
        set_marks(here, dict.fromkeys(everybody, "2"))
        run_id = ask(here)
        until(lambda: look(here, run_id).state.ended)
        assert worker.poll() is None
    assert look(here, run_id).state is RunState.DONE


def test_a_run_that_kills_whatever_solves_it_fails_with_a_sentence_and_the_next_goes_on(
    here: World, settings: Settings
) -> None:
    poison, sound = ask(here, seconds=600), ask(here)
    with started(settings, "worker") as worker:
        for attempt in range(1, MOST_ATTEMPTS + 1):
            until(lambda attempt=attempt: attempts(here, poison) == attempt and bool(solvers_of(worker.pid)))
            for pid in solvers_of(worker.pid):
                os.kill(pid, signal.SIGKILL)
            until(lambda attempt=attempt: look(here, poison).state.ended or attempts(here, poison) > attempt)
        until(lambda: look(here, sound).state.ended)
    assert (look(here, poison).state, look(here, poison).error) == (RunState.FAILED, DIED)
    assert (look(here, sound).state, attempts(here, sound)) == (RunState.DONE, 1)
