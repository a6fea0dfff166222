"""People are told once nothing that concerns them has changed for a while, and groups write to each other by mail."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision: str | None = "0025"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("mail", sa.Column("file", sa.Text(), nullable=False, server_default=""))
    op.add_column("mail", sa.Column("sender_name", sa.String(), nullable=False, server_default=""))
    op.add_column("mail", sa.Column("reply_to", sa.String(), nullable=False, server_default=""))
    op.add_column("mail", sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("invitation", sa.Column("expected", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("invitation", sa.Column("shown", sa.JSON(), nullable=False, server_default="{}"))
    op.create_table(
        "group_place",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("programme_id", sa.Integer(), sa.ForeignKey("programme.id", ondelete="CASCADE"), nullable=False),
        sa.Column("group_key", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
        sa.Column("muted", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.UniqueConstraint("programme_id", "group_key", "person_id"),
    )
    op.create_index("ix_group_place_person_id", "group_place", ["person_id"])
    op.create_table(
        "group_letter",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("place_id", sa.Integer(), sa.ForeignKey("group_place.id", ondelete="CASCADE"), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("message", sa.String(), nullable=True, unique=True),
    )
    op.create_index("ix_group_letter_place_id", "group_letter", ["place_id"])
    op.create_table(
        "group_news",
        sa.Column("place_id", sa.Integer(), sa.ForeignKey("group_place.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("seen", sa.JSON(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_table(
        "waiting_notice",
        sa.Column("session_id", sa.Integer(), sa.ForeignKey("session.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index("ix_waiting_notice_person_id", "waiting_notice", ["person_id"])
    op.create_table(
        "date_question",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("proposal_id", sa.Integer(), sa.ForeignKey("proposal.id", ondelete="CASCADE"), nullable=False),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.UniqueConstraint("proposal_id", "person_id"),
    )
    op.create_index("ix_date_question_person_id", "date_question", ["person_id"])


def downgrade() -> None:
    for table in ("date_question", "waiting_notice", "group_news", "group_letter", "group_place"):
        op.drop_table(table)
    with op.batch_alter_table("invitation") as invitation:
        invitation.drop_column("shown")
        invitation.drop_column("expected")
    with op.batch_alter_table("mail") as mail:
        for column in ("urgent", "reply_to", "sender_name", "file"):
            mail.drop_column(column)
