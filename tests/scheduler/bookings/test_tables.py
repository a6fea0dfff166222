"""The database's last word: nobody and no room twice at a time, on both databases, however the tables were made."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from scheduler.bookings.tables import BookedPersonRow, BookingRow
from scheduler.bootstrap import connect
from scheduler.db import Database
from scheduler.sessions.tables import SessionRow
from scheduler.tables import metadata
from tests.builders import NOW, import_residents, world

NOON = datetime(2027, 1, 5, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
LIBRARY = 7


@pytest.fixture(params=["migrated", "mapped"])
def made(request: pytest.FixtureRequest, tmp_path: Path, storage: Database) -> Iterator[Database]:
    """An empty database, from migrations or from the mapped classes alone."""
    if request.param == "migrated" or storage.engine.dialect.name == "postgresql":
        yield storage
        return
    database = connect(f"sqlite:///{tmp_path}/mapped.sqlite")
    metadata.create_all(database.engine)
    yield database
    database.close()


@pytest.fixture
def who(made: Database) -> tuple[int, int]:
    """A programme and somebody in it, with three sessions at noon: 1, 2 and 3."""
    here = world(made)
    [person_id] = import_residents(here, 1, models="peer:3").values()
    with made.writing() as db:
        for number in (1, 2, 3):
            db.add(
                SessionRow(
                    id=number, uid=f"{number}", programme_id=here.programme_id, group_key=f"g{number}",
                    group_name="", model_name="", round=0, starts_at=NOON, ends_at=NOON + HOUR, mode="video",
                    status="confirmed", sequence=0, created_at=NOW, changed_at=NOW,
                )
            )  # fmt: skip
    return here.programme_id, person_id


def book(database: Database, who: tuple[int, int], session_id: int, start: datetime, place: int | None) -> None:
    programme_id, person_id = who
    times = {"starts_at": start, "ends_at": start + HOUR}
    with database.writing() as db:
        db.add(BookingRow(session_id=session_id, programme_id=programme_id, round=0, extra=0, place=place, **times))
        db.flush()
        if place is None:
            db.add(BookedPersonRow(session_id=session_id, person_id=person_id, **times))


@pytest.mark.parametrize("place", [LIBRARY, None], ids=["room", "person"])
def test_at_overlapping_times_once_and_one_after_the_other_twice(
    made: Database, who: tuple[int, int], place: int | None
) -> None:
    book(made, who, 1, NOON, place)
    for overlapping in (NOON, NOON + HOUR / 2, NOON - HOUR / 2):
        with pytest.raises(IntegrityError):
            book(made, who, 2, overlapping, place)
    book(made, who, 2, NOON + HOUR, place)
    book(made, who, 3, NOON - HOUR, place)


@pytest.mark.parametrize(
    "twice",
    [
        "INSERT INTO booking (session_id, programme_id, round, extra, starts_at, ends_at, place)"
        " SELECT 3, programme_id, round, extra, starts_at, ends_at, place FROM booking WHERE session_id = 1",
        "UPDATE booking SET place = (SELECT place FROM booking WHERE session_id = 1) WHERE session_id = 2",
        "INSERT INTO booked_person (session_id, person_id, starts_at, ends_at, by_call)"
        " SELECT 2, person_id, starts_at, ends_at, by_call FROM booked_person WHERE session_id = 1",
    ],
    ids=["another session in a room", "into a room", "another session for a person"],
)
def test_whoever_writes_past_the_product_is_refused_too(made: Database, who: tuple[int, int], twice: str) -> None:
    book(made, who, 1, NOON, LIBRARY)
    book(made, who, 2, NOON, LIBRARY + 1)
    with made.writing() as db:
        db.add(BookedPersonRow(session_id=1, person_id=who[1], starts_at=NOON, ends_at=NOON + HOUR))
    with made.engine.begin() as connection, pytest.raises(IntegrityError):
        connection.execute(text(twice))


@pytest.mark.parametrize("row", [BookingRow, BookedPersonRow])
def test_nothing_booked_is_moved_onto_another(
    made: Database, who: tuple[int, int], row: type[BookingRow | BookedPersonRow]
) -> None:
    place = LIBRARY if row is BookingRow else None
    book(made, who, 1, NOON, place)
    book(made, who, 2, NOON + HOUR, place)

    def move(start: datetime) -> None:
        with made.writing() as db:
            [moved] = db.query(row).filter_by(session_id=2)
            moved.starts_at, moved.ends_at = start, start + HOUR

    with pytest.raises(IntegrityError):
        move(NOON + HOUR / 2)
    move(NOON + 2 * HOUR)
    move(NOON + 2 * HOUR + HOUR / 2)  # onto its own old time


def test_any_number_of_sessions_take_place_in_no_room(made: Database, who: tuple[int, int]) -> None:
    book(made, who, 1, NOON, None)
    with made.writing() as db:
        for session_id in (2, 3):
            db.add(
                BookingRow(
                    session_id=session_id, programme_id=who[0], round=0, extra=0, starts_at=NOON, ends_at=NOON + HOUR
                )
            )
