"""Questions to facilitators before joining, under a name for one time."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from scheduler.db import UtcDateTime

revision = "0074"
down_revision: str | None = "0072"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "first_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("alias", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("from_id <> to_id", name=op.f("ck_first_question_somebody_else")),
        sa.CheckConstraint("(answered_at IS NULL) = (answer = '')", name=op.f("ck_first_question_answered_at")),
        sa.ForeignKeyConstraint(["from_id"], ["person.id"], name=op.f("fk_first_question_from_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_first_question_programme_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["to_id"], ["person.id"], name=op.f("fk_first_question_to_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_first_question")),
    )
    for column in ("programme_id", "from_id", "to_id"):
        op.create_index(op.f(f"ix_first_question_{column}"), "first_question", [column])


def downgrade() -> None:
    op.drop_table("first_question")
