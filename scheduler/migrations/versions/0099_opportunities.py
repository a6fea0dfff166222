"""Opportunities that facilitators post to a whole group; when each person last got or gave up a turn in the chair."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from scheduler.db import UtcDateTime

revision = "0099"
down_revision: str | None = "0098"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "opportunity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("group_key", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("posted_at", UtcDateTime(), nullable=False),
        _key("programme_id", "programme"),
        _key("person_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opportunity")),
    )
    op.create_index(op.f("ix_opportunity_person_id"), "opportunity", ["person_id"])
    op.create_index("ix_opportunity_programme_id_group_key", "opportunity", ["programme_id", "group_key"])
    op.add_column("attendee", sa.Column("turn_changed_at", UtcDateTime(), nullable=True))
    op.execute(
        "UPDATE attendee SET turn_changed_at = (SELECT chair_changed_at FROM session"
        " WHERE session.id = attendee.session_id AND session.chair_id = attendee.person_id)"
    )
    with op.batch_alter_table("session") as table:
        table.drop_column("chair_changed_at")


def downgrade() -> None:
    with op.batch_alter_table("session") as table:
        table.add_column(sa.Column("chair_changed_at", UtcDateTime(), nullable=True))
    op.execute(
        "UPDATE session SET chair_changed_at = (SELECT turn_changed_at FROM attendee"
        " WHERE attendee.session_id = session.id AND attendee.person_id = session.chair_id)"
    )
    op.drop_column("attendee", "turn_changed_at")
    op.drop_table("opportunity")


def _key(column: str, about: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{about}.id"], name=op.f(f"fk_opportunity_{column}_{about}"), ondelete="CASCADE"
    )
