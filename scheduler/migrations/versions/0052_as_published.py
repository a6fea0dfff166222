"""A published plan keeps what it was when it was published, to tell what has been changed of it since."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision: str | None = "0051"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("plan", sa.Column("as_published", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    op.drop_column("plan", "as_published")
