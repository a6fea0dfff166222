"""Repairs: what a run that repairs needs to know, and what its draft was made of."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision: str | None = "0027"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("plan", sa.Column("repairs", sa.JSON(), nullable=True))
    op.add_column("run", sa.Column("repair", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("run", "repair")
    op.drop_column("plan", "repairs")
