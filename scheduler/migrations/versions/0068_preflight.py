"""What was overridden before a plan was published, by whom and why; and how much worse off a group may be."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from scheduler.db import UtcDateTime

revision = "0068"
down_revision: str | None = "0067"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_ITEMS = (
    "charter", "contacts", "code", "training", "relation", "offices", "said_yes", "way_to_meet", "never_there",
    "without_group", "worse_off",
)  # fmt: skip


def upgrade() -> None:
    listed = ", ".join(f"'{each}'" for each in _ITEMS)
    op.create_table(
        "preflight_override",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("covered", sa.JSON(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(f"item IN ({listed})", name=op.f("ck_preflight_override_item")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], op.f("fk_preflight_override_programme_id_programme"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], op.f("fk_preflight_override_plan_id_plan"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], op.f("fk_preflight_override_person_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preflight_override")),
    )
    op.create_index(op.f("ix_preflight_override_programme_id"), "preflight_override", ["programme_id"])
    op.create_index(op.f("ix_preflight_override_plan_id"), "preflight_override", ["plan_id"])
    with op.batch_alter_table("programme") as table:
        table.add_column(sa.Column("fairness_points", sa.Integer(), server_default="10", nullable=False))
        table.create_check_constraint(op.f("ck_programme_fairness_points"), "fairness_points > 0")


def downgrade() -> None:
    with op.batch_alter_table("programme") as table:
        table.drop_constraint(op.f("ck_programme_fairness_points"), type_="check")
        table.drop_column("fairness_points")
    op.drop_table("preflight_override")
