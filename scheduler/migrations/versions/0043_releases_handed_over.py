"""Releases that somebody else has to grant since their rota has another rota manager."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from scheduler.db import UtcDateTime

revision = "0043"
down_revision: str | None = "0042"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "release_handed_over",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("manager_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("handed_at", UtcDateTime(), nullable=False),
        _key("release_id", "release"),
        _key("manager_id", "rota_manager"),
        sa.PrimaryKeyConstraint("release_id", "manager_id", name=op.f("pk_release_handed_over")),
    )
    op.create_index(op.f("ix_release_handed_over_manager_id"), "release_handed_over", ["manager_id"])


def _key(column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_release_handed_over_{column}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete="CASCADE")


def downgrade() -> None:
    op.drop_table("release_handed_over")
