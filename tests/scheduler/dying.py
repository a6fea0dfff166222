"""What a process does that is killed in the middle of it, as by ``kill -9``: it kills itself just before one of its
commits, with everything of that transaction done."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import count
from typing import Any, Final

from sqlalchemy import event

from scheduler.bootstrap import connect, migrate
from scheduler.calendars.due_feeds import bring_due_feeds_up_to_date
from scheduler.db import Database
from scheduler.enrolment.people_import import import_people
from scheduler.invitations.change_notices import announce_changes
from scheduler.invitations.reminders import handle_reminders, plan_reminders
from scheduler.mail.service import send_waiting
from scheduler.people.model import Role
from scheduler.settings import Settings
from tests.builders import actor, publish
from tests.forks import KILLED, Forks

KEY: Final = "key"
_processes = Forks("tests.scheduler.dying")


def killed_before_commit(number: int, work: str, database: Database, now: datetime, **asked: object) -> None:
    """Have a process do this work, and die before its commit of that number."""
    url = database.engine.url.render_as_string(hide_password=False)
    given = json.dumps({"work": work, "url": url, "number": number, "now": now.isoformat(), **asked})
    ended = _processes.run("tests.scheduler.dying:main", [], given.encode(), {}, seconds=600)
    assert ended.returncode == KILLED, ended.stderr.decode()


def main() -> None:
    """Do what is asked on standard input."""
    asked = json.load(sys.stdin)
    database = connect(asked["url"], KEY)
    commits = count(1)

    def die_in_time(_connection: object) -> None:
        if next(commits) == asked["number"]:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(database.engine, "commit", die_in_time)
    WORK[asked["work"]](database, datetime.fromisoformat(asked["now"]), asked)


def _import(database: Database, now: datetime, asked: Mapping[str, Any]) -> None:
    coordinator = actor(asked["coordinator"], asked["programme"], Role.COORDINATOR)
    with database.writing() as db:
        import_people(db, coordinator, asked["programme"], asked["people"].encode(), now)


def _publish(database: Database, now: datetime, asked: Mapping[str, Any]) -> None:
    coordinator = actor(asked["coordinator"], asked["programme"], Role.COORDINATOR)
    with database.writing() as db:
        publish(db, coordinator, asked["plan"], now)


def _tell(database: Database, now: datetime, asked: Mapping[str, Any]) -> None:
    announce_changes(database, _settings(asked), now)


def _remind(database: Database, now: datetime, asked: Mapping[str, Any]) -> None:
    while plan_reminders(database, now):
        pass
    while handle_reminders(database, _settings(asked), now).done:
        pass


def _send(database: Database, now: datetime, asked: Mapping[str, Any]) -> None:
    send_waiting(database, _settings(asked), now)


def _bring_feeds(database: Database, now: datetime, asked: Mapping[str, Any]) -> None:
    left = 1
    while left:
        with database.writing() as db:
            left = bring_due_feeds_up_to_date(db, asked["programme"], now)


def _migrate(database: Database, _now: datetime, _asked: Mapping[str, Any]) -> None:
    migrate(database)


def _settings(asked: Mapping[str, Any]) -> Settings:
    return Settings("", KEY, smtp_url=asked.get("smtp", "smtp://127.0.0.1:9"), mail_from="rounds@example.org")


WORK: Final[Mapping[str, Callable[[Database, datetime, Mapping[str, Any]], None]]] = {
    "import": _import,
    "publish": _publish,
    "tell": _tell,
    "remind": _remind,
    "send": _send,
    "feeds": _bring_feeds,
    "migrate": _migrate,
}
