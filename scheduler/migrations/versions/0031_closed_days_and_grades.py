"""Days on which a programme does not meet, names of grades, and how a programme begins and ends."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from scheduler.db import UtcDateTime

revision = "0031"
down_revision: str | None = "0030"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_NEW = (
    "publish_ahead_days",
    "country",
    "region",
    "kept_open",
    "first_within_days",
    "follows_id",
    "ended_at",
    "archived_at",
)


def upgrade() -> None:
    with op.batch_alter_table("programme") as programme:
        programme.add_column(sa.Column("publish_ahead_days", sa.Integer(), nullable=False, server_default="42"))
        programme.add_column(sa.Column("country", sa.String(), nullable=False, server_default=""))
        programme.add_column(sa.Column("region", sa.String(), nullable=False, server_default=""))
        programme.add_column(sa.Column("kept_open", sa.JSON(), nullable=False, server_default="[]"))
        programme.add_column(sa.Column("first_within_days", sa.Integer(), nullable=True))
        programme.add_column(sa.Column("follows_id", sa.Integer(), nullable=True))
        programme.add_column(sa.Column("ended_at", UtcDateTime(), nullable=True))
        programme.add_column(sa.Column("archived_at", UtcDateTime(), nullable=True))
        programme.create_foreign_key(
            op.f("fk_programme_follows_id"), "programme", ["follows_id"], ["id"], ondelete="SET NULL"
        )
        programme.create_check_constraint(op.f("ck_programme_publish_ahead_days"), "publish_ahead_days >= 0")
        programme.create_check_constraint(op.f("ck_programme_first_within_days"), "first_within_days > 0")
    op.create_table(
        "days_off",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_days_off_dates")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_days_off_programme_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_days_off")),
    )
    op.create_index(op.f("ix_days_off_programme_id"), "days_off", ["programme_id"])
    op.create_table(
        "grade",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_grade_programme_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("programme_id", "stage", name=op.f("pk_grade")),
        sa.UniqueConstraint("programme_id", "name", name=op.f("uq_grade_programme_id_name")),
    )


def downgrade() -> None:
    op.drop_table("grade")
    op.drop_index(op.f("ix_days_off_programme_id"), "days_off")
    op.drop_table("days_off")
    with op.batch_alter_table("programme") as programme:
        programme.drop_constraint(op.f("ck_programme_first_within_days"), type_="check")
        programme.drop_constraint(op.f("ck_programme_publish_ahead_days"), type_="check")
        programme.drop_constraint(op.f("fk_programme_follows_id"), type_="foreignkey")
        for column in reversed(_NEW):
            programme.drop_column(column)
