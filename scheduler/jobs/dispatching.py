"""Who does the work beside the pages: one small protocol, and the dispatcher that fits the database."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Final, Protocol

from scheduler.db import Database
from scheduler.jobs.embedded import Dispatcher
from scheduler.settings import Settings

LEASE_SECONDS: Final = 30.0


class Dispatching(Protocol):
    """Makes the plans that are asked for, sends e-mail, keeps feeds fresh, fetches, reminds and tells programs."""

    def serve(self, stop: threading.Event) -> None:
        """Work until told to stop. Nothing that goes wrong with a piece of work leaves this."""


@dataclass(frozen=True, slots=True)
class Share:
    """How much of the work of a PostgreSQL database one process takes on: so many ``runs`` at once. Where it is not
    heard of for ``lease_seconds``, others take what it had."""

    runs: int = 1
    lease_seconds: float = LEASE_SECONDS


def dispatcher_for(database: Database, settings: Settings, share: Share) -> Dispatching:
    """On SQLite one process does everything; on PostgreSQL any number shares it."""
    if database.engine.dialect.name != "postgresql":
        return Dispatcher(database, settings)
    from scheduler.jobs.sharing import SharingDispatcher  # costs time that others need not wait

    return SharingDispatcher(database, settings, share.runs, share.lease_seconds)
