"""A programme has at most one run that waits or works, and at most one published plan."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

GOING = sa.text("state IN ('queued', 'running')")
PUBLISHED = sa.text("state = 'published'")


def upgrade() -> None:
    # What two at the same moment may have left behind: the first run and the newest revision stay.
    op.execute(
        "UPDATE run SET state = 'cancelled' WHERE state IN ('queued', 'running') AND id NOT IN"
        " (SELECT min(id) FROM run WHERE state IN ('queued', 'running') GROUP BY programme_id)"
    )
    op.execute(
        "UPDATE plan SET state = 'superseded' WHERE state = 'published' AND EXISTS (SELECT 1 FROM plan AS other"
        " WHERE other.programme_id = plan.programme_id AND other.state = 'published'"
        " AND other.revision > plan.revision)"
    )
    op.create_index("uq_run_going", "run", ["programme_id"], unique=True, sqlite_where=GOING, postgresql_where=GOING)
    op.create_index(
        "uq_plan_published", "plan", ["programme_id"], unique=True, sqlite_where=PUBLISHED, postgresql_where=PUBLISHED
    )


def downgrade() -> None:
    op.drop_index("uq_plan_published", "plan")
    op.drop_index("uq_run_going", "run")
