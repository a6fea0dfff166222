"""Guest coaches: faculty from outside, for one group only."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0075"
down_revision: str | None = "0074"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("participant") as participant:
        participant.add_column(sa.Column("guest", sa.Boolean(), nullable=False, server_default=sa.false()))
        participant.create_check_constraint(op.f("ck_participant_guest"), "NOT guest OR kind = 'faculty'")


def downgrade() -> None:
    with op.batch_alter_table("participant") as participant:
        participant.drop_constraint(op.f("ck_participant_guest"), type_="check")
        participant.drop_column("guest")
