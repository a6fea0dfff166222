"""What coordinators are e-mailed about, and whom they reminded."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from scheduler.db import UtcDateTime

revision = "0039"
down_revision: str | None = "0038"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    _of_a_person(
        "desk_wish",
        sa.Column("wish", sa.String(), nullable=False),
        sa.Column("told_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("wish IN ('once', 'daily', 'never')", name=op.f("ck_desk_wish_wish")),
    )
    _of_a_person(
        "desk_notice",
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("told_at", UtcDateTime(), nullable=True),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name=op.f("fk_desk_notice_mail_id"), ondelete="SET NULL"),
        key="item",
    )
    op.create_index(op.f("ix_desk_notice_mail_id"), "desk_notice", ["mail_id"])
    _of_a_person(
        "desk_reminder",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("kind IN ('charter', 'conduct', 'training')", name=op.f("ck_desk_reminder_kind")),
        key="kind",
    )


def _of_a_person(table: str, *more: sa.schema.SchemaItem, key: str = "") -> None:
    op.create_table(
        table,
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        *more,
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f(f"fk_{table}_programme_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f(f"fk_{table}_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("programme_id", "person_id", *([key] if key else []), name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_person_id"), table, ["person_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_desk_notice_mail_id"), "desk_notice")
    for table in ("desk_reminder", "desk_notice", "desk_wish"):
        op.drop_index(op.f(f"ix_{table}_person_id"), table)
        op.drop_table(table)
