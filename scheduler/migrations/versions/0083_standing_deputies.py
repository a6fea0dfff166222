"""A group can have a standing deputy for the whole term."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from scheduler.db import UtcDateTime

revision = "0083"
down_revision: str | None = "0082"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_KINDS = ("safety", "company", "facilitator", "quorum", "room", "time", "close", "double", "share", "dropped")


def upgrade() -> None:
    op.create_table(
        "standing_deputy",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("group_key", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("named_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("programme_id", "group_key"),
    )
    op.create_index("ix_standing_deputy_person_id", "standing_deputy", ["person_id"])
    _allow((*_KINDS, "standing_deputy"))


def downgrade() -> None:
    op.execute("DELETE FROM trouble WHERE kind = 'standing_deputy'")
    _allow(_KINDS)
    op.drop_table("standing_deputy")


def _allow(kinds: Sequence[str]) -> None:
    listed = ", ".join(f"'{each}'" for each in kinds)
    with op.batch_alter_table("trouble") as table:
        table.drop_constraint(op.f("ck_trouble_kind"), type_="check")
        table.create_check_constraint(op.f("ck_trouble_kind"), f"kind IN ({listed})")
