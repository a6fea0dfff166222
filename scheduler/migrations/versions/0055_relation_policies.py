"""A programme may choose what each kind of relation means for sharing a group."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision: str | None = "0054"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("programme", sa.Column("relation_policies", sa.JSON(), server_default="{}", nullable=False))


def downgrade() -> None:
    op.drop_column("programme", "relation_policies")
