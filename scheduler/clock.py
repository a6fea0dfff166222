"""The clock: the one thing that tests may fake."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """This moment, aware, in UTC, to the second: finer grain serves nobody and calendars cannot hold it."""
    return datetime.now(UTC).replace(microsecond=0)
