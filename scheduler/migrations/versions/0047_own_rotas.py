"""Rotas that people give themselves, in the tables of all rotas: whose they are."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision: str | None = "0046"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_OF_DEPARTMENT = sa.text("given_by IS NULL")
_NAME = "uq_rota_programme_id_name"


def upgrade() -> None:
    with op.batch_alter_table("rota") as table:
        table.add_column(sa.Column("given_by", sa.Integer(), nullable=True))
        table.drop_constraint(op.f(_NAME), type_="unique")
        table.create_foreign_key(op.f("fk_rota_given_by"), "person", ["given_by"], ["id"], ondelete="CASCADE")
        table.create_unique_constraint(op.f("uq_rota_programme_id_given_by"), ["programme_id", "given_by"])
    op.create_index(
        _NAME,
        "rota",
        ["programme_id", "name"],
        unique=True,
        sqlite_where=_OF_DEPARTMENT,
        postgresql_where=_OF_DEPARTMENT,
    )
    op.create_index(op.f("ix_rota_given_by"), "rota", ["given_by"])
    with op.batch_alter_table("waiting_rota") as table:
        table.add_column(sa.Column("given_by", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_waiting_rota_given_by"), "person", ["given_by"], ["id"], ondelete="CASCADE")
    op.create_index(op.f("ix_waiting_rota_given_by"), "waiting_rota", ["given_by"])


def downgrade() -> None:
    """What people gave themselves goes: there is no place for it any more."""
    for name in ("rota", "waiting_rota"):
        given = sa.table(name, sa.column("given_by"))
        op.execute(given.delete().where(given.c.given_by.is_not(None)))
    op.drop_index(op.f("ix_waiting_rota_given_by"), "waiting_rota")
    with op.batch_alter_table("waiting_rota") as table:
        table.drop_constraint(op.f("fk_waiting_rota_given_by"), type_="foreignkey")
        table.drop_column("given_by")
    op.drop_index(op.f("ix_rota_given_by"), "rota")
    op.drop_index(_NAME, "rota")
    with op.batch_alter_table("rota") as table:
        table.drop_constraint(op.f("uq_rota_programme_id_given_by"), type_="unique")
        table.drop_constraint(op.f("fk_rota_given_by"), type_="foreignkey")
        table.drop_column("given_by")
        table.create_unique_constraint(op.f(_NAME), ["programme_id", "name"])
