"""Facilitators whom an oversight contact has paused."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from scheduler.db import UtcDateTime

revision = "0066"
down_revision: str | None = "0065"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "facilitator_pause",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("since", UtcDateTime(timezone=True), nullable=False),
        sa.Column("held_back", sa.JSON(), server_default="[]", nullable=False),
        _key("programme_id", "programme"),
        _key("person_id", "person"),
        sa.PrimaryKeyConstraint("programme_id", "person_id", name=op.f("pk_facilitator_pause")),
    )
    op.create_index(op.f("ix_facilitator_pause_person_id"), "facilitator_pause", ["person_id"])


def _key(column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_facilitator_pause_{column}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete="CASCADE")


def downgrade() -> None:
    op.drop_table("facilitator_pause")
