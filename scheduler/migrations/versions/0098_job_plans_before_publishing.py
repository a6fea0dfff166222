"""What is overridden before a plan is published may be that somebody would lead more than their job plan has hours."""

from collections.abc import Sequence

from alembic import op

revision = "0098"
down_revision: str | None = "0097"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_ITEMS = (
    "charter", "contacts", "code", "training", "relation", "offices", "said_yes", "way_to_meet", "never_there",
    "without_group", "worse_off", "signposts", "accompanied", "led_alone",
)  # fmt: skip


def upgrade() -> None:
    _allow((*_ITEMS, "job_plan"))


def downgrade() -> None:
    op.execute("DELETE FROM preflight_override WHERE item = 'job_plan'")
    _allow(_ITEMS)


def _allow(items: Sequence[str]) -> None:
    listed = ", ".join(f"'{each}'" for each in items)
    with op.batch_alter_table("preflight_override") as overrides:
        overrides.drop_constraint(op.f("ck_preflight_override_item"), type_="check")
        overrides.create_check_constraint(op.f("ck_preflight_override_item"), f"item IN ({listed})")
