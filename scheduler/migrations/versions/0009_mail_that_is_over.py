"""When a mail is no longer worth sending; nothing is kept of what was given up."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.add_column(sa.Column("over_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE mail SET text = '' WHERE next_try_at IS NULL")


def downgrade() -> None:
    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.drop_column("over_at")
