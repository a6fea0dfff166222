"""A directory of facilitators, a map of who helps with what, and text messages."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from scheduler.db import UtcDateTime

revision = "0078"
down_revision: str | None = "0077"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "directory_entry",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("topics", sa.String(), nullable=False),
        sa.Column("languages", sa.String(), nullable=False),
        sa.Column("listed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["programme.id"],
            name=op.f("fk_directory_entry_programme_id_programme"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_directory_entry_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("programme_id", "person_id", name=op.f("pk_directory_entry")),
    )
    op.create_index(op.f("ix_directory_entry_person_id"), "directory_entry", ["person_id"])
    op.create_table(
        "help_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("helper", sa.String(), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_help_line_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_line")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_help_line_person_id"), "help_line", ["person_id"])
    op.create_table(
        "text_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("next_try_at", UtcDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("over_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("error", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_message")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_text_message_next_try_at", "text_message", ["next_try_at"])
    op.create_index("ix_text_message_address", "text_message", ["address"])
    with op.batch_alter_table("mail_choice") as choice:
        choice.add_column(sa.Column("channel", sa.String(), nullable=False, server_default="email"))
        choice.add_column(sa.Column("number", sa.String(), nullable=False, server_default=""))
        choice.create_check_constraint(op.f("ck_mail_choice_channel"), "channel IN ('email', 'calendar', 'text')")
        choice.create_check_constraint(op.f("ck_mail_choice_number"), "(channel = 'text') = (number <> '')")


def downgrade() -> None:
    with op.batch_alter_table("mail_choice") as choice:
        choice.drop_constraint(op.f("ck_mail_choice_number"), type_="check")
        choice.drop_constraint(op.f("ck_mail_choice_channel"), type_="check")
        choice.drop_column("number")
        choice.drop_column("channel")
    op.drop_table("text_message")
    op.drop_table("help_line")
    op.drop_table("directory_entry")
