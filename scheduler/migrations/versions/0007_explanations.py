"""Why a plan is as it is: for the coordinator, and for each resident what concerns them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "explanation",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_explanation_plan_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("plan_id", name=op.f("pk_explanation")),
    )
    op.create_table(
        "told",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("wishes", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_told_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_told_plan_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("plan_id", "person_id", name=op.f("pk_told")),
    )
    op.create_index(op.f("ix_told_person_id"), "told", ["person_id"])
    with op.batch_alter_table("unplaced", schema=None) as batch_op:
        batch_op.drop_column("reason")


def downgrade() -> None:
    with op.batch_alter_table("unplaced", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reason", sa.String(), nullable=False, server_default="no-combination"))
    op.drop_table("told")
    op.drop_table("explanation")
