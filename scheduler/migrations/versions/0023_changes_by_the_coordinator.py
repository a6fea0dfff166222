"""What a coordinator changes of what is published: ended and paused groups, who came in later, what is offered."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from scheduler.db import UtcDateTime

revision = "0023"
down_revision: str | None = "0022"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("plan", sa.Column("changed_at", UtcDateTime(), nullable=True))
    op.add_column("group", sa.Column("ended_at", UtcDateTime(), nullable=True))
    op.add_column("member", sa.Column("since", UtcDateTime(), nullable=True))
    op.add_column("session", sa.Column("offers_again", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "group_pause",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("group_key", sa.String(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_group_pause_days")),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["programme.id"],
            name=op.f("fk_group_pause_programme_id_programme"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("programme_id", "group_key", name=op.f("pk_group_pause")),
    )


def downgrade() -> None:
    op.drop_table("group_pause")
    for table, column in (
        ("session", "offers_again"),
        ("member", "since"),
        ("group", "ended_at"),
        ("plan", "changed_at"),
    ):
        op.drop_column(table, column)
