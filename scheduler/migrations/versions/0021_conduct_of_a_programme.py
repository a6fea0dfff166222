"""How a programme treats what is published: its freeze, its interval, who settles dates, the most hours."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision: str | None = "0020"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_CHECKS = {
    "freeze_days": "freeze_days >= 0",
    "interval_days": "interval_days > 0",
    "hours": "hours_a_month > 0 AND hours_a_year > 0",
    "settling": "settling IN ('vote', 'two', 'coordinator')",
}
_COLUMNS = (
    "several_groups", "hours_a_year", "hours_a_month", "settles_itself", "settling", "interval_days", "freeze_days"
)  # fmt: skip


def upgrade() -> None:
    with op.batch_alter_table("programme") as table:
        table.add_column(sa.Column("freeze_days", sa.Integer(), server_default="14", nullable=False))
        table.add_column(sa.Column("interval_days", sa.Integer(), nullable=True))
        table.add_column(sa.Column("settling", sa.String(), server_default="vote", nullable=False))
        table.add_column(sa.Column("settles_itself", sa.Boolean(), server_default=sa.false(), nullable=False))
        table.add_column(sa.Column("hours_a_month", sa.Integer(), nullable=True))
        table.add_column(sa.Column("hours_a_year", sa.Integer(), nullable=True))
        table.add_column(sa.Column("several_groups", sa.Boolean(), server_default=sa.false(), nullable=False))
        for name, check in _CHECKS.items():
            table.create_check_constraint(op.f(f"ck_programme_{name}"), check)


def downgrade() -> None:
    with op.batch_alter_table("programme") as table:
        for name in _CHECKS:
            table.drop_constraint(op.f(f"ck_programme_{name}"), type_="check")
        for column in _COLUMNS:
            table.drop_column(column)
