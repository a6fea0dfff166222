"""What people have already becomes a group; and what a programme is to change."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0088"
down_revision: str | None = "0087"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    for column in ("group_name", "mode"):
        op.add_column("asking", sa.Column(column, sa.String(), server_default="", nullable=False))
    op.add_column("programme", sa.Column("change_goal", sa.String(), server_default="", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("programme") as programme:
        programme.drop_column("change_goal")
    with op.batch_alter_table("asking") as asking:
        for column in ("mode", "group_name"):
            asking.drop_column(column)
