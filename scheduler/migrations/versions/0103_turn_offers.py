"""When an offer of a turn in the chair came to nothing, for who had made it; what is looked at before publishing may be
that a facilitator sponsors or advises somebody in their group."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from scheduler.db import UtcDateTime

revision = "0103"
down_revision: str | None = "0101"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_ITEMS = (
    "charter", "contacts", "code", "training", "relation", "offices", "said_yes", "way_to_meet", "never_there",
    "without_group", "worse_off", "signposts", "accompanied", "led_alone", "job_plan",
)  # fmt: skip


def upgrade() -> None:
    op.add_column("attendee", sa.Column("turn_lapsed_at", UtcDateTime(), nullable=True))
    _allow((*_ITEMS, "disclosed"))


def downgrade() -> None:
    op.execute("DELETE FROM preflight_override WHERE item = 'disclosed'")
    _allow(_ITEMS)
    op.drop_column("attendee", "turn_lapsed_at")


def _allow(items: Sequence[str]) -> None:
    listed = ", ".join(f"'{each}'" for each in items)
    with op.batch_alter_table("preflight_override") as overrides:
        overrides.drop_constraint(op.f("ck_preflight_override_item"), type_="check")
        overrides.create_check_constraint(op.f("ck_preflight_override_item"), f"item IN ({listed})")
