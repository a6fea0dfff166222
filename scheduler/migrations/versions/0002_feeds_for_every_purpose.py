"""Feeds for a person, a room, a site and busy times; why a body was not stored."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_BEFORE = "purpose IN ('resident', 'facilitator', 'group', 'programme')"
_AFTER = "purpose IN ('person', 'resident', 'facilitator', 'group', 'programme', 'room', 'site', 'busy')"
_SUBJECTS = {
    "programme_id": "(programme_id IS NULL) = (purpose IN ('person', 'busy'))",
    "room_id": "(room_id IS NOT NULL) = (purpose = 'room')",
    "site_id": "(site_id IS NOT NULL) = (purpose = 'site')",
}


def upgrade() -> None:
    with op.batch_alter_table("feed", schema=None) as batch_op:
        batch_op.alter_column("programme_id", existing_type=sa.Integer(), nullable=True)
        batch_op.add_column(sa.Column("room_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("site_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("page_url", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("fault", sa.String(), server_default="", nullable=False))
        for table in ("room", "site"):
            key = op.f(f"fk_feed_{table}_id")
            batch_op.create_foreign_key(key, table, [f"{table}_id"], ["id"], ondelete="CASCADE")
        batch_op.drop_constraint(op.f("ck_feed_purpose"), type_="check")
        batch_op.create_check_constraint(op.f("ck_feed_purpose"), _AFTER)
        for name, rule in _SUBJECTS.items():
            batch_op.create_check_constraint(op.f(f"ck_feed_{name}"), rule)


def downgrade() -> None:
    op.execute("DELETE FROM feed WHERE purpose IN ('person', 'room', 'site', 'busy')")
    with op.batch_alter_table("feed", schema=None) as batch_op:
        for name in _SUBJECTS:
            batch_op.drop_constraint(op.f(f"ck_feed_{name}"), type_="check")
        batch_op.drop_constraint(op.f("ck_feed_purpose"), type_="check")
        batch_op.create_check_constraint(op.f("ck_feed_purpose"), _BEFORE)
        for table in ("site", "room"):
            batch_op.drop_constraint(op.f(f"fk_feed_{table}_id"), type_="foreignkey")
        for column in ("fault", "page_url", "site_id", "room_id"):
            batch_op.drop_column(column)
        batch_op.alter_column("programme_id", existing_type=sa.Integer(), nullable=False)
