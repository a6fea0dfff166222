"""``rounds demo``: a made-up hospital on this machine, from its files to its calendars, in one command."""

from __future__ import annotations

import http.client
import json
import os
import socket
import threading
import time
from contextlib import closing
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from scheduler.clock import now
from scheduler.commands.serve import serve_until_told
from scheduler.demo.construction import find_demo, make_demo
from scheduler.demo.folder import DATABASE, demo_settings, must_suit, use_clock_of
from scheduler.demo.moved_clock import live_until_now, move_clock, must_be_ahead
from scheduler.demo.names import MOST_RESIDENTS
from scheduler.demo.ways_in import WaysIn
from scheduler.errors import NotPossible
from scheduler.logs import log_to_standard_error
from scheduler.plans.model import Run
from scheduler.settings import Settings

HOST = "127.0.0.1"
LEAST_RESIDENTS = 8
ANSWER_SECONDS = 60


@click.command()
@click.option(
    "--dir", "folder", type=click.Path(file_okay=False, path_type=Path), default=Path("demo"), show_default=True,
    help="Folder for the hospital's files and database. A demo that is already there is used again.",
)  # fmt: skip
@click.option("--no-serve", is_flag=True, help="Create it without serving the pages.")
@click.option("--json", "as_json", is_flag=True, help="Print the addresses as JSON; progress goes to standard error.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Port to listen on.")
@click.option(
    "--residents", type=click.IntRange(LEAST_RESIDENTS, MOST_RESIDENTS), default=60, show_default=True,
    help="Number of residents.",
)  # fmt: skip
@click.option(
    "--today", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY",
    help="Move the demo's clock forward to this day, such as 2027-04-01, even while it is running.",
)  # fmt: skip
def demo(folder: Path, no_serve: bool, as_json: bool, port: int, residents: int, today: datetime | None) -> None:
    """Create an imaginary teaching hospital, form its groups, publish their sessions, and serve pages and calendars."""
    must_suit(folder)
    use_clock_of(folder)
    is_served = bool(today) and (folder / DATABASE).exists() and _answers(port)
    if not (no_serve or is_served):
        _must_be_free(port)
    settings = demo_settings(folder, f"http://{HOST}:{port}", os.environ)
    ways_in = _ways_into(settings, folder, residents, today)
    serves = not (no_serve or is_served)
    told = _as_json(ways_in, settings) if as_json else _as_text(ways_in, settings, folder, serves, is_served)
    if not serves:
        click.echo(told)
        return
    threading.Thread(target=_tell_once_it_answers, args=(port, told), daemon=True).start()
    serve_until_told(settings, HOST, port)


def _ways_into(settings: Settings, folder: Path, residents: int, today: datetime | None) -> WaysIn:
    """Ways into the demo in the folder, which is made if there is none; its people have lived until a day it is moved
    to. A new one is made today, so that what lies between has been lived, too."""
    log_to_standard_error(warnings_only=True)
    with Narrator() as narrator:
        if today:
            must_be_ahead(today.date())
        ways_in = find_demo(settings, folder)
        if ways_in is None:
            ways_in = make_demo(settings, folder, residents, narrator)
        else:
            narrator.done(f"Using the demo in {folder}. Remove the folder to start afresh.")
        if today:
            move_clock(folder, today.date())
            noted = live_until_now(settings)
            held = "1 more session has" if noted == 1 else f"{noted or 'no'} more sessions have"
            narrator.done(f"In the demo it is now {now().date()}: {held} been held")
            ways_in = find_demo(settings, folder) or ways_in
    return ways_in


class Narrator:
    """Shows progress on standard error: a line for each step done, a bar while the plan is made."""

    def __init__(self) -> None:
        console = Console(stderr=True, highlight=False)
        columns = (TextColumn("  {task.description}"), BarColumn(), TimeElapsedColumn())
        self._progress = Progress(*columns, console=console, transient=True)
        self._bar = self._progress.add_task("Planning", visible=False)

    def __enter__(self) -> Narrator:
        self._progress.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._progress.stop()

    def done(self, text: str) -> None:
        """A step that has been taken."""
        self._progress.console.print(f"  [green]✓[/green] {text}", soft_wrap=True)

    def planning(self, run: Run) -> None:
        """How far the run is, by the time that it was given."""
        last = run.steps[-1] if run.steps else None
        said = f": {last.placed} of {run.residents} residents in {last.groups} groups" if last else ""
        self._progress.update(
            self._bar,
            description=f"Planning{said}",
            total=run.seconds,
            completed=last.seconds if last else 0,
            visible=not run.state.ended,
        )


def _must_be_free(port: int) -> None:
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise NotPossible(
                f"Port {port} on this machine is already in use.", what_to_do="Choose another one with --port."
            ) from error


def _tell_once_it_answers(port: int, told: str) -> None:
    deadline = time.monotonic() + ANSWER_SECONDS
    while time.monotonic() < deadline:
        if _answers(port):
            click.echo(told)
            return
        time.sleep(0.1)


def _answers(port: int) -> bool:
    with closing(http.client.HTTPConnection(HOST, port, timeout=5)) as connection:
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == http.HTTPStatus.OK
        except OSError:
            return False


def _as_json(ways_in: WaysIn, settings: Settings) -> str:
    return json.dumps(
        {
            "base_url": settings.base_url,
            "links": {who: ways_in.links[who] for who in ("coordinator", "resident", "facilitator")},
            "feeds": dict(ways_in.feeds),
            "token": ways_in.tokens["coordinator"],
            "director_token": ways_in.tokens.get("director"),
            "database": settings.database_url,
        },
        indent=1,
    )


def _as_text(ways_in: WaysIn, settings: Settings, folder: Path, serves: bool, is_served: bool) -> str:
    lines = ["", "Sign in as" if serves or is_served else "Once `rounds demo` is serving, sign in as"]
    lines += [f"  {ways_in.names[who]}, {who}\n    {link}" for who, link in ways_in.links.items()]
    lines += ["", "Subscribe a calendar to"]
    lines += [f"  {purpose}\n    {address}" for purpose, address in ways_in.feeds.items()]
    lines += ["", "A token for programs, which acts as the coordinator", f"  {ways_in.tokens['coordinator']}"]
    lines += ["", f"The hospital's lists and rotas are in {folder}; its database is {folder / DATABASE}."]
    if serves:
        lines.append(f"Serving {settings.base_url}; press Ctrl-C to stop.")
    elif is_served:
        lines.append(f"It is already being served at {settings.base_url}, and goes by the new day from now on.")
    return "\n".join(lines)
