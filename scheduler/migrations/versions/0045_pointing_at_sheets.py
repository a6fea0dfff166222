"""What somebody has pointed at on the sheets of rotas; the sheets of rotas that wait."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from scheduler.db import UtcDateTime

revision = "0045"
down_revision: str | None = "0044"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "rota_pointing",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("pointing", sa.JSON(), nullable=False),
        sa.Column("said_at", UtcDateTime(), nullable=False),
        _key("rota_pointing", "programme", "programme_id"),
        _key("rota_pointing", "site", "site_id"),
        sa.PrimaryKeyConstraint("programme_id", "name", name=op.f("pk_rota_pointing")),
    )
    op.create_index(op.f("ix_rota_pointing_site_id"), "rota_pointing", ["site_id"])
    op.create_table(
        "waiting_sheets",
        sa.Column("waiting_id", sa.Integer(), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        _key("waiting_sheets", "waiting_rota", "waiting_id"),
        sa.PrimaryKeyConstraint("waiting_id", name=op.f("pk_waiting_sheets")),
    )


def _key(table: str, other: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE")


def downgrade() -> None:
    op.drop_table("waiting_sheets")
    op.drop_table("rota_pointing")
