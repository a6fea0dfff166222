"""Turns in the chair are stored with the sessions; groups of some kinds end with a closing session; a programme may mix
groups, for those who would like it, and put those who are the only one at their site with others first; a further
mentor is for something."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from scheduler.db import UtcDateTime

revision = "0086"
down_revision: str | None = "0085"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_CHAIR = "fk_session_chair_id_person"
_WANTS = "fk_session_chair_wants_id_session"


def upgrade() -> None:
    with op.batch_alter_table("model") as table:
        table.add_column(sa.Column("turns", sa.Boolean(), server_default=sa.true(), nullable=False))
        table.add_column(sa.Column("closing", sa.Boolean(), server_default=sa.false(), nullable=False))
    for name in ("asking", "own_group"):
        op.add_column(name, sa.Column("purpose", sa.String(), server_default="", nullable=False))
    op.add_column("joining", sa.Column("mixed", sa.JSON(), server_default="[]", nullable=False))
    op.add_column("programme", sa.Column("isolated_first", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("participant", sa.Column("stays_on", sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("session") as table:
        table.add_column(sa.Column("chair_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("chair_agreed", sa.Boolean(), server_default=sa.false(), nullable=False))
        table.add_column(sa.Column("chair_changed_at", UtcDateTime(), nullable=True))
        table.add_column(sa.Column("chair_wants_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f(_CHAIR), "person", ["chair_id"], ["id"], ondelete="SET NULL")
        table.create_foreign_key(op.f(_WANTS), "session", ["chair_wants_id"], ["id"], ondelete="SET NULL")
        table.create_index(op.f("ix_session_chair_id"), ["chair_id"])
        table.create_index(op.f("ix_session_chair_wants_id"), ["chair_wants_id"])


def downgrade() -> None:
    with op.batch_alter_table("session") as table:
        table.drop_index(op.f("ix_session_chair_wants_id"))
        table.drop_index(op.f("ix_session_chair_id"))
        table.drop_constraint(op.f(_WANTS), type_="foreignkey")
        table.drop_constraint(op.f(_CHAIR), type_="foreignkey")
        for column in ("chair_wants_id", "chair_changed_at", "chair_agreed", "chair_id"):
            table.drop_column(column)
    op.drop_column("participant", "stays_on")
    op.drop_column("programme", "isolated_first")
    op.drop_column("joining", "mixed")
    for name in ("own_group", "asking"):
        op.drop_column(name, "purpose")
    with op.batch_alter_table("model") as table:
        table.drop_column("closing")
        table.drop_column("turns")
