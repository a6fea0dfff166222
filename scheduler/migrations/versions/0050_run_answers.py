"""A run keeps the plan that it found, whatever becomes of its draft."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision: str | None = "0049"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("run", sa.Column("answer", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("run", "answer")
