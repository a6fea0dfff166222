"""In which language a version of a charter is written."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0104"
down_revision: str | None = "0103"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("charter", sa.Column("language", sa.String(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("charter", "language")
