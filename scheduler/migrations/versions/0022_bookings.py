"""Nobody and no room is booked twice, whatever the programme: bookings, and constraints that hold them apart.

And members who are in a group beside another one.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Any

import sqlalchemy as sa
from alembic import op

from scheduler.db import UtcDateTime

revision = "0022"
down_revision: str | None = "0021"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

Span = tuple[datetime, datetime]


def upgrade() -> None:
    op.create_table(
        "booking",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("extra", sa.Integer(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("place", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_booking_times")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_booking_programme_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_booking_session_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_booking_site_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_booking")),
    )
    op.create_index("ix_booking_place_ends_at", "booking", ["place", "ends_at"])
    op.create_index("ix_booking_programme_id", "booking", ["programme_id"])
    op.create_table(
        "booked_person",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_booked_person_times")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_booked_person_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["booking.session_id"], name=op.f("fk_booked_person_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", "person_id", name=op.f("pk_booked_person")),
    )
    op.create_index("ix_booked_person_person_id_ends_at", "booked_person", ["person_id", "ends_at"])
    op.add_column("member", sa.Column("beside", sa.Boolean(), server_default=sa.false(), nullable=False))
    _book_what_is_published()
    _hold_apart()


def downgrade() -> None:
    op.drop_column("member", "beside")
    op.drop_table("booked_person")
    op.drop_table("booking")


def _hold_apart() -> None:
    for table, column in (("booking", "place"), ("booked_person", "person_id")):
        if op.get_bind().dialect.name == "postgresql":
            op.execute(_once_on_postgresql(table, column))
        else:
            for when in ("INSERT", "UPDATE"):
                op.execute(_once_on_sqlite(table, column, when))


def _once_on_postgresql(table: str, column: str) -> str:
    return (
        f"ALTER TABLE {table} ADD CONSTRAINT ex_{table}_{column} EXCLUDE USING gist"
        f" (int8range({column}, {column}, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&)"
        f" WHERE ({column} IS NOT NULL)"
    )


def _once_on_sqlite(table: str, column: str, when: str) -> str:
    return (
        f"CREATE TRIGGER once_{table}_{column}_{when.lower()} BEFORE {when} ON {table}"  # noqa: S608 - of names that stand in this module
        f" WHEN EXISTS (SELECT 1 FROM {table} AS other WHERE other.{column} = NEW.{column}"
        " AND other.session_id <> NEW.session_id"
        " AND other.starts_at < NEW.ends_at AND other.ends_at > NEW.starts_at)"
        " BEGIN SELECT RAISE(ABORT, 'booked twice'); END"
    )


def _place_of(site: str, room: str) -> int:
    plain = (" ".join(name.casefold().split()) for name in (site, room))
    return int.from_bytes(blake2b("\n".join(plain).encode(), digest_size=7).digest())


def _book_what_is_published() -> None:
    """Of sessions at once the one whose date has stood for longer has the room, and the people."""
    connection = op.get_bind()
    sessions = connection.execute(
        sa.text(
            "SELECT s.id, s.programme_id, s.round, s.extra, s.starts_at, s.ends_at, s.mode, s.site_id,"
            " room.name AS room, site.name AS site FROM session AS s"
            " LEFT JOIN room ON room.id = s.room_id LEFT JOIN site ON site.id = room.site_id"
            " WHERE s.status <> 'cancelled' ORDER BY coalesce(s.agreed_at, s.created_at), s.id"
        ).columns(starts_at=UtcDateTime(), ends_at=UtcDateTime())
    ).all()
    booked: dict[int, list[Span]] = {}
    rows = []
    for session in sessions:
        in_person = session.mode == "in_person"
        span = (session.starts_at, session.ends_at)
        place = _place_of(session.site, session.room) if in_person and session.room is not None else None
        rows.append(
            {
                **{key: getattr(session, key) for key in ("programme_id", "round", "extra", "starts_at", "ends_at")},
                "session_id": session.id,
                "site_id": session.site_id if in_person else None,
                "place": place if place is not None and _is_free(booked, place, span) else None,
            }
        )
    _insert("booking", rows)
    spans = {session.id: (session.starts_at, session.ends_at) for session in sessions}
    _book_people(spans, [session.id for session in sessions])


def _book_people(spans: dict[int, Span], in_order: Iterable[int]) -> None:
    counted = op.get_bind().execute(
        sa.text(
            "SELECT a.session_id, a.person_id FROM attendee AS a LEFT JOIN apology AS x"
            " ON x.session_id = a.session_id AND x.person_id = a.person_id"
            " WHERE a.mark IN ('1', '2') AND x.session_id IS NULL"
        )
    )
    invited: dict[int, list[int]] = {}
    for session_id, person_id in counted:
        invited.setdefault(session_id, []).append(person_id)
    booked: dict[int, list[Span]] = {}
    rows = [
        {
            "session_id": session_id,
            "person_id": person_id,
            "starts_at": spans[session_id][0],
            "ends_at": spans[session_id][1],
        }
        for session_id in in_order
        for person_id in invited.get(session_id, ())
        if _is_free(booked, person_id, spans[session_id])
    ]
    _insert("booked_person", rows)


def _is_free(booked: dict[int, list[Span]], whose: int, span: Span) -> bool:
    """Whether nothing overlaps; then it is booked."""
    known = booked.setdefault(whose, [])
    if any(start < span[1] and span[0] < end for start, end in known):
        return False
    known.append(span)
    return True


def _insert(table: str, rows: list[dict[str, Any]]) -> None:
    if rows:
        columns = [sa.column(name, UtcDateTime() if name.endswith("_at") else None) for name in rows[0]]
        op.get_bind().execute(sa.table(table, *columns).insert(), rows)
