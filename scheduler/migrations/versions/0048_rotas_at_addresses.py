"""Rotas that are kept at an address and fetched from there."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from scheduler.db import UtcDateTime

revision = "0048"
down_revision: str | None = "0047"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TABLE = "rota_address"


def upgrade() -> None:
    op.create_table(
        _TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("given_by", sa.Integer(), nullable=True),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("fetched_at", UtcDateTime(), nullable=True),
        sa.Column("next_fetch_at", UtcDateTime(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("tried_at", UtcDateTime(), nullable=True),
        sa.Column("trouble", sa.String(), nullable=False),
        sa.Column("etag", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        _key("programme_id", "programme"),
        _key("site_id", "site"),
        _key("given_by", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rota_address")),
        sa.UniqueConstraint("programme_id", "given_by", name=op.f("uq_rota_address_programme_id_given_by")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_rota_address_given_by"), _TABLE, ["given_by"])
    op.create_index(op.f("ix_rota_address_next_fetch_at"), _TABLE, ["next_fetch_at"])


def _key(column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_rota_address_{column}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete="CASCADE")


def downgrade() -> None:
    op.drop_table(_TABLE)
