"""Feeds that are still to be brought up to date."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0117"
down_revision: str | None = "0114"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "feed_due",
        sa.Column("feed_id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name=op.f("fk_feed_due_feed_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_feed_due_programme_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("feed_id", "programme_id", name=op.f("pk_feed_due")),
    )
    op.create_index("ix_feed_due_programme_id", "feed_due", ["programme_id"])


def downgrade() -> None:
    op.drop_index("ix_feed_due_programme_id", "feed_due")
    op.drop_table("feed_due")
