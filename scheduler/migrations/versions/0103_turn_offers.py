"""When an offer of a turn in the chair came to nothing, for who had made it."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from scheduler.db import UtcDateTime

revision = "0103"
down_revision: str | None = "0100"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("attendee", sa.Column("turn_lapsed_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("attendee", "turn_lapsed_at")
