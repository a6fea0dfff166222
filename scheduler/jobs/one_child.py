"""Work over the network, by one child process at a time: a slow server holds up nothing else, and ending the process
ends the waiting."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from abc import ABC, abstractmethod
from typing import ClassVar, Final

from scheduler.db import Database, Db
from scheduler.settings import Settings, as_environment

MOST_SECONDS: Final = 1800.0
"""Enough for as many addresses as are asked at a time, were each as slow as is allowed. Names are looked up by the
system, which has a patience of its own."""
_LOOK_SECONDS: Final = 0.2


class OneChild(ABC):
    """Has something done whenever it is due, by one child process, which is ended after ``most_seconds``. What that had
    not done stays due."""

    command: ClassVar[tuple[str, ...]]

    def __init__(self, database: Database, settings: Settings, most_seconds: float = MOST_SECONDS) -> None:
        self._database = database
        self._settings = settings
        self._most_seconds = most_seconds
        self._ends = 0.0
        self._child: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def is_due(self, db: Db) -> bool:
        """Whether there is anything to do."""

    @property
    def process_id(self) -> int | None:
        """The child that works now; None where none does."""
        return self._child.pid if self._child else None

    def look(self) -> None:
        """Start a child if anything is due and none works; raises CalledProcessError for one that failed, and
        TimeoutExpired for one that took too long."""
        if self._is_working():
            return
        with self._database.reading() as db:
            if not self.is_due(db):
                return
        environment = {**os.environ, **as_environment(self._settings)}
        self._child = subprocess.Popen((*self.command, str(os.getpid())), env=environment, start_new_session=True)
        self._ends = time.monotonic() + self._most_seconds

    def do_all(self, stop: threading.Event) -> None:
        """The same, and wait for the child; it is ended where ``stop`` comes first."""
        self.look()
        while self._is_working():
            if stop.wait(_LOOK_SECONDS):
                self.close()

    def close(self) -> None:
        """End the child, if there is one."""
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            self._child = None

    def _is_working(self) -> bool:
        if self._child is None or self._has_ended(self._child):
            return False
        if time.monotonic() < self._ends:
            return True
        self.close()
        raise subprocess.TimeoutExpired(self.command, self._most_seconds)

    def _has_ended(self, child: subprocess.Popen[bytes]) -> bool:
        status = child.poll()
        if status is None:
            return False
        self._child = None
        if status:
            raise subprocess.CalledProcessError(status, self.command)
        return True
