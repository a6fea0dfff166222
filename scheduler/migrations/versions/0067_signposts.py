"""Signposts to counselling, occupational health and crisis lines, set for each programme."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0067"
down_revision: str | None = "0066"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "signpost",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), server_default="", nullable=False),
        sa.Column("url", sa.String(), server_default="", nullable=False),
        sa.Column("open_when", sa.String(), server_default="", nullable=False),
        sa.CheckConstraint("kind IN ('counselling', 'occupational', 'crisis', 'other')", name=op.f("ck_signpost_kind")),
        sa.CheckConstraint("phone <> '' OR url <> ''", name=op.f("ck_signpost_way")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_signpost_programme_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signpost")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_signpost_programme_id"), "signpost", ["programme_id"])


def downgrade() -> None:
    op.drop_table("signpost")
