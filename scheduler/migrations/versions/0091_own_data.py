"""Everything about a person can be deleted; who came to a session is then counted without them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from scheduler.db import UtcDateTime

revision = "0091"
down_revision: str | None = "0090"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_COUNTS = ("invited", "away", "could_come", "noted", "came", "wrote", "leading")


def upgrade() -> None:
    op.add_column("person", sa.Column("erased_at", UtcDateTime(), nullable=True))
    op.create_table(
        "attendance_sum",
        sa.Column("session_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), server_default="0", nullable=False) for name in _COUNTS),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_attendance_sum_session_id_session"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_attendance_sum")),
    )


def downgrade() -> None:
    op.drop_table("attendance_sum")
    op.drop_column("person", "erased_at")
