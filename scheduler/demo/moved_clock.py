"""A demo's clock, moved forward by days, so that a term can be lived by hand; it ticks on from there.

What the clock has moved by is kept in the demo's folder, where the processes that serve it read it
(:mod:`scheduler.clock`).
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy import select

from scheduler import clock
from scheduler.bootstrap import open_database
from scheduler.consequences import bring_up_to_date, everything
from scheduler.db import Db
from scheduler.demo.folder import CLOCK
from scheduler.demo.lived import live
from scheduler.demo.names import COORDINATOR
from scheduler.demo.term import SLUG
from scheduler.errors import NotPossible
from scheduler.people.model import Actor, Role
from scheduler.people.tables import PersonRow
from scheduler.private_files import private_folder
from scheduler.programmes.service import find_programme_id
from scheduler.programmes.tables import ProgrammeRow
from scheduler.retention.service import carry_out
from scheduler.settings import Settings


def must_be_ahead(day: date) -> None:
    """Raise NotPossible for a day before the demo's today."""
    if day < clock.now().date():
        raise NotPossible(
            f"In this demo it is already {clock.now().date()}, and time does not go back.",
            what_to_do="Choose a later day, or remove the folder to start afresh.",
        )


def move_clock(folder: Path, day: date) -> None:
    """Let it be this day in the demo, at the present time of day. Time does not go back: what has happened has
    happened. Raises NotPossible for a day before the demo's today."""
    must_be_ahead(day)
    days = (day - clock.now().date()).days
    private_folder(folder)
    aside = folder / f"{CLOCK}.new"
    aside.write_text(str(clock.moved_by().days + days))
    aside.replace(folder / CLOCK)  # whole or not at all: others may be reading


def live_until_now(settings: Settings) -> int:
    """Let the demo's people have lived until its clock's moment, and bring up to date whatever changes with the
    calendar alone, in every programme of the demo; what has been kept for its time goes. Returns at how many sessions
    it was noted who came."""
    database = open_database(settings)
    try:
        with database.reading() as db:
            programme_id = find_programme_id(db, SLUG)
            coordinator = find_coordinator(db, programme_id) if programme_id is not None else None
        noted = live(database, settings, coordinator, programme_id, clock.now()) if coordinator and programme_id else 0
        with database.reading() as db:
            ids = db.scalars(select(ProgrammeRow.id).order_by(ProgrammeRow.id)).all()
        for programme_id in ids:
            with database.writing() as db:
                bring_up_to_date(db, everything(programme_id, clock.now()))
        carry_out(database, clock.now())
        return noted
    finally:
        database.close()


def find_coordinator(db: Db, programme_id: int) -> Actor | None:
    """The demo's coordinator as somebody signed in."""
    name, email = COORDINATOR
    person_id = db.scalar(select(PersonRow.id).where(PersonRow.email == email))
    return Actor(person_id, name, frozenset({(programme_id, Role.COORDINATOR)})) if person_id is not None else None
