"""Lists that wait until they are confirmed, and what was said about their headings and words."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from scheduler.db import UtcDateTime

revision = "0037"
down_revision: str | None = "0036"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_KINDS = "kind IN ('people', 'relations', 'clinics', 'rooms')"


def upgrade() -> None:
    op.create_table(
        "waiting_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("read_at", UtcDateTime(), nullable=False),
        sa.Column("read_by", sa.Integer(), nullable=True),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.CheckConstraint(_KINDS, name=op.f("ck_waiting_list_kind")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_waiting_list_programme_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["read_by"], ["person.id"], name=op.f("fk_waiting_list_read_by"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_list")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_waiting_list_programme_id"), "waiting_list", ["programme_id"])
    _remembered("list_heading", sa.Column("heading", sa.String(), nullable=False), value="column")
    words = (sa.Column("column", sa.String(), nullable=False), sa.Column("word", sa.String(), nullable=False))
    _remembered("list_word", *words, value="meaning")


def _remembered(table: str, *keys: sa.Column[str], value: str) -> None:
    op.create_table(
        table,
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        *keys,
        sa.Column(value, sa.String(), nullable=False),
        sa.CheckConstraint(_KINDS, name=op.f(f"ck_{table}_kind")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f(f"fk_{table}_programme_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("programme_id", "kind", *(key.name for key in keys), name=op.f(f"pk_{table}")),
    )


def downgrade() -> None:
    for table in ("list_word", "list_heading"):
        op.drop_table(table)
    op.drop_index(op.f("ix_waiting_list_programme_id"), "waiting_list")
    op.drop_table("waiting_list")
