"""A demo's clock, moved forward by days, so that a term can be lived by hand; it ticks on from there.

What the clock has moved by is kept in the demo's folder, where the processes that serve it read it
(:mod:`scheduler.clock`).
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

from sqlalchemy import select

from scheduler import clock
from scheduler.bootstrap import open_database
from scheduler.consequences import bring_up_to_date, everything
from scheduler.errors import NotPossible
from scheduler.programmes.tables import ProgrammeRow
from scheduler.settings import Settings

CLOCK = "clock"
"""The file in the demo's folder: a number of days."""


def use_clock_of(folder: Path) -> None:
    """Let this process, and those that it starts, go by the clock of the demo in a folder."""
    os.environ[clock.MOVED] = str(folder.resolve() / CLOCK)


def move_clock(folder: Path, day: date) -> None:
    """Let it be this day in the demo, at the present time of day. Time does not go back: what has happened has
    happened. Raises NotPossible for a day before the demo's today."""
    days = (day - clock.now().date()).days
    if days < 0:
        raise NotPossible(
            f"In this demo it is already {clock.now().date()}, and time does not go back.",
            what_to_do="Choose a later day, or remove the folder to start afresh.",
        )
    folder.mkdir(parents=True, exist_ok=True)
    aside = folder / f"{CLOCK}.new"
    aside.write_text(str(clock.moved_by().days + days))
    aside.replace(folder / CLOCK)  # whole or not at all: others may be reading


def follow_the_calendar(settings: Settings) -> None:
    """Bring up to date whatever changes with the calendar alone, in every programme of the demo."""
    database = open_database(settings)
    try:
        with database.reading() as db:
            ids = db.scalars(select(ProgrammeRow.id).order_by(ProgrammeRow.id)).all()
        for programme_id in ids:
            with database.writing() as db:
                bring_up_to_date(db, everything(programme_id, clock.now()))
    finally:
        database.close()
