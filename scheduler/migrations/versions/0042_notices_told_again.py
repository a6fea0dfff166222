"""What coordinators were told of, so that what is worse is told again; a number for the link that ends such mail."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from scheduler.db import UtcDateTime

revision = "0042"
down_revision: str | None = "0041"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_UNTOLD = """INSERT INTO desk_stock (programme_id) SELECT id FROM programme
WHERE id NOT IN (SELECT programme_id FROM desk_notice) AND id NOT IN (SELECT programme_id FROM desk_wish)"""
_ASIDE = "CREATE TABLE desk_wish_before AS SELECT programme_id, person_id, wish, told_at FROM desk_wish"
_BACK = """INSERT INTO desk_wish (programme_id, person_id, wish, told_at)
SELECT programme_id, person_id, wish, told_at FROM desk_wish_before"""


def upgrade() -> None:
    op.add_column("desk_notice", sa.Column("told_parts", sa.Integer(), nullable=True))
    op.add_column("desk_notice", sa.Column("told_start", UtcDateTime(), nullable=True))
    _take_stock()
    _wishes(
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_wish")),
        sa.UniqueConstraint("programme_id", "person_id", name=op.f("uq_desk_wish_programme_id_person_id")),
    )


def _take_stock() -> None:
    """Whatever there is in a programme of which nobody was told yet is no news on the day of the upgrade."""
    op.create_table(
        "desk_stock",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        _key("desk_stock", "programme"),
        sa.PrimaryKeyConstraint("programme_id", name=op.f("pk_desk_stock")),
    )
    op.execute(_UNTOLD)


def _wishes(*identity: sa.schema.SchemaItem) -> None:
    """The table of wishes anew, with what stands in it: a key cannot be exchanged in place."""
    op.execute(_ASIDE)
    op.drop_table("desk_wish")
    op.create_table(
        "desk_wish",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("wish", sa.String(), nullable=False),
        sa.Column("told_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("wish IN ('once', 'daily', 'never')", name=op.f("ck_desk_wish_wish")),
        *(_key("desk_wish", table) for table in ("programme", "person")),
        *identity,
        sqlite_autoincrement=any(isinstance(each, sa.Column) for each in identity),
    )
    op.create_index(op.f("ix_desk_wish_person_id"), "desk_wish", ["person_id"])
    op.execute(_BACK)
    op.drop_table("desk_wish_before")


def _key(table: str, other: str) -> sa.ForeignKeyConstraint:
    column = f"{other}_id"
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE")


def downgrade() -> None:
    _wishes(sa.PrimaryKeyConstraint("programme_id", "person_id", name=op.f("pk_desk_wish")))
    op.drop_table("desk_stock")
    op.drop_column("desk_notice", "told_start")
    op.drop_column("desk_notice", "told_parts")
