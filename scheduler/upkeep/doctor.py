"""Whether an installation is well: everything that a monitor or an operator would ask, each with what to do."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from importlib.metadata import version
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, make_url, select, text
from sqlalchemy.exc import SQLAlchemyError

from scheduler.audit.chain import verify
from scheduler.audit.tables import AuditRow
from scheduler.bootstrap import alembic_config, connect
from scheduler.calendars.faulty_feeds import count_faulty
from scheduler.db import Database, read_address
from scheduler.mail.service import greet
from scheduler.mail.tables import MailRow
from scheduler.planning.workers import Worker, has_no_worker, workers_alive
from scheduler.plans.model import RunState
from scheduler.plans.tables import RunRow
from scheduler.settings import Settings
from scheduler.settings_files import MODE, NAME
from scheduler.upkeep.contents import revision_of

LITTLE_SPACE, NO_SPACE = 500 * 1024**2, 50 * 1024**2
"""Octets left on the disk at which to look, and at which work fails."""
CLOCK_TOLERANCE: Final = timedelta(seconds=60)
PATIENCE: Final = timedelta(minutes=10)
"""So long nothing that waits is odd: a run, or an e-mail."""
SILENCE: Final = timedelta(minutes=2)
"""After so long without a sign of life nobody works at a run any more."""


class State(IntEnum):
    """How something is; the worst of all is the exit status, as monitors understand it."""

    WELL = 0
    LOOK = 1
    WRONG = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one thing, and what to do unless all is well."""

    about: str
    state: State
    text: str
    what_to_do: str = ""


Findings = Iterator[Finding]
_SERVE_MAKES: Final = "`rounds serve` makes one."
_CHECK_OR_SERVE: Final = "Check ROUNDS_DATABASE_URL. `rounds serve` makes a new database there."


def examine(database: Database, settings: Settings, now: datetime) -> tuple[Finding, ...]:
    """Look at everything. Where the database does not answer, at what can be seen without."""
    found = _around(settings)
    try:
        with database.engine.connect() as connection:
            found += [Finding("database", State.WELL, f"{database.engine.dialect.name} answers"), *_damage(connection)]
            schema = tuple(_schema(connection))
            found += schema
            found += _clock(connection, now)
    except SQLAlchemyError as error:
        unreachable = f"The database does not answer ({type(error).__name__})."
        what_to_do = "Check ROUNDS_DATABASE_URL, and that the database is running and can be reached."
        return (*found, Finding("database", State.WRONG, unreachable, what_to_do), *_mail_server(settings))
    found += _mail_server(settings)
    if all(each.state is State.WELL for each in schema):
        found += _inside(database, settings, now)
    return tuple(found)


def examine_installation(settings: Settings, now: datetime) -> tuple[Finding, ...]:
    """Look at everything without making anything: a file of SQLite that isn't there is told of."""
    url = read_address(settings.database_url)
    secret = () if settings.secret_key else (Finding("secret", State.LOOK, "There is no secret yet.", _SERVE_MAKES),)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        gone = Finding("database", State.WRONG, f"There is no database at {url.database}.", _CHECK_OR_SERVE)
        return (*secret, *_around(settings), gone, *_mail_server(settings))
    database = connect(settings.database_url, settings.secret_key)
    try:
        return (*secret, *examine(database, settings, now))
    finally:
        database.close()


def worst(findings: Iterable[Finding]) -> State:
    """The worst state of all."""
    return max((each.state for each in findings), default=State.WELL)


def _around(settings: Settings) -> list[Finding]:
    """What can be seen without the database."""
    found = [Finding("version", State.WELL, f"Mentor Rounds {version('mentor-rounds')}")]
    return [*found, *_settings_file(Path(NAME)), *_address(settings), *_disk(settings)]


def _settings_file(path: Path) -> Findings:
    if path.exists() and path.stat().st_mode & ~MODE & 0o777:
        text_ = f"Other accounts on this machine may read {path}, and the passwords in it."
        yield Finding("settings", State.LOOK, text_, f"Run `chmod 600 {path}`.")
    elif path.exists():
        yield Finding("settings", State.WELL, f"{path}, readable by its owner only")


def _address(settings: Settings) -> Findings:
    parts = urlsplit(settings.base_url)
    local = parts.hostname in {"127.0.0.1", "localhost", "::1"}
    if parts.scheme == "https" or local:
        yield Finding("address", State.WELL, settings.base_url)
    else:
        text_ = f"People reach the pages at {settings.base_url}, unencrypted."
        yield Finding("address", State.LOOK, text_, "Put a web server with TLS in front, and set ROUNDS_BASE_URL.")


def _disk(settings: Settings) -> Findings:
    url = make_url(settings.database_url)
    folders = {Path(settings.feed_folder or ".")}
    if url.get_backend_name() == "sqlite" and url.database:
        folders.add(Path(url.database).parent)
    free = min(shutil.disk_usage(_existing(folder)).free for folder in folders)
    said = f"{free // 1024**2} MB free on the disk"
    if free < NO_SPACE:
        yield Finding("disk", State.WRONG, f"Only {said}.", "Make room at once: nothing can be saved without.")
    elif free < LITTLE_SPACE:
        yield Finding("disk", State.LOOK, f"Only {said}.", "Make room soon.")
    else:
        yield Finding("disk", State.WELL, said)


def _existing(folder: Path) -> Path:
    return next(each for each in (folder.absolute(), *folder.absolute().parents) if each.exists())


def _damage(connection: Connection) -> Findings:
    if connection.dialect.name != "sqlite":
        return
    found = connection.exec_driver_sql("PRAGMA quick_check").scalars().all()
    if found != ["ok"]:
        what_to_do = "Stop `rounds serve`, and restore the last backup with `rounds restore`."
        yield Finding("database", State.WRONG, "The database’s file is damaged.", what_to_do)


def _schema(connection: Connection) -> Findings:
    script = ScriptDirectory.from_config(alembic_config(connection))
    here, head = revision_of(connection), script.get_current_head()
    if here == head:
        yield Finding("schema", State.WELL, f"revision {here}")
    elif here and here not in {each.revision for each in script.walk_revisions()}:
        what_to_do = "Put the newer version back, or restore the backup that belongs to this one."
        yield Finding(
            "schema", State.WRONG, f"A newer version has written this database (revision {here}).", what_to_do
        )
    else:
        text_ = f"The schema is of revision {here or 'none'} and has to become {head}."
        yield Finding("schema", State.LOOK, text_, "Back up, then start `rounds serve`: it does that first.")


def _clock(connection: Connection, now: datetime) -> Findings:
    what_to_do = "Have the machines’ clocks set by NTP."
    if connection.dialect.name == "postgresql":
        there: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
        apart = abs(there - now)
        if apart > CLOCK_TOLERANCE:
            yield Finding("clock", State.WRONG, f"This clock and the database’s are {apart} apart.", what_to_do)
            return
    last = connection.execute(select(func.max(AuditRow.at))).scalar() if _has_record(connection) else None
    if last is not None and last > now + CLOCK_TOLERANCE:
        text_ = f"The clock says {now:%Y-%m-%d %H:%M} UTC, but something was recorded at {last:%Y-%m-%d %H:%M}."
        yield Finding("clock", State.WRONG, text_, f"The clock was put back. {what_to_do}")
    else:
        yield Finding("clock", State.WELL, f"{now:%Y-%m-%d %H:%M} UTC")


def _has_record(connection: Connection) -> bool:
    return bool(connection.dialect.has_table(connection, AuditRow.__tablename__))


def _mail_server(settings: Settings) -> Findings:
    if not settings.smtp_url:
        yield Finding(
            "mail server", State.LOOK, "E-mail waits in the outbox: no mail server is set.", "Set ROUNDS_SMTP_URL."
        )
        return
    began = time.monotonic()
    refused = greet(settings.smtp_url)
    if refused:
        text_ = f"The mail server does not take e-mail ({refused})."
        yield Finding(
            "mail server", State.WRONG, text_, "Check ROUNDS_SMTP_URL and the server. What waits is sent later."
        )
    else:
        yield Finding("mail server", State.WELL, f"answers after {time.monotonic() - began:.1f} s")


def _inside(database: Database, settings: Settings, now: datetime) -> Findings:
    """What stands in the database."""
    with database.reading() as db:
        overdue = MailRow.next_try_at < now - PATIENCE, MailRow.attempts == 0
        late, waiting_mail = (
            db.scalar(select(func.count()).select_from(MailRow).where(*which)) or 0
            for which in (overdue, (MailRow.next_try_at.is_not(None),))
        )
        working, waiting = (
            db.execute(select(func.count(), func.min(when)).where(RunRow.state == state)).one()
            for state, when in ((RunState.RUNNING, RunRow.heartbeat_at), (RunState.QUEUED, RunRow.queued_at))
        )
        faulty, verdict = count_faulty(db), verify(db)
        alive, idle = workers_alive(db, now), has_no_worker(db, now)
    if late and settings.smtp_url:
        text_ = f"{late} e-mails should have been sent before {now - PATIENCE:%H:%M} UTC."
        yield Finding("outbox", State.WRONG, text_, "Is `rounds serve` running? `rounds mail status` says more.")
    else:
        yield Finding("outbox", State.WELL, f"{waiting_mail} e-mails wait")
    yield from _planner(working, waiting, now)
    yield from _workers(alive, idle)
    if faulty:
        yield Finding("feeds", State.WRONG, f"{faulty} calendar feeds are not up to date.", "See `rounds feeds`.")
    else:
        yield Finding("feeds", State.WELL, "every calendar feed is up to date")
    if verdict.broken:
        yield Finding("record", State.WRONG, "The record of who did what was altered.", "See `rounds audit verify`.")
    else:
        yield Finding("record", State.WELL, f"{verdict.lines} entries, as they were written")


def _planner(working: tuple[int, datetime | None], waiting: tuple[int, datetime | None], now: datetime) -> Findings:
    what_to_do = "Start `rounds serve`, or `rounds worker`: it takes up what was left, and what waits."
    if working[1] is not None and working[1] < now - SILENCE:
        yield Finding("planner", State.WRONG, "A plan is being made, but nobody works at it any more.", what_to_do)
    elif waiting[1] is not None and not working[0] and waiting[1] < now - SILENCE:
        yield Finding("planner", State.WRONG, f"{waiting[0]} plans wait, and none is being made.", what_to_do)
    else:
        yield Finding("planner", State.WELL, f"{working[0]} plans being made, {waiting[0]} waiting")


def _workers(alive: Sequence[Worker], idle: bool) -> Findings:
    if idle:
        text_ = "No worker is alive: no plan is made, and no e-mail sent."
        yield Finding("workers", State.WRONG, text_, "Start `rounds worker`, or `rounds serve` without --no-worker.")
    elif alive:
        named = ", ".join(f"{one.machine} ({one.process_id})" for one in alive)
        yield Finding("workers", State.WELL, f"{len(alive)} alive: {named}")
