"""Weeks in writing: who takes part in one, and until when its answers have been mailed."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from scheduler.db import UtcDateTime

revision = "0089"
down_revision: str | None = "0088"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "writing_place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=True),
        sa.Column("prompted_at", UtcDateTime(), nullable=True),
        sa.Column("wrote_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_writing_place_session_id_session"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_writing_place_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_writing_place")),
        sa.UniqueConstraint("session_id", "person_id", name=op.f("uq_writing_place_session_id_person_id")),
    )
    op.create_index(op.f("ix_writing_place_person_id"), "writing_place", ["person_id"])
    op.execute(
        "INSERT INTO writing_place (session_id, person_id, wrote_at) "
        "SELECT session_id, person_id, said_at FROM thread_reply"
    )
    with op.batch_alter_table("thread") as table:
        table.add_column(sa.Column("gathered_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("thread") as table:
        table.drop_column("gathered_at")
    op.drop_index(op.f("ix_writing_place_person_id"), table_name="writing_place")
    op.drop_table("writing_place")
