"""The demo as a whole: made by real parts, found again, and served."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from scheduler import clock
from scheduler.bootstrap import connect
from scheduler.calendars.validation import validate
from scheduler.cli import rounds
from scheduler.db import Database
from scheduler.demo.construction import find_demo, make_demo
from scheduler.demo.folder import DATABASE, demo_settings
from scheduler.demo.names import COORDINATOR
from scheduler.demo.ways_in import WaysIn
from scheduler.errors import NotPossible
from scheduler.evidence.directors import DIRECTOR
from scheduler.joining.tables import AnswerRow
from scheduler.offices.service import invite
from scheduler.people.model import Actor, Role
from scheduler.people.tables import RoleRow
from scheduler.plans.model import Run, RunState
from scheduler.plans.tables import PlanRow, RunRow
from scheduler.rotas.tables import WaitingRow
from scheduler.sessions.tables import SessionRow
from scheduler.settings import as_environment
from solvers.codec import read_instance
from tests.scheduler.calendars.readers import READERS, by_icalendar
from web.app import create_app

BASE_URL = "http://demo.example.org"
QUICK = {"ROUNDS_SOLVE_SECONDS": "3", "ROUNDS_SOLVE_WORKERS": "1"}
RESIDENTS = 16


class Notes:
    """A listener that keeps what it hears."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.states: list[RunState] = []

    def done(self, text: str) -> None:
        self.texts.append(text)

    def planning(self, run: Run) -> None:
        self.states.append(run.state)


@pytest.fixture(autouse=True)
def _clock_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command makes its process go by the demo's clock; the next test shall not."""
    monkeypatch.setenv(clock.MOVED, "")


@pytest.fixture(scope="module")
def notes() -> Notes:
    """What was told while the small demo was made."""
    return Notes()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, notes: Notes) -> Path:
    """A small demo, made once."""
    folder = tmp_path_factory.mktemp("hospital") / "demo"
    make_demo(demo_settings(folder, BASE_URL, QUICK), folder, RESIDENTS, notes)
    return folder


@pytest.fixture
def database(folder: Path) -> Iterator[Database]:
    """The demo's database."""
    opened = connect(demo_settings(folder, BASE_URL, QUICK).database_url)
    yield opened
    opened.close()


@pytest.fixture
def ways_in(folder: Path) -> WaysIn:
    """Fresh links into it."""
    found = find_demo(demo_settings(folder, BASE_URL, QUICK), folder)
    assert found is not None
    return found


def test_people_have_joined_and_agreed_to_their_charter_but_for_one_group(database: Database) -> None:
    with database.reading() as db:
        statuses: dict[str, set[str]] = {}
        for group, status in db.execute(select(SessionRow.group_key, SessionRow.status)):
            statuses.setdefault(group, set()).add(status)
        assert all(len(of_group) == 1 for of_group in statuses.values())
        tentative = [group for group, of_group in statuses.items() if of_group == {"tentative"}]
        assert len(tentative) == 1
        assert db.scalar(select(func.count()).select_from(AnswerRow)) > RESIDENTS / 2


def test_a_plan_of_everybody_who_is_in_the_files_is_published(database: Database) -> None:
    with database.reading() as db:
        plan = db.scalars(select(PlanRow)).one()
        run = db.scalars(select(RunRow)).one()
        sessions = db.scalar(select(func.count()).select_from(SessionRow))
        instance = read_instance(run.instance)
    assert (plan.state, plan.revision, run.plan_id) == ("published", 1, plan.id)
    assert len(instance.residents) == RESIDENTS
    assert not any("?" in resident.availability for resident in instance.residents)
    assert sessions


def test_no_rota_waits_for_an_answer(database: Database) -> None:
    with database.reading() as db:
        assert db.scalars(select(WaitingRow)).all() == []


def test_every_audience_has_a_link_that_opens_its_own_page(folder: Path, ways_in: WaysIn) -> None:
    app = create_app(demo_settings(folder, BASE_URL, QUICK))
    for who, link in ways_in.links.items():
        answer = app.test_client().get(urlsplit(link).path, base_url=BASE_URL, follow_redirects=True)
        assert answer.status_code == 200, who
        assert ways_in.names[who] in answer.text, who


def test_every_feed_is_a_valid_calendar_with_sessions(folder: Path, ways_in: WaysIn) -> None:
    app = create_app(demo_settings(folder, BASE_URL, QUICK))
    assert set(ways_in.feeds) == {"resident", "facilitator", "group", "programme"}
    for purpose, address in ways_in.feeds.items():
        answer = app.test_client().get(urlsplit(address).path, base_url=BASE_URL)
        assert answer.status_code == 200, purpose
        assert validate(answer.data) == (), purpose
        assert b"BEGIN:VEVENT" in answer.data, purpose


def test_every_reader_reads_every_feed_of_it_as_the_database_has_it(
    folder: Path, database: Database, ways_in: WaysIn
) -> None:
    """Four months of winter and summer: the demo's term crosses a change of the clock whenever it is made."""
    app = create_app(demo_settings(folder, BASE_URL, QUICK))
    with database.reading() as db:
        rows = db.scalars(select(SessionRow)).all()
        stored = {(row.uid, row.starts_at, row.ends_at, row.status.upper()) for row in rows}
    bodies = {
        purpose: app.test_client().get(urlsplit(address).path, base_url=BASE_URL).data
        for purpose, address in ways_in.feeds.items()
    }
    assert by_icalendar(bodies["programme"]) == stored
    for purpose, body in bodies.items():
        if b"DTSTART;VALUE=DATE" in body:  # a facilitator without a group has a notice and no sessions
            continue
        read = {name: reader(body) for name, reader in READERS.items()}
        assert read == dict.fromkeys(READERS, by_icalendar(body)), purpose
        assert read["icalendar"] <= stored, purpose


def test_its_clock_is_moved_without_losing_anything(folder: Path, tmp_path: Path) -> None:
    moved = tmp_path / "moved"
    shutil.copytree(folder, moved)
    day = datetime.now(UTC).date() + timedelta(days=70)
    command = ["demo", "--dir", str(moved), "--no-serve", "--json", "--today", day.isoformat()]
    told = CliRunner().invoke(rounds, command, env=QUICK, catch_exceptions=False)
    settings = demo_settings(moved, BASE_URL, QUICK)
    database = connect(settings.database_url)
    with database.reading() as db:
        sessions = db.scalars(select(SessionRow)).all()
        assert any(row.ends_at < clock.now() for row in sessions)
        assert any(row.starts_at > clock.now() for row in sessions)
        assert db.scalar(select(func.count()).select_from(PlanRow)) == 1
    database.close()
    browser = create_app(settings).test_client()
    link = json.loads(told.stdout)["links"]["resident"]
    page = browser.get(urlsplit(link).path, base_url=BASE_URL, follow_redirects=True)
    assert '<tr class="past">' in page.text, "its first session is over"
    linked = CliRunner().invoke(rounds, ["link", COORDINATOR[1]], env=as_environment(settings), catch_exceptions=False)
    address = urlsplit(linked.stdout.split()[-1]).path
    opened = create_app(settings).test_client().get(address, base_url=BASE_URL)
    assert opened.status_code == 200, "a link that a command prints is good on the demo's own clock"
    with pytest.raises(NotPossible, match="time does not go back"):
        CliRunner().invoke(rounds, [*command[:-1], "2026-01-01"], env=QUICK, catch_exceptions=False)


def test_finding_it_again_makes_new_links_and_no_new_plan(folder: Path, database: Database, ways_in: WaysIn) -> None:
    again = find_demo(demo_settings(folder, BASE_URL, QUICK), folder)
    assert again is not None
    assert not set(again.links.values()) & set(ways_in.links.values())
    with database.reading() as db:
        assert db.scalar(select(func.count()).select_from(PlanRow)) == 1


def test_who_is_only_asked_to_direct_keeps_nobody_from_finding_it_again(folder: Path, database: Database) -> None:
    with database.writing() as db:
        programme_id = db.scalars(select(PlanRow.programme_id)).one()
        asker = Actor(None, "Someone", frozenset({(programme_id, Role.COORDINATOR)}))
        invite(db, DIRECTOR, asker, programme_id, "Aaron Asked", "aaron@demo.example", BASE_URL, clock.now())
    settings = demo_settings(folder, BASE_URL, QUICK)
    again = find_demo(settings, folder)
    assert again is not None
    assert again.names["director"] != "Aaron Asked"
    with database.writing() as db:
        directs = db.scalars(select(RoleRow).where(RoleRow.role == Role.DIRECTOR)).one()
        who = directs.person_id
        db.delete(directs)
    without = find_demo(settings, folder)
    with database.writing() as db:
        db.add(RoleRow(programme_id=programme_id, person_id=who, role=Role.DIRECTOR))
    assert without is not None
    assert not {"director"} & {*without.names, *without.links, *without.tokens}


@pytest.mark.usefixtures("folder")
def test_progress_is_told_from_the_files_to_the_plan(notes: Notes) -> None:
    assert notes.states[0] is RunState.QUEUED
    assert notes.states[-1] is RunState.DONE
    assert f"{RESIDENTS} residents" in notes.texts[0]
    assert "revision 1" in notes.texts[-2]
    assert "agreed their charter" in notes.texts[-1]


def test_a_demo_that_was_cut_short_is_made_anew(tmp_path: Path) -> None:
    settings = demo_settings(tmp_path, BASE_URL, QUICK)

    class CutShort(Notes):
        def planning(self, run: Run) -> None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_demo(settings, tmp_path, 8, CutShort())
    assert (tmp_path / DATABASE).exists()
    assert find_demo(settings, tmp_path) is None
    make_demo(settings, tmp_path, 8, Notes())
    assert find_demo(settings, tmp_path) is not None


def test_a_folder_with_other_things_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(NotPossible, match="not empty"):
        CliRunner().invoke(rounds, ["demo", "--dir", str(tmp_path), "--no-serve"], catch_exceptions=False)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_port_in_use_is_said_before_anything_is_made(tmp_path: Path) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        with pytest.raises(NotPossible, match=port):
            CliRunner().invoke(
                rounds, ["demo", "--dir", str(tmp_path / "demo"), "--port", port], catch_exceptions=False
            )
    assert list(tmp_path.iterdir()) == []


def test_the_environment_reaches_only_the_planner(tmp_path: Path) -> None:
    elsewhere = {"ROUNDS_DATABASE_URL": "sqlite:///other", "ROUNDS_SMTP_URL": "smtp://mail", **QUICK}
    settings = demo_settings(tmp_path, BASE_URL, elsewhere)
    assert settings.database_url.endswith(str(tmp_path / DATABASE))
    assert (settings.smtp_url, settings.solve_seconds, settings.solve_workers) == ("", 3.0, 1)


@contextmanager
def served(folder: Path, port: int) -> Iterator[dict[str, object]]:
    command = [Path(sys.executable).parent / "rounds", "demo", "--dir", folder, "--json", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, **QUICK})
    assert process.stdout is not None
    lines = iter(process.stdout.readline, b"")
    try:
        text = b""
        for line in lines:
            text += line
            if line == b"}\n":
                break
        yield json.loads(text)
    finally:
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
        assert process.wait(30) == 0
        assert rest == b""


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_the_command_prints_json_once_it_serves_and_ends_when_told(folder: Path) -> None:
    port = free_port()
    with served(folder, port) as told:
        assert set(told) == {"base_url", "links", "feeds", "token", "director_token", "database"}
        assert told["base_url"] == f"http://127.0.0.1:{port}"
        assert isinstance(told["links"], dict)
        assert set(told["links"]) == {"coordinator", "resident", "facilitator"}
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
            connection.request("GET", urlsplit(told["links"]["resident"]).path)
            assert connection.getresponse().status == 303


def test_a_demo_is_moved_while_it_is_served(folder: Path, tmp_path: Path) -> None:
    moved, port = tmp_path / "moved", free_port()
    shutil.copytree(folder, moved)
    day = datetime.now(UTC).date() + timedelta(days=70)
    with served(moved, port):
        command = ["demo", "--dir", str(moved), "--json", "--port", str(port), "--today", day.isoformat()]
        told = CliRunner().invoke(rounds, command, env=QUICK, catch_exceptions=False)
        link = urlsplit(json.loads(told.stdout)["links"]["resident"]).path
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
            connection.request("GET", link)
            answer = connection.getresponse()
            cookie = (answer.getheader("Set-Cookie") or "").partition(";")[0]
            answer.read()
            connection.request("GET", "/my-group", headers={"Cookie": cookie})
            assert '<tr class="past">' in connection.getresponse().read().decode()
