"""Sessions that are closer together than their programme's smallest gap is by now are a trouble of their own."""

from collections.abc import Sequence

from alembic import op

revision = "0053"
down_revision: str | None = "0052"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_KINDS = ("safety", "facilitator", "quorum", "room", "time", "double", "share", "dropped")


def upgrade() -> None:
    _allow((*_KINDS, "close"))


def downgrade() -> None:
    op.execute("DELETE FROM trouble WHERE kind = 'close'")
    _allow(_KINDS)


def _allow(kinds: Sequence[str]) -> None:
    listed = ", ".join(f"'{each}'" for each in kinds)
    with op.batch_alter_table("trouble") as trouble:
        trouble.drop_constraint(op.f("ck_trouble_kind"), type_="check")
        trouble.create_check_constraint(op.f("ck_trouble_kind"), f"kind IN ({listed})")
