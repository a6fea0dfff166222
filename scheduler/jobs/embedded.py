"""The embedded dispatcher: runs that wait are solved one after another in supervised child processes.

State lives in the run's row alone, so after a crash an unfinished run simply starts again. Mail, feeds and other
calendars are looked after beside the runs, each behind a door of its own.
"""

from __future__ import annotations

import threading
from collections import deque
from datetime import date, timedelta
from typing import Final

import structlog

from scheduler.clock import now
from scheduler.db import Database
from scheduler.jobs.calendar_downloads import Fetching
from scheduler.jobs.chores import Chore, attempted
from scheduler.jobs.one_at_a_time import only_here
from scheduler.jobs.regular_work import (
    CALENDAR_SECONDS,
    WEBHOOK_SECONDS,
    follow_up,
    living_programmes,
    regular_work,
)
from scheduler.jobs.solving import Solving
from scheduler.jobs.telling_programs import Telling
from scheduler.planning.runs import any_waiting, claim_next_run, put_back_stalled
from scheduler.settings import Settings

LOOK_SECONDS: Final = 0.3
RETRY_SECONDS: Final = 2.0
log = structlog.get_logger()


class Dispatcher:
    """Solves one waiting run at a time; sends mail, keeps feeds fresh and has other calendars fetched."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._solving: Solving | None = None
        self._fetching = Fetching(database, settings)
        self._telling = Telling(database, settings)
        self._daily = DailyFollowUp(database)
        self._chores = (
            Chore("reap", self._reap_ended),
            Chore("start", self._start_next),
            *(Chore(name, do, seconds) for name, do, seconds in regular_work(database, settings)),
            Chore("daily follow-up", self._daily.do_next),
            Chore("other calendars", self._fetching.look, CALENDAR_SECONDS),
            Chore("webhooks", self._telling.look, WEBHOOK_SECONDS),
        )

    @property
    def child_pid(self) -> int | None:
        """The process that solves now, if there is one."""
        return self._solving.process_id if self._solving else None

    def serve(self, stop: threading.Event) -> None:
        """Work until told to stop; a child that still solves then ends with the best it has. Where another process
        works on this database already, wait for its end."""
        with only_here(self._database, stop, RETRY_SECONDS) as here:
            if here:
                self._serve(stop)

    def _serve(self, stop: threading.Event) -> None:
        while not attempted("unfinished runs", self._put_back_unfinished):
            if stop.wait(RETRY_SECONDS):
                return
        while not stop.wait(LOOK_SECONDS):
            self.look_once()
        self.close()

    def look_once(self) -> None:
        """Attend to everything whose time has come. Nothing that goes wrong there leaves this."""
        for chore in self._chores:
            chore.attend()

    def close(self) -> None:
        """End the children, if there are any: the one that solves politely first."""
        self._fetching.close()
        self._telling.close()
        if self._solving is not None:
            self._solving.end()
            attempted("reap", self._reap_ended)

    def _put_back_unfinished(self) -> None:
        """Nobody else solves on an embedded installation: whatever still runs was left by a crash."""
        with self._database.writing() as db:
            count = put_back_stalled(db, now(), timedelta(seconds=-1))
        if count:
            log.warning("unfinished runs start again", runs=count)

    def _start_next(self) -> None:
        if self._solving is not None:
            return
        with self._database.reading() as db:
            if not any_waiting(db):
                return
        with self._database.writing() as db:
            attempt = claim_next_run(db, now())
        if attempt is not None:
            self._solving = Solving(self._database, self._settings, attempt)

    def _reap_ended(self) -> None:
        """Note how a child ended; one that died without a word is tried again."""
        if self._solving is not None and self._solving.has_ended():
            self._solving.note_end()
            self._solving = None  # only now: a database that was away is told again


class DailyFollowUp:
    """Brings everything that is worked out of every programme up to date once a day, one programme at a time; nothing
    changes in one that is archived.

    Some of it changes without anybody changing anything: cancelled sessions leave the feeds after a while.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._day: date | None = None
        self._waiting: deque[int] = deque()

    def do_next(self) -> None:
        """See to the next programme that waits; one that fails goes to the end of the queue."""
        self._queue_all_daily()
        if not self._waiting:
            return
        self._waiting.rotate(-1)
        follow_up(self._database, self._waiting[-1])
        self._waiting.pop()

    def _queue_all_daily(self) -> None:
        today = now().date()
        if today != self._day:
            self._waiting = deque(living_programmes(self._database))
            self._day = today
