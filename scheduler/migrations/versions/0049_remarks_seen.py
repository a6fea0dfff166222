"""What somebody has seen was left out of a rota's files is kept, so that it is not told again with the next one."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision: str | None = "0048"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("rota", sa.Column("remarks", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("rota", "remarks")
