"""What a programme asks of duties, journeys and buffers; patterns with exceptions; words for one start alone."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("programme") as table:
        table.add_column(sa.Column("duty_policy", sa.JSON(), server_default="{}", nullable=False))
        table.add_column(sa.Column("buffer_minutes", sa.Integer(), server_default="0", nullable=False))
    op.create_table(
        "journey",
        sa.Column("from_site_id", sa.Integer(), nullable=False),
        sa.Column("to_site_id", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_journey_minutes")),
        sa.ForeignKeyConstraint(
            ["from_site_id"], ["site.id"], name=op.f("fk_journey_from_site_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["to_site_id"], ["site.id"], name=op.f("fk_journey_to_site_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("from_site_id", "to_site_id", name=op.f("pk_journey")),
    )
    op.create_index(op.f("ix_journey_to_site_id"), "journey", ["to_site_id"])
    with op.batch_alter_table("weekly") as table:
        table.add_column(sa.Column("except_days", sa.JSON(), server_default="[]", nullable=False))
    with op.batch_alter_table("own_mark") as table:
        table.add_column(sa.Column("one_start", sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("availability") as table:
        table.add_column(sa.Column("counted", sa.String(), server_default="", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("availability") as table:
        table.drop_column("counted")
    with op.batch_alter_table("own_mark") as table:
        table.drop_column("one_start")
    with op.batch_alter_table("weekly") as table:
        table.drop_column("except_days")
    op.drop_table("journey")
    with op.batch_alter_table("programme") as table:
        table.drop_column("buffer_minutes")
        table.drop_column("duty_policy")
