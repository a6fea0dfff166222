"""Affinity circles: of their own people alone."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from scheduler.db import UtcDateTime

revision = "0087"
down_revision: str | None = "0086"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def _person(table: str, column: str = "person_id", gone: str = "CASCADE") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["person.id"], name=op.f(f"fk_{table}_{column}_person"), ondelete=gone)


def _programme(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_programme_id_programme")
    return sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=name, ondelete="CASCADE")


def _circle(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_circle_id_circle")
    return sa.ForeignKeyConstraint(["circle_id"], ["circle.id"], name=name, ondelete="CASCADE")


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def upgrade() -> None:
    op.add_column("programme", sa.Column("circles", sa.Boolean(), server_default=sa.false(), nullable=False))
    _circles()
    _contacts_and_concerns()
    _of_people()


def _circles() -> None:
    op.create_table(
        "circle",
        _number("id"), _number("programme_id"), _words("code"), _words("name"), _words("place"),
        sa.Column("charter", sa.Text(), nullable=False), _number("charter_version"),
        _programme("circle"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circle")),
        sa.UniqueConstraint("code", name=op.f("uq_circle_code")),
    )  # fmt: skip
    op.create_index(op.f("ix_circle_programme_id"), "circle", ["programme_id"])
    op.create_table(
        "circle_member",
        _number("circle_id"), _number("person_id"), sa.Column("joined_on", sa.Date(), nullable=False),
        _number("agreed_version"),
        _circle("circle_member"), _person("circle_member"),
        sa.PrimaryKeyConstraint("circle_id", "person_id", name=op.f("pk_circle_member")),
    )  # fmt: skip
    op.create_index(op.f("ix_circle_member_person_id"), "circle_member", ["person_id"])
    op.create_table(
        "circle_meeting",
        _number("id"), _number("circle_id"),
        sa.Column("starts_at", UtcDateTime(), nullable=False), sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("found_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_circle_meeting_times")),
        _circle("circle_meeting"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circle_meeting")),
        sa.UniqueConstraint("circle_id", "starts_at", name=op.f("uq_circle_meeting_circle_id_starts_at")),
    )  # fmt: skip
    op.create_index(op.f("ix_circle_meeting_circle_id"), "circle_meeting", ["circle_id"])


def _contacts_and_concerns() -> None:
    op.create_table(
        "circle_willing",
        _number("programme_id"), _number("person_id"),
        _programme("circle_willing"), _person("circle_willing"),
        sa.PrimaryKeyConstraint("programme_id", "person_id", name=op.f("pk_circle_willing")),
    )  # fmt: skip
    op.create_index(op.f("ix_circle_willing_person_id"), "circle_willing", ["person_id"])
    op.create_table(
        "circle_contact",
        _number("circle_id"), _number("person_id"),
        _circle("circle_contact"), _person("circle_contact"),
        sa.PrimaryKeyConstraint("circle_id", "person_id", name=op.f("pk_circle_contact")),
    )  # fmt: skip
    op.create_index(op.f("ix_circle_contact_person_id"), "circle_contact", ["person_id"])
    op.create_table(
        "circle_concern",
        _number("id"), _number("circle_id"),
        sa.Column("from_id", sa.Integer(), nullable=True), sa.Column("to_id", sa.Integer(), nullable=True),
        sa.Column("named", sa.Boolean(), nullable=False), sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False), sa.Column("said_at", UtcDateTime(), nullable=False),
        _circle("circle_concern"), _person("circle_concern", "from_id", "SET NULL"),
        _person("circle_concern", "to_id", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circle_concern")),
    )  # fmt: skip
    for column in ("circle_id", "from_id", "to_id"):
        op.create_index(op.f(f"ix_circle_concern_{column}"), "circle_concern", [column])


def _of_people() -> None:
    op.create_table(
        "circle_past",
        _number("id"), _number("programme_id"), _number("person_id"), _words("name"),
        sa.Column("joined_on", sa.Date(), nullable=False), sa.Column("left_on", sa.Date(), nullable=False),
        _programme("circle_past"), _person("circle_past"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circle_past")),
    )  # fmt: skip
    for column in ("programme_id", "person_id"):
        op.create_index(op.f(f"ix_circle_past_{column}"), "circle_past", [column])
    op.create_table(
        "circle_feed",
        _number("person_id"), _words("digest"), sa.Column("opened_at", UtcDateTime(), nullable=False),
        _person("circle_feed"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_circle_feed")),
        sa.UniqueConstraint("digest", name=op.f("uq_circle_feed_digest")),
    )  # fmt: skip
    op.create_table(
        "circle_count",
        _number("programme_id"), sa.Column("month", sa.Date(), nullable=False), _number("circles"),
        _number("members"),
        _programme("circle_count"),
        sa.PrimaryKeyConstraint("programme_id", name=op.f("pk_circle_count")),
    )  # fmt: skip


def downgrade() -> None:
    for table in (
        "circle_count", "circle_feed", "circle_past", "circle_concern", "circle_contact", "circle_willing",
        "circle_meeting", "circle_member", "circle",
    ):  # fmt: skip
        op.drop_table(table)
    with op.batch_alter_table("programme") as programme:
        programme.drop_column("circles")
