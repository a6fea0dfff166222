"""A real server with its planning beside it, and a real browser."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from scheduler import clock
from scheduler.bootstrap import open_database
from scheduler.db import Database
from scheduler.demo.hospital import Hospital, write_hospital
from scheduler.people.model import OPERATOR
from scheduler.people.roles import add_coordinator
from scheduler.programmes.service import create_programme
from scheduler.settings import Settings, as_environment
from scheduler.signing_in.links import make_link
from tests.builders import plan_everybody

RESIDENTS = 24
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PATIENCE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Installation:
    """A served programme without people yet, and the files that its coordinator was sent."""

    base_url: str
    database: Database
    hospital: Hospital
    coordinator_link: str


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The system's Chromium or Chrome."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.skip("No Chromium or Chrome is installed.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Iterator[Installation]:
    """`rounds serve` on a port of its own, over an empty database."""
    folder = tmp_path_factory.mktemp("installation")
    shutil.copy(migrated_sqlite, folder / "rounds.sqlite")
    port = _free_port()
    settings = Settings(
        f"sqlite:///{folder / 'rounds.sqlite'}", "k" * 40, base_url=f"http://127.0.0.1:{port}", solve_seconds=10,
        solve_workers=1,
    )  # fmt: skip
    database = open_database(settings)
    hospital = write_hospital(folder / "files", clock.now().date(), RESIDENTS)
    link = _coordinator_link(database, hospital)
    server = _start(settings, port, folder / "server.log")
    try:
        _wait_until_it_answers(port, server)
        yield Installation(settings.base_url, database, hospital, f"{settings.base_url}/sign-in/{link}")
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(PATIENCE_SECONDS)
        database.close()


def _coordinator_link(database: Database, hospital: Hospital) -> str:
    now = clock.now()
    with database.writing() as db:
        programme_id = create_programme(db, OPERATOR, replace(hospital.programme, slug="story"), now)
        plan_everybody(db, programme_id)
        person_id = add_coordinator(db, OPERATOR, programme_id, "Penny Clipboard", "penny@example.org", now)
        return make_link(db, person_id, now, stays=timedelta(days=1))


def _start(settings: Settings, port: int, log: Path) -> subprocess.Popen[bytes]:
    command = [str(Path(sys.executable).with_name("rounds")), "serve", "--port", str(port)]
    with log.open("wb") as lines:
        return subprocess.Popen(command, env={**os.environ, **as_environment(settings)}, stdout=lines, stderr=lines)


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_it_answers(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
            try:
                connection.request("GET", "/readyz")
                if connection.getresponse().status == http.HTTPStatus.OK:
                    return
            except OSError:
                time.sleep(0.1)
    raise TimeoutError("the server did not answer")
