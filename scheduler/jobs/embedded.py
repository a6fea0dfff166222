"""The embedded dispatcher: runs that wait are solved one after another in supervised child processes.

State lives in the run's row alone, so after a crash an unfinished run simply starts again. Mail, feeds and other
calendars are looked after beside the runs, each behind a door of its own.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections import deque
from datetime import date, timedelta
from functools import partial

import structlog
from sqlalchemy import select

from scheduler.audit.checks import check_if_due
from scheduler.calendars.due_feeds import bring_due_feeds_up_to_date, programmes_with_due_feeds
from scheduler.clock import now
from scheduler.consequences import bring_up_to_date, everything
from scheduler.coordination.waiting_swaps import WaitingSwaps
from scheduler.db import Database
from scheduler.invitations.quiet_hours import asleep_until
from scheduler.jobs.calendar_downloads import Fetching
from scheduler.jobs.chores import Chore, attempted
from scheduler.jobs.correspondence import (
    FORGETTING_SECONDS,
    REMINDING_SECONDS,
    TELLING_COORDINATORS_SECONDS,
    TELLING_SECONDS,
    WRITING_SECONDS,
    Correspondence,
)
from scheduler.jobs.monthly_evidence import EVIDENCE_SECONDS, work_out_due
from scheduler.jobs.telling_programs import Telling
from scheduler.mail.service import send_waiting
from scheduler.mail.texts import send_texts
from scheduler.planning.runs import (
    Attempt,
    any_waiting,
    claim_next_run,
    end_attempt,
    find_attempted,
    put_back_stalled,
)
from scheduler.programmes.service import lock_programme
from scheduler.programmes.tables import ProgrammeRow
from scheduler.retention.service import carry_out
from scheduler.sessions.offers import look_for_due_offers, programmes_with_due_offers
from scheduler.settings import Settings, as_environment
from scheduler.troubles.automatic_settlement import SelfSettling

LOOK_SECONDS = 0.3
CALENDAR_SECONDS = 10.0
WEBHOOK_SECONDS = 2.0
RETENTION_SECONDS = 3600.0
STATISTICS_SECONDS = 600.0
RECORD_SECONDS = 300.0
"""How often is asked whether the audit trail is due to be looked through."""
SETTLING_SECONDS = 60.0
GRACE_SECONDS = 15
RETRY_SECONDS = 2.0
log = structlog.get_logger()


class Dispatcher:
    """Solves one waiting run at a time; sends mail, keeps feeds fresh and has other calendars fetched."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._child: subprocess.Popen[bytes] | None = None
        self._attempt = Attempt(0, 0)
        self._fetching = Fetching(database, settings)
        self._telling = Telling(database, settings)
        self._daily = DailyFollowUp(database)
        letters = Correspondence(database, settings)
        self._settling = SelfSettling(database, settings.base_url)
        self._swaps = WaitingSwaps(database)
        self._chores = (
            Chore("reap", self._reap_ended),
            Chore("start", self._start_next),
            Chore("mail", self._send_mail),
            Chore("invitations", letters.tell, TELLING_SECONDS),
            Chore("reminders", letters.remind, REMINDING_SECONDS),
            Chore("weeks in writing", letters.attend_to_weeks, WRITING_SECONDS),
            Chore("coordinators", letters.tell_coordinators, TELLING_COORDINATORS_SECONDS),
            Chore("old mail", letters.forget, FORGETTING_SECONDS),
            Chore("feeds", self._bring_due_feeds_up_to_date),
            Chore("offers", self._look_for_offers),
            Chore("troubles", self._settle_troubles, SETTLING_SECONDS),
            Chore("swaps", self._swap_those_waiting, SETTLING_SECONDS),
            Chore("statistics", database.gather_statistics, STATISTICS_SECONDS),
            Chore("daily follow-up", self._daily.do_next),
            Chore("retention", self._keep_no_longer, RETENTION_SECONDS),
            Chore("record", self._check_record, RECORD_SECONDS),
            Chore("evidence", partial(work_out_due, database), EVIDENCE_SECONDS),
            Chore("other calendars", self._fetching.look, CALENDAR_SECONDS),
            Chore("webhooks", self._telling.look, WEBHOOK_SECONDS),
        )

    @property
    def child_pid(self) -> int | None:
        """The process that solves now, if there is one."""
        return self._child.pid if self._child else None

    def serve(self, stop: threading.Event) -> None:
        """Work until told to stop; a child that still solves then ends with the best it has."""
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
        if self._child is None:
            return
        self._child.send_signal(signal.SIGINT)
        try:
            self._child.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        attempted("reap", self._reap_ended)

    def _put_back_unfinished(self) -> None:
        """Nobody else solves on an embedded installation: whatever still runs was left by a crash."""
        with self._database.writing() as db:
            count = put_back_stalled(db, now(), timedelta(seconds=-1))
        if count:
            log.warning("unfinished runs start again", runs=count)

    def _bring_due_feeds_up_to_date(self) -> None:
        with self._database.reading() as db:
            due = programmes_with_due_feeds(db)
        for programme_id in due:
            with self._database.writing() as db:
                lock_programme(db, programme_id)
                bring_due_feeds_up_to_date(db, programme_id, now())

    def _look_for_offers(self) -> None:
        with self._database.reading() as db:
            due = programmes_with_due_offers(db)
        for programme_id in due:
            with self._database.writing() as db:
                lock_programme(db, programme_id)
                look_for_due_offers(db, programme_id, now())

    def _settle_troubles(self) -> None:
        self._settling.settle(now())

    def _swap_those_waiting(self) -> None:
        self._swaps.look(now())

    def _start_next(self) -> None:
        if self._child is not None:
            return
        with self._database.reading() as db:
            if not any_waiting(db):
                return
        with self._database.writing() as db:
            attempt = claim_next_run(db, now())
        if attempt is None:
            return
        self._attempt = attempt
        try:
            self._child = self._started(attempt)
        except OSError:
            self._end_attempt("The planning process could not be started.")
            raise
        log.info("run started", run=attempt.run_id, attempt=attempt.number, pid=self._child.pid)

    def _started(self, attempt: Attempt) -> subprocess.Popen[bytes]:
        numbers = (attempt.run_id, attempt.number, os.getpid())
        return subprocess.Popen(
            [sys.executable, "-m", "scheduler.jobs.child", *map(str, numbers)],
            env={**os.environ, **as_environment(self._settings)},
            start_new_session=True,
        )

    def _reap_ended(self) -> None:
        """Note how a child ended; one that died without a word is tried again."""
        if self._child is None or self._child.poll() is None:
            return
        self._end_attempt("The planning process died.")
        log.info("run ended", run=self._attempt.run_id, status=self._child.returncode)
        self._child = None  # only now: a database that was away is told again

    def _end_attempt(self, error: str) -> None:
        with self._database.writing() as db:
            row = find_attempted(db, self._attempt)
            if row is not None:
                end_attempt(row, error, now())

    def _check_record(self) -> None:
        check_if_due(self._database, now())

    def _keep_no_longer(self) -> None:
        carry_out(self._database, now())

    def _send_mail(self) -> None:
        send_waiting(self._database, self._settings, now(), asleep_until)
        send_texts(self._database, self._settings, now(), asleep_until)


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
        with self._database.writing() as db:
            bring_up_to_date(db, everything(self._waiting[-1], now()))
        self._waiting.pop()

    def _queue_all_daily(self) -> None:
        today = now().date()
        if today != self._day:
            with self._database.reading() as db:
                living = select(ProgrammeRow.id).where(ProgrammeRow.archived_at.is_(None)).order_by(ProgrammeRow.id)
                self._waiting = deque(db.scalars(living))
            self._day = today
