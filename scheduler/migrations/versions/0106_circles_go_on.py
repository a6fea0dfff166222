"""Circles go on in the next term for who says so there, and their people are reminded of dates."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from scheduler.db import UtcDateTime

revision = "0106"
down_revision: str | None = "0105"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("circle") as circles:
        circles.add_column(sa.Column("follows_id", sa.Integer(), nullable=True))
        circles.create_foreign_key(
            op.f("fk_circle_follows_id_circle"), "circle", ["follows_id"], ["id"], ondelete="SET NULL"
        )
        circles.create_index(op.f("ix_circle_follows_id"), ["follows_id"])
    op.create_table(
        "circle_reminder",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("hours_before", sa.Integer(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["circle_meeting.id"],
            name=op.f("fk_circle_reminder_meeting_id_circle_meeting"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_circle_reminder_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("meeting_id", "person_id", "hours_before", name=op.f("pk_circle_reminder")),
    )
    op.create_index(op.f("ix_circle_reminder_person_id"), "circle_reminder", ["person_id"])


def downgrade() -> None:
    op.drop_table("circle_reminder")
    with op.batch_alter_table("circle") as circles:
        circles.drop_index(op.f("ix_circle_follows_id"))
        circles.drop_constraint(op.f("fk_circle_follows_id_circle"), type_="foreignkey")
        circles.drop_column("follows_id")
