"""What people say of themselves when asked openly, what they wish for in it, and what a programme asks."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0063"
down_revision: str | None = "0060"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_OF_PEOPLE = {"traits": "{}", "like": "[]", "unlike": "[]", "together": "{}", "firm": "[]"}


def upgrade() -> None:
    with op.batch_alter_table("participant") as participant:
        for name, empty in _OF_PEOPLE.items():
            participant.add_column(sa.Column(name, sa.JSON(), nullable=False, server_default=empty))
    with op.batch_alter_table("joining") as joining:
        joining.add_column(sa.Column("asked", sa.JSON(none_as_null=True), nullable=True))
        joining.add_column(sa.Column("asked_for", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("joining") as joining:
        joining.drop_column("asked_for")
        joining.drop_column("asked")
    with op.batch_alter_table("participant") as participant:
        for name in _OF_PEOPLE:
            participant.drop_column(name)
