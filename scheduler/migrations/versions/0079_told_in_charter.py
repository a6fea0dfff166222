"""An agreement to a charter keeps what people of the group were to each other then, as far as the group was told.

Agreements from before know of none: where a group is told something, everyone in it is asked once more.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0079"
down_revision: str | None = "0075"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("charter_agreement", sa.Column("told", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    with op.batch_alter_table("charter_agreement") as agreement:
        agreement.drop_column("told")
