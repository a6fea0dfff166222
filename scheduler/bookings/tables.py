"""Where bookings are kept: what published sessions take of people's time and of rooms, over all programmes.

They are worked out from the sessions (``scheduler.sessions.bookings``). The database itself refuses a second booking of
the same person or room at an overlapping time, whoever makes it: two transactions that do not see each other, too.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DDL, BigInteger, CheckConstraint, ForeignKey, Index, event, false
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.db import Base


class BookingRow(Base):
    """A session that takes place: when, at which site if it is in person, and in which room, if that is free for it.

    ``place`` stands for the room, and is the same for rooms of different programmes that are one
    (``scheduler.bookings.places``).
    """

    __tablename__ = "booking"

    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), index=True)
    round: Mapped[int]
    extra: Mapped[int]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"))
    place: Mapped[int | None] = mapped_column(BigInteger)

    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="times"),
        Index("ix_booking_place_ends_at", "place", "ends_at"),
    )


class BookedPersonRow(Base):
    """Somebody who is counted on at a session, with its time; who joins ``by_call`` has no way to go."""

    __tablename__ = "booked_person"

    session_id: Mapped[int] = mapped_column(ForeignKey("booking.session_id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    by_call: Mapped[bool] = mapped_column(default=False, server_default=false())

    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="times"),
        Index("ix_booked_person_person_id_ends_at", "person_id", "ends_at"),
    )


BOOKED_TWICE = "booked twice"
"""What a trigger says; PostgreSQL's constraints are told by their names."""


def once_on_postgresql(table: str, column: str) -> str:
    """An exclusion constraint. Ranges of one number stand for equality, which a GiST index has for ranges only."""
    return (
        f"ALTER TABLE {table} ADD CONSTRAINT ex_{table}_{column} EXCLUDE USING gist"
        f" (int8range({column}, {column}, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&)"
        f" WHERE ({column} IS NOT NULL)"
    )


def once_on_sqlite(table: str, column: str, when: str) -> str:
    """A trigger: SQLite has no such constraint, and one writer at a time."""
    return (
        f"CREATE TRIGGER once_{table}_{column}_{when.lower()} BEFORE {when} ON {table}"  # noqa: S608 - of names that stand in this module
        f" WHEN EXISTS (SELECT 1 FROM {table} AS other WHERE other.{column} = NEW.{column}"
        " AND other.session_id <> NEW.session_id"
        " AND other.starts_at < NEW.ends_at AND other.ends_at > NEW.starts_at)"
        f" BEGIN SELECT RAISE(ABORT, '{BOOKED_TWICE}'); END"
    )


def _hold_apart(row: type[Base], column: str) -> None:
    """Have the constraint made with the table, whoever makes it."""
    table = row.__tablename__
    ddl = [("postgresql", once_on_postgresql(table, column))]
    ddl += [("sqlite", once_on_sqlite(table, column, when)) for when in ("INSERT", "UPDATE")]
    for dialect, text in ddl:
        statement = DDL(text)  # type: ignore[no-untyped-call]
        event.listen(row.__table__, "after_create", statement.execute_if(dialect=dialect))


_hold_apart(BookingRow, "place")
_hold_apart(BookedPersonRow, "person_id")
