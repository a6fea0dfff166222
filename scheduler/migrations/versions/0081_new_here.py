"""Groups of people who are new here meet soon after the start."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0081"
down_revision: str | None = "0079"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("programme") as table:
        table.add_column(sa.Column("early_days", sa.Integer(), server_default="28", nullable=False))
        table.create_check_constraint(op.f("ck_programme_early_days"), "early_days >= 0")
    op.add_column("participant", sa.Column("new_here", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column("participant", "new_here")
    with op.batch_alter_table("programme") as table:
        table.drop_constraint(op.f("ck_programme_early_days"), type_="check")
        table.drop_column("early_days")
