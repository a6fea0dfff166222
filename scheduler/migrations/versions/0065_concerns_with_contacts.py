"""Concerns go to contacts whom their tellers choose; a conversation goes on under the code; contacts accept.

Whoever is an oversight contact by now reads the concerns of before on, and what was answered is the first message.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from scheduler.db import UtcDateTime

revision = "0065"
down_revision: str | None = "0064"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    # SQLite copies a table for this, and what refers to its rows goes with the old ones: so nothing does yet.
    with op.batch_alter_table("concern") as batch:
        batch.add_column(sa.Column("urgency", sa.String(), server_default="any", nullable=False))
        batch.add_column(sa.Column("about", sa.String(), server_default="", nullable=False))
        batch.add_column(sa.Column("about_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("reply_by", sa.String(), server_default="code", nullable=False))
        batch.add_column(sa.Column("reach", sa.String(), server_default="", nullable=False))
        batch.add_column(sa.Column("seen_at", UtcDateTime(timezone=True), nullable=True))
        batch.create_foreign_key(batch.f("fk_concern_about_id"), "person", ["about_id"], ["id"], ondelete="SET NULL")
        batch.create_check_constraint(batch.f("ck_concern_urgency"), "urgency IN ('now', 'week', 'any')")
        batch.create_check_constraint(batch.f("ck_concern_reply_by"), "reply_by IN ('code', 'email', 'phone')")
    op.create_index(op.f("ix_concern_about_id"), "concern", ["about_id"])
    op.add_column("person", sa.Column("former_mailboxes", sa.JSON(), server_default="[]", nullable=False))
    _make_tables()
    op.execute(
        "INSERT INTO concern_reader (concern_id, person_id, since) SELECT concern.id, role.person_id, concern.said_at "
        "FROM concern JOIN role ON role.programme_id = concern.programme_id AND role.role = 'oversight'"
    )
    op.execute(
        "INSERT INTO concern_message (concern_id, writer, text, written_at) SELECT id, 'contact', answer, answered_at "
        "FROM concern WHERE answered_at IS NOT NULL AND answer <> ''"
    )
    op.drop_column("concern", "answer")


def _make_tables() -> None:
    op.create_table(
        "concern_reader",
        sa.Column("concern_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("since", UtcDateTime(timezone=True), nullable=False),
        _key("concern_reader", "concern_id", "concern", "CASCADE"),
        _key("concern_reader", "person_id", "person", "CASCADE"),
        sa.PrimaryKeyConstraint("concern_id", "person_id", name=op.f("pk_concern_reader")),
    )
    op.create_index(op.f("ix_concern_reader_person_id"), "concern_reader", ["person_id"])
    op.create_table(
        "concern_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("concern_id", sa.Integer(), nullable=False),
        sa.Column("writer", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("writer IN ('teller', 'contact', 'note')", name=op.f("ck_concern_message_writer")),
        _key("concern_message", "concern_id", "concern", "CASCADE"),
        _key("concern_message", "person_id", "person", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern_message")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_concern_message_concern_id"), "concern_message", ["concern_id"])
    op.create_table(
        "contact_invitation",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("invited_at", UtcDateTime(timezone=True), nullable=False),
        _key("contact_invitation", "programme_id", "programme", "CASCADE"),
        _key("contact_invitation", "person_id", "person", "CASCADE"),
        sa.PrimaryKeyConstraint("programme_id", "person_id", name=op.f("pk_contact_invitation")),
    )
    op.create_index(op.f("ix_contact_invitation_person_id"), "contact_invitation", ["person_id"])


def _key(table: str, column: str, other: str, ondelete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"), ondelete=ondelete)


def downgrade() -> None:
    op.drop_column("person", "former_mailboxes")
    op.add_column("concern", sa.Column("answer", sa.Text(), server_default="", nullable=False))
    op.execute(
        "UPDATE concern SET answer = COALESCE((SELECT text FROM concern_message WHERE id = (SELECT MAX(id) FROM "
        "concern_message WHERE concern_id = concern.id AND writer = 'contact')), '')"
    )
    for name in ("contact_invitation", "concern_message", "concern_reader"):
        op.drop_table(name)
    op.drop_index(op.f("ix_concern_about_id"), "concern")
    with op.batch_alter_table("concern") as batch:
        batch.alter_column("answer", server_default=None)
        batch.drop_constraint(batch.f("ck_concern_reply_by"), type_="check")
        batch.drop_constraint(batch.f("ck_concern_urgency"), type_="check")
        batch.drop_constraint(batch.f("fk_concern_about_id"), type_="foreignkey")
        for name in ("seen_at", "reach", "reply_by", "about_id", "about", "urgency"):
            batch.drop_column(name)
