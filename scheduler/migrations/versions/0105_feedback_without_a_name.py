"""Feedback of somebody who is deleted goes on counting as one person's, so that no pool moves."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0105"
down_revision: str | None = "0104"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("facilitation_answer", sa.Column("unnamed", sa.Integer(), nullable=True))
    op.execute("UPDATE facilitation_answer SET unnamed = id WHERE person_id IS NULL")


def downgrade() -> None:
    with op.batch_alter_table("facilitation_answer") as answers:
        answers.drop_column("unnamed")
