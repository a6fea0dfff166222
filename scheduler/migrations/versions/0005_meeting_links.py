"""How groups meet from afar."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import scheduler.db

revision = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "meeting",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("group_key", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("changed_at", scheduler.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_meeting_programme_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("programme_id", "group_key", name=op.f("pk_meeting")),
    )


def downgrade() -> None:
    op.drop_table("meeting")
