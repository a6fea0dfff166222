"""Whether what is stored agrees with itself: everything worked out is worked out again, and references and bookings are
looked through. Nothing is changed unless that is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, MetaData, Table, and_, func, select

from scheduler.bookings.tables import BookedPersonRow, BookingRow
from scheduler.consequences import Followed, bring_up_to_date, everything
from scheduler.db import Base, Database, Db
from scheduler.programmes.tables import ProgrammeRow

_WORDS: Final = {
    "people": "people’s availability",
    "sessions": "attendance or status of sessions",
    "offers": "offers of other dates",
    "feeds": "calendar feeds",
    "letters": "letters that wait",
    "bookings": "bookings",
    "troubles": "troubles",
    "releases": "releases",
}


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Something stored that is not as the rest says it should be; ``corrected`` if it has been put right."""

    text: str
    corrected: bool


class _Undo(Exception):
    """Leaves a transaction without its changes."""


def check_data(database: Database, now: datetime, *, correct: bool = False) -> tuple[Disagreement, ...]:
    """Everything that disagrees; what was worked out wrongly is put right if ``correct``. Writers wait for it."""
    found: list[Disagreement] = []
    with database.engine.connect() as connection:
        found += _orphans(connection, Base.metadata)
    with database.reading() as db:
        found += _overlaps(db)
        programmes = db.execute(select(ProgrammeRow.id, ProgrammeRow.slug).order_by(ProgrammeRow.id)).all()
    for programme_id, slug in programmes:
        followed = _worked_out_again(database, programme_id, now, correct=correct)
        found += [
            Disagreement(f"{slug}: {count} {_WORDS[what]} are not as they should be.", correct)
            for what, count in _of(followed)
        ]
    return tuple(found)


def _of(followed: Followed) -> Iterator[tuple[str, int]]:
    for each in fields(followed):
        if count := getattr(followed, each.name):
            yield each.name, count


def _worked_out_again(database: Database, programme_id: int, now: datetime, *, correct: bool) -> Followed:
    followed = Followed(0, 0, 0, 0, 0)
    try:
        with database.writing() as db:
            followed = bring_up_to_date(db, everything(programme_id, now))
            if not correct:
                raise _Undo
    except _Undo:
        pass
    return followed


def _orphans(connection: Connection, metadata: MetaData) -> Iterator[Disagreement]:
    """Rows that refer to rows which are not there."""
    for table in metadata.sorted_tables:
        for constraint in table.foreign_key_constraints:
            parent: Table = constraint.referred_table.alias("parent")  # type: ignore[assignment]
            pairs = [(each.parent, parent.c[each.column.name]) for each in constraint.elements]
            on = and_(*(child == other for child, other in pairs))
            asked = select(func.count()).select_from(table.outerjoin(parent, on))
            lost = asked.where(*(child.is_not(None) for child, _ in pairs), pairs[0][1].is_(None))
            if count := connection.execute(lost).scalar_one():
                yield Disagreement(
                    f"{count} rows of {table.name} refer to nothing in {constraint.referred_table.name}.", False
                )


def _overlaps(db: Db) -> Iterator[Disagreement]:
    """People and rooms that are booked twice at a time."""
    for row, what, who in (
        (BookedPersonRow, BookedPersonRow.person_id, "people"),
        (BookingRow, BookingRow.place, "rooms"),
    ):
        other: Any = row.__table__.alias("other")
        twice = select(func.count(func.distinct(what))).join(
            other,
            and_(
                other.c[what.key] == what,
                other.c.session_id > row.session_id,
                other.c.starts_at < row.ends_at,
                other.c.ends_at > row.starts_at,
            ),
        )
        if count := db.scalar(twice):
            yield Disagreement(f"{count} {who} are booked twice at the same time.", False)
