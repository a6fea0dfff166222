"""A group decides together: an apology is a person's own word for that time, a date that was settled can be undone, and
a session may have a week by thread."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from scheduler.db import UtcDateTime

revision = "0025"
down_revision: str | None = "0024"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("proposal", sa.Column("moved_from", UtcDateTime(timezone=True), nullable=True))
    op.execute(
        "INSERT INTO own_mark (programme_id, person_id, starts_at, ends_at, mark, one_start) "
        "SELECT session.programme_id, apology.person_id, session.starts_at, session.ends_at, '0', false "
        "FROM apology JOIN session ON session.id = apology.session_id"
    )
    op.drop_index(op.f("ix_apology_person_id"), table_name="apology")
    op.drop_table("apology")
    op.create_table(
        "thread",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=True),
        sa.Column("opened_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("closes_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["opened_by"], ["person.id"], name=op.f("fk_thread_opened_by"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_thread_session_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_thread")),
    )
    op.create_index(op.f("ix_thread_opened_by"), "thread", ["opened_by"], unique=False)
    op.create_table(
        "thread_reply",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("said_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_thread_reply_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["thread.session_id"], name=op.f("fk_thread_reply_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", "person_id", name=op.f("pk_thread_reply")),
    )
    op.create_index(op.f("ix_thread_reply_person_id"), "thread_reply", ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_thread_reply_person_id"), table_name="thread_reply")
    op.drop_table("thread_reply")
    op.drop_index(op.f("ix_thread_opened_by"), table_name="thread")
    op.drop_table("thread")
    op.create_table(
        "apology",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("said_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_apology_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_apology_session_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("session_id", "person_id", name=op.f("pk_apology")),
    )
    op.create_index(op.f("ix_apology_person_id"), "apology", ["person_id"], unique=False)
    op.execute(
        "INSERT INTO apology (session_id, person_id, said_at) "
        "SELECT DISTINCT session.id, own_mark.person_id, session.changed_at FROM own_mark "
        "JOIN session ON session.programme_id = own_mark.programme_id AND session.starts_at = own_mark.starts_at "
        "JOIN attendee ON attendee.session_id = session.id AND attendee.person_id = own_mark.person_id "
        "WHERE own_mark.mark = '0' AND own_mark.one_start = false"
    )
    op.drop_column("proposal", "moved_from")
