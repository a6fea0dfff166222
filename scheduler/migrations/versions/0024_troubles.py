"""Troubles of what is published, with their history."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from scheduler.db import UtcDateTime

revision = "0024"
down_revision: str | None = "0023"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_LIVES = sa.text("state <> 'settled'")


def upgrade() -> None:
    op.create_table(
        "trouble",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("aspect", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("group_key", sa.String(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("touches", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("fact", sa.String(), nullable=False),
        sa.Column("audit_id", sa.Integer(), nullable=True),
        sa.Column("accepted_parts", sa.JSON(), nullable=False),
        sa.Column("accepted_at", UtcDateTime(), nullable=True),
        sa.Column("accepted_by", sa.Integer(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("ending", sa.String(), nullable=True),
        sa.Column("ended_audit_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('safety', 'facilitator', 'quorum', 'room', 'double', 'share', 'dropped')",
            name=op.f("ck_trouble_kind"),
        ),
        sa.CheckConstraint(
            "aspect IN ('', 'closed', 'small', 'taken', 'missing', 'listed', 'hidden')", name=op.f("ck_trouble_aspect")
        ),
        sa.CheckConstraint("state IN ('open', 'accepted', 'settled')", name=op.f("ck_trouble_state")),
        sa.CheckConstraint("(ended_at IS NULL) = (state <> 'settled')", name=op.f("ck_trouble_ended_at")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_trouble_programme_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_trouble_session_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_trouble_audit_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["ended_audit_id"], ["audit.id"], name=op.f("fk_trouble_ended_audit_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["accepted_by"], ["person.id"], name=op.f("fk_trouble_accepted_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trouble")),
    )
    op.create_index(op.f("ix_trouble_session_id"), "trouble", ["session_id"])
    op.create_index(op.f("ix_trouble_audit_id"), "trouble", ["audit_id"])
    op.create_index(op.f("ix_trouble_programme_id_state"), "trouble", ["programme_id", "state"])
    op.create_index(
        op.f("uq_trouble_living"),
        "trouble",
        ["programme_id", "subject"],
        unique=True,
        sqlite_where=_LIVES,
        postgresql_where=_LIVES,
    )


def downgrade() -> None:
    op.drop_table("trouble")
