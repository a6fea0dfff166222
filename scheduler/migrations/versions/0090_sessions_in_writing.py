"""Who accepts a week in writing instead of a session, and busy weeks in which sessions are met in writing."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0090"
down_revision: str | None = "0089"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_SOMETHING = "ck_surge_something"


def upgrade() -> None:
    with op.batch_alter_table("participant") as table:
        table.add_column(sa.Column("accepts_writing", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("surge") as table:
        table.add_column(sa.Column("written", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.drop_constraint(op.f(_SOMETHING), type_="check")
        table.create_check_constraint(op.f(_SOMETHING), "minutes IS NOT NULL OR remote OR written")


def downgrade() -> None:
    op.execute("DELETE FROM surge WHERE minutes IS NULL AND NOT remote")
    with op.batch_alter_table("surge") as table:
        table.drop_constraint(op.f(_SOMETHING), type_="check")
        table.create_check_constraint(op.f(_SOMETHING), "minutes IS NOT NULL OR remote")
        table.drop_column("written")
    with op.batch_alter_table("participant") as table:
        table.drop_column("accepts_writing")
