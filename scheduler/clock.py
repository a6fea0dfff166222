"""The clock: the one thing that tests may fake, and that a demo may move forward by whole days."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

MOVED = "ROUNDS_DEMO_CLOCK"
"""The environment variable that names a file with the days by which a demo's clock is ahead: every process of the demo
has it, and reads the file anew each time, so that all go on from one moment when it is moved. Nothing else sets it."""


def now() -> datetime:
    """This moment, aware, in UTC, to the second: finer grain serves nobody and calendars cannot hold it."""
    return datetime.now(UTC).replace(microsecond=0) + moved_by()


def moved_by() -> timedelta:
    """How far this process's clock is ahead; not at all but in a demo."""
    path = os.environ.get(MOVED)
    if not path:
        return timedelta()
    try:
        return timedelta(days=int(Path(path).read_text()))
    except FileNotFoundError:  # a demo that has not been moved
        return timedelta()
