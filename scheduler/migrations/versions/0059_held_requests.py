"""A request to stand in may be noted without being put; no trouble tells any more of what people keep to themselves."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision: str | None = "0057"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_ASPECTS = ("", "closed", "small", "taken", "missing", "outside", "listed")


def upgrade() -> None:
    with op.batch_alter_table("deputy") as deputy:
        deputy.add_column(sa.Column("held", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("deputy") as deputy:
        deputy.alter_column("held", server_default=None)
    op.execute("DELETE FROM trouble WHERE aspect = 'hidden'")
    _allow(_ASPECTS)


def downgrade() -> None:
    op.execute("DELETE FROM deputy WHERE held")
    with op.batch_alter_table("deputy") as deputy:
        deputy.drop_column("held")
    _allow((*_ASPECTS, "hidden"))


def _allow(aspects: Sequence[str]) -> None:
    listed = ", ".join(f"'{each}'" for each in aspects)
    with op.batch_alter_table("trouble") as trouble:
        trouble.drop_constraint(op.f("ck_trouble_aspect"), type_="check")
        trouble.create_check_constraint(op.f("ck_trouble_aspect"), f"aspect IN ({listed})")
