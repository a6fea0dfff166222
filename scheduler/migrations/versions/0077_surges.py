"""Times of pressure: sessions of a whole programme shorter or met from afar, and what they were before."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from scheduler.db import UtcDateTime

revision = "0077"
down_revision: str | None = "0075"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "surge",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("remote", sa.Boolean(), nullable=False),
        sa.Column("begun_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("last_day IS NULL OR first_day <= last_day", name=op.f("ck_surge_days")),
        sa.CheckConstraint("minutes IS NULL OR minutes > 0", name=op.f("ck_surge_minutes")),
        sa.CheckConstraint("minutes IS NOT NULL OR remote", name=op.f("ck_surge_something")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_surge_programme_id_programme"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("programme_id", name=op.f("pk_surge")),
    )
    op.create_table(
        "surged_session",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("minutes_before", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(), nullable=True),
        sa.Column("mode_before", sa.String(), nullable=False),
        sa.Column("site_before", sa.Integer(), nullable=True),
        sa.Column("room_before", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_surged_session_session_id_session"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["site_before"], ["site.id"], name=op.f("fk_surged_session_site_before_site"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["room_before"], ["room.id"], name=op.f("fk_surged_session_room_before_room"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_surged_session")),
    )


def downgrade() -> None:
    op.drop_table("surged_session")
    op.drop_table("surge")
