"""Several runs of a programme that wait for one another, what each was asked, and drafts made with other rules."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision: str | None = "0039"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

GOING = sa.text("state IN ('queued', 'running')")
_COUNTS = ("held", "coming", "seats")


def upgrade() -> None:
    op.drop_index("uq_run_going", "run")
    op.add_column("run", sa.Column("trial_steps", sa.JSON(), nullable=True))
    op.add_column("run", sa.Column("asked", sa.JSON(), nullable=True))
    for name in _COUNTS:
        op.add_column("run_progress", sa.Column(name, sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.add_column("plan", sa.Column("trial_steps", sa.JSON(), nullable=True))
    op.add_column("plan", sa.Column("made_from", sa.Integer(), nullable=True))
    op.add_column("plan", sa.Column("counts", sa.JSON(), nullable=True))


def downgrade() -> None:
    for name in ("counts", "made_from", "trial_steps"):
        op.drop_column("plan", name)
    for name in _COUNTS:
        op.drop_column("run_progress", name)
    op.drop_column("run", "asked")
    op.drop_column("run", "trial_steps")
    # One run at a time again: the first of those that are going on stays.
    op.execute(
        "UPDATE run SET state = 'cancelled' WHERE state IN ('queued', 'running') AND id NOT IN"
        " (SELECT min(id) FROM run WHERE state IN ('queued', 'running') GROUP BY programme_id)"
    )
    op.create_index("uq_run_going", "run", ["programme_id"], unique=True, sqlite_where=GOING, postgresql_where=GOING)
