"""Who has to be released for which session, who keeps which rota, what they were told; tables as files of a mail."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from scheduler.db import UtcDateTime

revision = "0041"
down_revision: str | None = "0040"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_BEFORE = "purpose IN ('person', 'resident', 'facilitator', 'group', 'programme', 'room', 'site', 'busy')"
_AFTER = "purpose IN ('person', 'resident', 'facilitator', 'group', 'programme', 'room', 'site', 'busy', 'cover')"


def upgrade() -> None:
    op.add_column("mail", sa.Column("sheet", sa.Text(), server_default="", nullable=False))
    _managers()
    _releases()
    _told()
    with op.batch_alter_table("feed") as table:
        table.add_column(sa.Column("manager_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_feed_manager_id"), "rota_manager", ["manager_id"], ["id"], ondelete="CASCADE")
        table.drop_constraint(op.f("ck_feed_purpose"), type_="check")
        table.create_check_constraint(op.f("ck_feed_purpose"), _AFTER)
        table.create_check_constraint(op.f("ck_feed_manager_id"), "(manager_id IS NOT NULL) = (purpose = 'cover')")


def _managers() -> None:
    op.create_table(
        "rota_manager",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), server_default="", nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        _key("rota_manager", "programme"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rota_manager")),
        sa.UniqueConstraint("programme_id", "name", name=op.f("uq_rota_manager_programme_id_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "kept_rota",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("rota", sa.String(), nullable=False),
        sa.Column("manager_id", sa.Integer(), nullable=False),
        _key("kept_rota", "site"),
        _key("kept_rota", "rota_manager", "manager_id"),
        sa.PrimaryKeyConstraint("site_id", "rota", name=op.f("pk_kept_rota")),
    )
    op.create_index(op.f("ix_kept_rota_manager_id"), "kept_rota", ["manager_id"])


def _releases() -> None:
    op.create_table(
        "release",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        *_of_somebody(),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_release_times")),
        *(_key("release", table) for table in ("programme", "session", "person", "site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release")),
        sa.UniqueConstraint(
            "session_id", "person_id", "site_id", "rota", name=op.f("uq_release_session_id_person_id_site_id_rota")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_release_programme_id_starts_at", "release", ["programme_id", "starts_at"])
    op.create_index(op.f("ix_release_person_id"), "release", ["person_id"])


def _told() -> None:
    op.create_table(
        "cover_sending",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("manager_id", sa.Integer(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.Column("sent_by", sa.Integer(), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("lines", "new", "changed", "over")),
        _key("cover_sending", "rota_manager", "manager_id"),
        sa.ForeignKeyConstraint(["sent_by"], ["person.id"], name=op.f("fk_cover_sending_sent_by"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cover_sending")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_cover_sending_manager_id_sent_at", "cover_sending", ["manager_id", "sent_at"])
    op.create_table(
        "cover_told",
        sa.Column("manager_id", sa.Integer(), nullable=False),
        *_of_somebody(),
        _key("cover_told", "rota_manager", "manager_id"),
        *(_key("cover_told", table) for table in ("session", "person", "site")),
        sa.PrimaryKeyConstraint("manager_id", "session_id", "person_id", "site_id", "rota", name=op.f("pk_cover_told")),
    )
    op.create_index(op.f("ix_cover_told_person_id"), "cover_told", ["person_id"])


def _of_somebody() -> tuple[sa.Column[Any], ...]:
    return (
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("session_id", "person_id", "site_id")),
        sa.Column("rota", sa.String(), nullable=False),
        *(sa.Column(name, UtcDateTime(), nullable=False) for name in ("starts_at", "ends_at")),
        sa.Column("duty", sa.String(), nullable=False),
    )


def _key(table: str, other: str, column: str = "") -> sa.ForeignKeyConstraint:
    column = column or f"{other}_id"
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE")


def downgrade() -> None:
    op.execute("DELETE FROM feed WHERE purpose = 'cover'")
    with op.batch_alter_table("feed") as table:
        table.drop_constraint(op.f("ck_feed_manager_id"), type_="check")
        table.drop_constraint(op.f("ck_feed_purpose"), type_="check")
        table.create_check_constraint(op.f("ck_feed_purpose"), _BEFORE)
        table.drop_constraint(op.f("fk_feed_manager_id"), type_="foreignkey")
        table.drop_column("manager_id")
    for name in ("cover_told", "cover_sending", "release", "kept_rota", "rota_manager"):
        op.drop_table(name)
    op.drop_column("mail", "sheet")
