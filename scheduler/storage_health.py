"""Whether anything can be stored now: found out by storing, since a full disk still answers every question."""

from __future__ import annotations

import time
from typing import Final

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from scheduler.db import Database
from scheduler.storage_faults import StorageFault, fault_of

_LOOK_SECONDS: Final = 5.0
"""However often somebody asks, it is tried no oftener than this."""
_UNCHANGED: Final = text("UPDATE alembic_version SET version_num = version_num")


class StorageHealth:
    """What keeps a database from storing, as last seen."""

    def __init__(self, database: Database, look_seconds: float = _LOOK_SECONDS) -> None:
        self._database = database
        self._look_seconds = look_seconds
        self._looked_at: float | None = None
        self._fault: StorageFault | None = None

    def fault(self) -> StorageFault | None:
        """None where it can store, or is only busy with doing so."""
        now = time.monotonic()
        if self._looked_at is None or now - self._looked_at >= self._look_seconds:
            self._fault, self._looked_at = self._find(), now
        return self._fault

    def _find(self) -> StorageFault | None:
        try:
            with self._database.writing(at_once=True) as db:
                db.execute(_UNCHANGED)
        except (DBAPIError, PoolTimeoutError) as error:
            found = fault_of(error) or StorageFault.AWAY
            return None if found is StorageFault.BUSY else found
        return None
