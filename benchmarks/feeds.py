"""How fast feeds are served and brought up to date with 10,000 people in the database: ``make bench-feeds``.

wrk asks a gunicorn of two workers on loopback for feeds, whole and unchanged, and nginx for the same octets as a
static file in the same run. Prints a table and writes ``benchmarks/feeds.json``.
"""

from __future__ import annotations

import gzip
import json
import os
import platform
import re
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from urllib.request import urlopen

from sqlalchemy import func, insert, select, update

from scheduler.bootstrap import open_database
from scheduler.calendars.feeds import feed_path
from scheduler.calendars.model import Purpose
from scheduler.calendars.service import refresh
from scheduler.calendars.tables import FeedBodyRow, FeedRow
from scheduler.db import Database
from scheduler.people.model import OPERATOR
from scheduler.people.tables import ParticipantRow, PersonRow, RoleRow
from scheduler.programmes.model import PEER, Programme, Room, Site, Window, equal_rounds
from scheduler.programmes.service import create_programme
from scheduler.programmes.tables import RoomRow, SiteRow
from scheduler.sessions.tables import AttendeeRow, SessionRow
from scheduler.settings import Settings, as_environment
from scheduler.signing_in.links import digest

PEOPLE = int(os.environ.get("PEOPLE", "10000"))
SECONDS = int(os.environ.get("SECONDS_EACH", "10"))
CONNECTIONS = int(os.environ.get("CONNECTIONS", "16"))
GROUP_SIZE = 6
ROUNDS = 6
NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Measured:
    """What wrk says of one run, and the processor time that the server spent on each request.

    On a machine that does other work besides, the last figure is the one that stays comparable.
    """

    what: str
    requests_per_second: float
    p50_ms: float
    p99_ms: float
    failures: int
    server_us_per_request: float


def main() -> None:
    """Make the database, measure, tell."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = Settings(f"sqlite:///{folder / 'rounds.sqlite'}", "bench")
        database = open_database(settings)
        programme_id = make_people(database)
        tokens = make_feeds(database, programme_id)
        publishing = measure_publishing(database, programme_id)
        write_feeds_file(database, tokens, folder / "feeds.txt")
        database.close()
        serving = [*measure_gunicorn(settings, folder), *measure_nginx(folder)]
    tell(publishing, serving)


def make_people(database: Database) -> int:
    """A programme of one site in groups of six that meet six times; returns its id."""
    with database.writing() as db:
        programme_id = create_programme(db, OPERATOR, _programme(), NOW)
        site_id = db.scalars(select(SiteRow.id)).one()
        room_id = db.scalars(select(RoomRow.id)).one()
        ids = range(1, PEOPLE + 1)
        db.execute(insert(PersonRow), [_person(number) for number in ids])
        db.execute(insert(RoleRow), [{"programme_id": programme_id, "person_id": n, "role": "resident"} for n in ids])
        db.execute(insert(ParticipantRow), [_participant(programme_id, number, site_id) for number in ids])
        db.execute(insert(SessionRow), list(_sessions(programme_id, site_id, room_id)))
        db.execute(insert(AttendeeRow), list(_attendees()))
    return programme_id


def _programme() -> Programme:
    room = Room("r1", "Seminar room", 12, frozenset(range(5)), clock_time(8), clock_time(18))
    return Programme(
        slug="bench",
        name="Large programme",
        zone="Europe/London",
        rounds=equal_rounds(date(2026, 9, 7), ROUNDS, 4),
        windows=(Window(1, clock_time(12), clock_time(14)),),
        models=(PEER,),
        sites=(Site("main", "Main", "Europe/London", (room,)),),
    )


def _person(number: int) -> dict[str, object]:
    return {
        "id": number,
        "name": f"Person {number}",
        "email": f"p{number}@example.org",
        "zone": "",
        "language": "en",
        "created_at": NOW,
    }


def _participant(programme_id: int, number: int, site_id: int) -> dict[str, object]:
    lists: dict[str, object] = {key: [] for key in ("modes", "interests", "tags", "company")}
    known = {"programme_id": programme_id, "person_id": number, "kind": "resident", "stage": 1, "site_id": site_id}
    return {**known, **lists, "models": {"peer": 1}, "joined_at": NOW}


def _sessions(programme_id: int, site_id: int, room_id: int) -> Iterator[dict[str, object]]:
    for group in range(-(-PEOPLE // GROUP_SIZE)):
        for number in range(ROUNDS):
            starts_at = NOW + timedelta(days=7 + 28 * number, hours=4, minutes=15 * (group % 8))
            yield {
                "id": group * ROUNDS + number + 1,
                "uid": f"{secrets.token_hex(16)}@mentor-rounds",
                "programme_id": programme_id,
                "group_key": f"g{group}",
                "group_name": f"Peer group {group + 1}",
                "model_name": "Peer group",
                "round": number,
                "starts_at": starts_at,
                "ends_at": starts_at + timedelta(hours=1),
                "mode": "in_person",
                "site_id": site_id,
                "room_id": room_id,
                "status": "confirmed",
                "sequence": 0,
                "created_at": NOW,
                "changed_at": NOW,
            }


def _attendees() -> Iterator[dict[str, object]]:
    for person in range(PEOPLE):
        first = person // GROUP_SIZE * ROUNDS + 1
        for session_id in range(first, first + ROUNDS):
            yield {"session_id": session_id, "person_id": person + 1, "role": "resident", "mark": "2"}


def make_feeds(database: Database, programme_id: int) -> list[str]:
    """A feed for everybody, not rendered yet; returns the tokens."""
    tokens = [secrets.token_urlsafe(32) for _ in range(PEOPLE)]
    rows = [
        {
            "id": number,
            "digest": digest(token),
            "programme_id": programme_id,
            "owner_id": number,
            "purpose": Purpose.RESIDENT,
            "name": "Large programme",
            "etag": "",
            "changed_at": NOW,
            "created_at": NOW,
        }
        for number, token in enumerate(tokens, start=1)
    ]
    with database.writing() as db:
        db.execute(insert(FeedRow), rows)
        db.execute(insert(FeedBodyRow), [{"feed_id": row["id"], "gzipped": b""} for row in rows])
    return tokens


def measure_publishing(database: Database, programme_id: int) -> dict[str, float]:
    """A refresh after everything, one session, and nothing has changed: its seconds, of which the processor worked so
    many, and how many feeds it wrote."""
    found: dict[str, float] = {}
    for what, sessions in (("everything", PEOPLE * ROUNDS), ("one session", 1), ("nothing", 0)):
        with database.writing() as db:
            moved = update(SessionRow).where(SessionRow.id <= sessions)
            db.execute(moved.values(sequence=SessionRow.sequence + 1, changed_at=NOW + timedelta(days=1)))
            started, worked = time.perf_counter(), time.process_time()
            refreshed = refresh(db, programme_id, NOW + timedelta(days=1))
        found[f"{what}: seconds"] = round(time.perf_counter() - started, 2)
        found[f"{what}: seconds of the processor"] = round(time.process_time() - worked, 2)
        found[f"{what}: feeds written"] = refreshed.changed
    return found


def write_feeds_file(database: Database, tokens: list[str], path: Path) -> None:
    """Write paths and tags for wrk, and one body of the usual size for nginx."""
    with database.reading() as db:
        rows = db.execute(select(FeedRow.digest, FeedRow.etag, FeedRow.name)).all()
        usual = select(FeedBodyRow.gzipped).order_by(func.length(FeedBodyRow.gzipped).desc()).limit(1)
        body = gzip.decompress(db.scalars(usual).one())
    token_of = {digest(token): token for token in tokens}
    path.write_text("".join(f"{feed_path(token_of[row.digest], row.name)} {row.etag}\n" for row in rows))
    path.with_name("static.ics").write_bytes(body)
    os.chmod(path.parent, 0o755)  # noqa: S103 - nginx reads the static file as a user of its own


def measure_gunicorn(settings: Settings, folder: Path) -> Iterator[Measured]:
    """Whole bodies, compressed bodies, and feeds that the client holds already."""
    port = _free_port()
    with _gunicorn(settings, port) as server:
        url = f"http://127.0.0.1:{port}"
        feeds = {"FEEDS_FILE": str(folder / "feeds.txt")}
        _wrk("until both workers know every feed", server, url, feeds, seconds=3 * SECONDS)
        yield _wrk("body (200)", server, url, feeds)
        yield _wrk("body, gzip (200)", server, url, {**feeds, "FEEDS_ENCODING": "gzip"})
        yield _wrk("unchanged (304)", server, url, {**feeds, "FEEDS_HELD": "1"})


def measure_nginx(folder: Path) -> Iterator[Measured]:
    """The same octets as a static file from nginx with two workers: what the machine could do at best."""
    port = _free_port()
    configuration = folder / "nginx.conf"
    configuration.write_text(
        f"worker_processes 2; daemon off; pid {folder}/nginx.pid; error_log stderr crit; events {{}}\n"
        f"http {{ access_log off; types {{ text/calendar ics; }}\n"
        f"server {{ listen 127.0.0.1:{port}; root {folder}; keepalive_requests 1000000; }} }}\n"
    )
    static = folder / "static.txt"
    with _serving(
        ["nginx", "-p", str(folder), "-c", str(configuration)], f"http://127.0.0.1:{port}/static.ics"
    ) as server:
        with urlopen(f"http://127.0.0.1:{port}/static.ics") as response:
            tag = response.headers["ETag"].strip('"')
        static.write_text(f"/static.ics {tag}\n")
        feeds = {"FEEDS_FILE": str(static)}
        yield _wrk("nginx, static file (200)", server, f"http://127.0.0.1:{port}", feeds)
        yield _wrk("nginx, static file (304)", server, f"http://127.0.0.1:{port}", {**feeds, "FEEDS_HELD": "1"})


@contextmanager
def _gunicorn(settings: Settings, port: int) -> Iterator[int]:
    command = [
        sys.executable, "-m", "gunicorn", "web.app:create_app()", "--bind", f"127.0.0.1:{port}", "--workers", "2",
        "--worker-class", "gthread", "--threads", "4", "--no-control-socket", "--log-level", "warning",
    ]  # fmt: skip
    environment = {**os.environ, **as_environment(settings)}
    with _serving(command, f"http://127.0.0.1:{port}/healthz", environment) as server:
        yield server


@contextmanager
def _serving(command: list[str], url: str, environment: dict[str, str] | None = None) -> Iterator[int]:
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait_for(url)
        yield process.pid
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            with urlopen(url, timeout=2):  # noqa: S310 - our own server
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _processor_seconds(server: int) -> float:
    """What the children of a process have used so far (proc(5): fields 4, 14 and 15 of stat)."""
    stats = [path.read_text().rpartition(")")[2].split() for path in Path("/proc").glob("[0-9]*/stat")]
    ticks = sum(int(fields[11]) + int(fields[12]) for fields in stats if int(fields[1]) == server)
    return ticks / os.sysconf("SC_CLK_TCK")


def _wrk(what: str, server: int, url: str, environment: dict[str, str], seconds: int = SECONDS) -> Measured:
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "-s", str(HERE / "feeds.lua"), url]
    before = _processor_seconds(server)
    said = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=True).stdout
    failed = [int(number) for number in re.findall(r"Non-2xx or 3xx responses: (\d+)", said)]
    failed += [int(number) for line in re.findall(r"Socket errors: (.*)", said) for number in re.findall(r"\d+", line)]
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    assert rate is not None, said
    served = re.search(r"(\d+) requests in", said)
    assert served is not None, said
    used_us = (_processor_seconds(server) - before) * 1e6 / int(served[1])
    return Measured(
        what, float(rate[1]), _latency_ms(said, "50%"), _latency_ms(said, "99%"), sum(failed), round(used_us, 1)
    )


def _latency_ms(said: str, part: str) -> float:
    found = re.search(rf"{part}\s+([\d.]+)(us|ms|s)", said)
    assert found is not None, said
    return round(float(found[1]) * {"us": 0.001, "ms": 1, "s": 1000}[found[2]], 2)


def _line(measured: Measured) -> str:
    latencies = f"{measured.p50_ms:9.1f} ms{measured.p99_ms:9.1f} ms"
    rate, used = f"{measured.requests_per_second:10.0f}/s", f"{measured.server_us_per_request:9.0f} µs"
    return f"{measured.what:28}{rate}{latencies}{used}"


def tell(publishing: dict[str, float], serving: list[Measured]) -> None:
    """Print what was measured and write it down."""
    lines = [_line(measured) for measured in serving]
    lines += [f"{what}: {value:g}" for what, value in publishing.items()]
    lines.append(f"load of the machine over five minutes: {os.getloadavg()[1]:.1f} on {os.cpu_count()} cores")
    sys.stdout.write("\n".join([f"{'':28}{'requests':>12}{'p50':>12}{'p99':>12}{'server CPU':>12}", *lines, ""]))
    machine = {"cores": os.cpu_count(), "processor": platform.machine(), "python": platform.python_version()}
    load = round(os.getloadavg()[1], 1)  # over five minutes, this measurement included
    settings = {"people": PEOPLE, "seconds each": SECONDS, "connections": CONNECTIONS, "load": load, **machine}
    record = {"settings": settings, "publishing": publishing, "serving": [asdict(measured) for measured in serving]}
    (HERE / "feeds.json").write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main()
