"""The link of an installation's first start, and whether a term goes on with the groups of the one before."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from scheduler.db import UtcDateTime

revision = "0033"
down_revision: str | None = "0032"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "first_start",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_first_start_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_first_start")),
    )
    op.create_index(op.f("ix_first_start_person_id"), "first_start", ["person_id"])
    with op.batch_alter_table("programme") as programme:
        programme.add_column(sa.Column("keeps_groups", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table("programme") as programme:
        programme.drop_column("keeps_groups")
    op.drop_index(op.f("ix_first_start_person_id"), "first_start")
    op.drop_table("first_start")
