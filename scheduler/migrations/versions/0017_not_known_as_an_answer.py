"""People may say themselves that a time is not known yet."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from scheduler.db import UtcDateTime

revision = "0017"
down_revision: str | None = "0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    _allow("'0', '1', '2', '?'")


def downgrade() -> None:
    op.execute("DELETE FROM own_mark WHERE mark = '?'")
    _allow("'0', '1', '2'")


def _allow(marks: str) -> None:
    with op.batch_alter_table("own_mark", copy_from=_as_it_is()) as table:
        table.drop_constraint(op.f("ck_own_mark_mark"), type_="check")
        table.create_check_constraint(op.f("ck_own_mark_mark"), f"mark IN ({marks})")


def _as_it_is() -> sa.Table:
    """The table in words of its own: SQLite cannot tell its constraints, and is given a new table."""
    return sa.Table(
        "own_mark",
        sa.MetaData(),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("ends_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("one_start", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint("mark IN ('')", name=op.f("ck_own_mark_mark")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_own_mark_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_own_mark_programme_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_mark")),
        sa.Index("ix_own_mark_programme_id_person_id", "programme_id", "person_id"),
    )
