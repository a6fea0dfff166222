"""What keeps data from being stored, told apart as far as whoever runs the service can act on it."""

from __future__ import annotations

import errno
import sqlite3
from enum import StrEnum
from typing import Final

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError


class StorageFault(StrEnum):
    """A fault of the place where data is kept, and of nothing else."""

    FULL = "the disk is full"
    READ_ONLY = "the data can't be opened or written to"
    BUSY = "the database is busy"
    AWAY = "the database does not answer"


_OF_SQLITE: Final = {
    sqlite3.SQLITE_FULL: StorageFault.FULL,
    sqlite3.SQLITE_READONLY: StorageFault.READ_ONLY,
    sqlite3.SQLITE_PERM: StorageFault.READ_ONLY,
    sqlite3.SQLITE_BUSY: StorageFault.BUSY,
    sqlite3.SQLITE_IOERR: StorageFault.AWAY,
    sqlite3.SQLITE_CANTOPEN: StorageFault.READ_ONLY,
}
_PRIMARY_CODE: Final = 0xFF
"""SQLite's extended codes say more in the octets above."""
_OF_POSTGRESQL: Final = {
    "53100": StorageFault.FULL,
    "25006": StorageFault.READ_ONLY,
    "55P03": StorageFault.BUSY,
    "53300": StorageFault.BUSY,
}
"""By SQLSTATE; what has none, or one of the classes 08 and 57P, is a server that is away."""
_OF_FILES: Final = {
    errno.ENOSPC: StorageFault.FULL,
    errno.EDQUOT: StorageFault.FULL,
    errno.EROFS: StorageFault.READ_ONLY,
    errno.EACCES: StorageFault.READ_ONLY,
}


def fault_of(error: BaseException | None) -> StorageFault | None:
    """The fault of storage behind an error; None for an error of any other kind."""
    if isinstance(error, PoolTimeoutError):
        return StorageFault.BUSY
    if isinstance(error, OSError):
        return _OF_FILES.get(error.errno or 0)
    driver = error.orig if isinstance(error, DBAPIError) else None
    if isinstance(driver, sqlite3.Error):
        return _OF_SQLITE.get(getattr(driver, "sqlite_errorcode", 0) & _PRIMARY_CODE)
    return _of_postgresql(error) if isinstance(error, DBAPIError) else None


def _of_postgresql(error: DBAPIError) -> StorageFault | None:
    state = getattr(error.orig, "sqlstate", None)
    if error.connection_invalidated or (isinstance(state, str) and state.startswith(("08", "57P"))):
        return StorageFault.AWAY
    if state is None and type(error.orig).__name__ == "OperationalError":
        return StorageFault.AWAY  # the driver's own: no server answered, so none gave a state
    return _OF_POSTGRESQL.get(state or "")


WHAT_TO_DO: Final = {
    StorageFault.FULL: "Free some room on the disk that the database is on. Nothing was left half done.",
    StorageFault.READ_ONLY: "Let this account write to the database and to the folder that it is in.",
    StorageFault.BUSY: "Try again in a minute.",
    StorageFault.AWAY: "Check that the database is running and can be reached, and that its disk works.",
}
"""For whoever runs the service."""
