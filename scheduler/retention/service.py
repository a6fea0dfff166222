"""Whatever has been kept for its time goes: programme by programme, each in one transaction, noted with its numbers.

It may stop anywhere and be run again: what is done is found done.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import select

from scheduler.audit.service import record
from scheduler.changes import Fact, note
from scheduler.db import Database, Db
from scheduler.people.model import Actor
from scheduler.programmes.service import lock_programme
from scheduler.programmes.tables import ProgrammeRow
from scheduler.retention.attendance import attendance_left, keep_numbers
from scheduler.retention.housekeeping import delete_old, old_entries
from scheduler.retention.preferences import delete_preferences, preferences_left

PRODUCT: Final = Actor(None, "the product itself", trusted=True)


class Kept(StrEnum):
    """What a programme keeps for a time of its own."""

    PREFERENCES = "preferences"
    ATTENDANCE = "attendance"


@dataclass(frozen=True, slots=True)
class Due:
    """What of a programme is to go since a day: so many entries."""

    programme_id: int
    programme: str
    what: Kept
    since: date
    count: int


def due(db: Db, now: datetime) -> tuple[Due, ...]:
    """All that is due now, of all programmes, archived ones too."""
    rows = db.scalars(select(ProgrammeRow).order_by(ProgrammeRow.id)).all()
    return tuple(each for row in rows for each in _due_of(db, row, now))


def _due_of(db: Db, row: ProgrammeRow, now: datetime) -> Iterator[Due]:
    today = now.astimezone(ZoneInfo(row.zone)).date()
    for what, days in ((Kept.PREFERENCES, row.preferences_days), (Kept.ATTENDANCE, row.attendance_days)):
        since = end_of(row) + timedelta(days=days)
        if today <= since:
            continue
        left = preferences_left(db, row.id, now) if what is Kept.PREFERENCES else attendance_left(db, row.id, now)
        if left:
            yield Due(row.id, row.name, what, since, left)


def end_of(row: ProgrammeRow) -> date:
    """The last day of a programme: of its last round, or on which it was ended before."""
    if row.ended_at is None:
        return row.last_day
    return min(row.last_day, row.ended_at.astimezone(ZoneInfo(row.zone)).date())


def carry_out(database: Database, now: datetime) -> tuple[Due, ...]:
    """Do all that is due, and delete what has piled up; returns what of programmes it was."""
    with database.reading() as db:
        found, is_old = due(db, now), bool(old_entries(db, now))
    for each in found:
        with database.writing() as db:
            _carry_out(db, each, now)
    if is_old:
        with database.writing() as db:
            counts = delete_old(db, now)
            record(db, PRODUCT, "retention.housekeeping", now, None, count=sum(counts.values()))
    return found


def _carry_out(db: Db, each: Due, now: datetime) -> None:
    """Look once more with the programme locked: it may have been given more days, or a longer term, since."""
    lock_programme(db, each.programme_id)
    row = db.get_one(ProgrammeRow, each.programme_id)
    if each.what not in {still.what for still in _due_of(db, row, now)}:
        return
    if each.what is Kept.PREFERENCES:
        count, fact = delete_preferences(db, row.id, now), Fact.PEOPLE
    else:
        count, fact = keep_numbers(db, row.id, now), Fact.SESSIONS
    db.flush()
    db.expire_all()
    record(db, PRODUCT, f"retention.{each.what.value}", now, row.id, count=count)
    note(db, fact, each.programme_id, now)
