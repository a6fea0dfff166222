"""What somebody chose for a calendar: reminders, titles. Pages of programmes that may be shared."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from scheduler.db import UtcDateTime

revision = "0016"
down_revision: str | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("feed") as table:
        table.add_column(sa.Column("alarm_minutes", sa.Integer(), nullable=True))
        table.add_column(sa.Column("names_group", sa.Boolean(), server_default=sa.false(), nullable=False))
        table.create_check_constraint(op.f("ck_feed_alarm_minutes"), "alarm_minutes > 0")
    op.create_table(
        "programme_page",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("shared_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_programme_page_programme_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("programme_id", name=op.f("pk_programme_page")),
    )


def downgrade() -> None:
    op.drop_table("programme_page")
    with op.batch_alter_table("feed") as table:
        table.drop_constraint(op.f("ck_feed_alarm_minutes"), type_="check")
        table.drop_column("names_group")
        table.drop_column("alarm_minutes")
