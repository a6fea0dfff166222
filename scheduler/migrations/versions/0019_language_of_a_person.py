"""Whether a person's language is known: chosen by them, or learnt from the browser in which they first signed in."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision: str | None = "0018"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("person", sa.Column("language_known", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute("UPDATE person SET language_known = TRUE WHERE language <> 'en'")


def downgrade() -> None:
    op.drop_column("person", "language_known")
