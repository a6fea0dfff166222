"""Sessions in a room that some join by call: whether a programme has them, who does, and what people said of one."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from scheduler.db import UtcDateTime

revision = "0101"
down_revision: str | None = "0100"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("programme", sa.Column("hybrid", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("attendee", sa.Column("by_call", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("attendee", sa.Column("way_changed_at", UtcDateTime(), nullable=True))
    op.add_column("booked_person", sa.Column("by_call", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "session_way",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("by_call", sa.Boolean(), nullable=False),
        sa.Column("said_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_session_way_session_id_session"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_session_way_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", "person_id", name=op.f("pk_session_way")),
    )
    op.create_index(op.f("ix_session_way_person_id"), "session_way", ["person_id"])


def downgrade() -> None:
    op.drop_table("session_way")
    for table, column in (
        ("booked_person", "by_call"), ("attendee", "way_changed_at"), ("attendee", "by_call"), ("programme", "hybrid"),
    ):  # fmt: skip
        op.drop_column(table, column)
