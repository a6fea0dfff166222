"""Residents may swap groups for some days after they are published."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from scheduler.db import UtcDateTime

revision = "0072"
down_revision: str | None = "0070"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "swap_wish",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("into", sa.String(), nullable=False),
        sa.Column("out_of", sa.String(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_swap_wish_programme_id_programme"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_swap_wish_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("programme_id", "person_id", "into", name=op.f("pk_swap_wish")),
    )
    op.create_index(op.f("ix_swap_wish_person_id"), "swap_wish", ["person_id"])
    with op.batch_alter_table("programme") as table:
        table.add_column(sa.Column("swap_days", sa.Integer(), server_default="10", nullable=False))
        table.create_check_constraint(op.f("ck_programme_swap_days"), "swap_days >= 0")


def downgrade() -> None:
    with op.batch_alter_table("programme") as table:
        table.drop_constraint(op.f("ck_programme_swap_days"), type_="check")
        table.drop_column("swap_days")
    op.drop_table("swap_wish")
