"""What only one process may do at a time: held by locks that the system takes away from a process that dies.

On PostgreSQL they are of the database, so it is one process on all machines. On SQLite they are of a file beside it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import structlog
from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import DBAPIError

from scheduler.db import Database

_MODE: Final = 0o600
_NOTICED_AFTER: Final = ("tcp_keepalives_idle = 15", "tcp_keepalives_interval = 5", "tcp_keepalives_count = 3")
"""A machine that vanishes says no goodbye: so many seconds later the server closes its connection, and its locks with
it. By itself it waits for two hours."""
log = structlog.get_logger()


@contextmanager
def only_one(database: Database, what: str) -> Iterator[bool]:
    """Whether nobody else does ``what`` on this PostgreSQL database, for as long as the block lasts."""
    with database.engine.connect() as connection:
        key = int.from_bytes(hashlib.sha256(f"only one: {what}".encode()).digest()[:8], signed=True)
        for setting in _NOTICED_AFTER:
            connection.execute(text(f"SET {setting}"))
        taken = bool(connection.scalar(select(func.pg_try_advisory_lock(key))))
        connection.commit()
        try:
            yield taken
        finally:
            if taken:
                _unlock(connection, key)


def _unlock(connection: Connection, key: int) -> None:
    try:
        connection.scalar(select(func.pg_advisory_unlock(key)))
        connection.commit()
    except DBAPIError:  # the connection is gone, and the lock with it
        connection.invalidate()


@contextmanager
def only_here(database: Database, stop: threading.Event, look_seconds: float) -> Iterator[bool]:
    """Wait until this process is the only one that works on a SQLite database; False where ``stop`` came first."""
    url = database.engine.url
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        yield True
        return
    try:
        opened = os.open(Path(f"{url.database}.lock"), os.O_RDWR | os.O_CREAT, _MODE)
    except OSError:  # where nothing can be written, there is nothing to do twice
        yield True
        return
    try:
        yield _locked(opened, stop, look_seconds)
    finally:
        os.close(opened)


def _locked(opened: int, stop: threading.Event, look_seconds: float) -> bool:
    told = False
    while True:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not told:
                log.warning("another process plans and sends e-mail for this database: this one only serves pages")
                told = True
            if stop.wait(look_seconds):
                return False
        else:
            return True
