"""What a group was told when it agreed its charter; who meets only accompanied; checks on both before publishing.

Agreements from before know of nothing that was told: where a group is told something, everyone is asked once more.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0079"
down_revision: str | None = "0078"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_KINDS = ("safety", "facilitator", "quorum", "room", "time", "close", "double", "share", "dropped")
_ITEMS = (
    "charter", "contacts", "code", "training", "relation", "offices", "said_yes", "way_to_meet", "never_there",
    "without_group", "worse_off",
)  # fmt: skip
_NEW_ITEMS = ("signposts", "accompanied", "led_alone")


def upgrade() -> None:
    op.add_column("charter_agreement", sa.Column("told", sa.JSON(), nullable=False, server_default="[]"))
    _allow("trouble", "kind", (*_KINDS, "company"))
    _allow("preflight_override", "item", (*_ITEMS, *_NEW_ITEMS))


def downgrade() -> None:
    op.execute("DELETE FROM preflight_override WHERE item IN ('signposts', 'accompanied', 'led_alone')")
    op.execute("DELETE FROM trouble WHERE kind = 'company'")
    _allow("preflight_override", "item", _ITEMS)
    _allow("trouble", "kind", _KINDS)
    with op.batch_alter_table("charter_agreement") as agreement:
        agreement.drop_column("told")


def _allow(name: str, column: str, values: Sequence[str]) -> None:
    listed = ", ".join(f"'{each}'" for each in values)
    with op.batch_alter_table(name) as table:
        table.drop_constraint(op.f(f"ck_{name}_{column}"), type_="check")
        table.create_check_constraint(op.f(f"ck_{name}_{column}"), f"{column} IN ({listed})")
