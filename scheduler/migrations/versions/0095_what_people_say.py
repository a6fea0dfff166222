"""Whether people were released, a term's pulse, and how much areas matter to each of them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from scheduler.db import UtcDateTime

revision = "0095"
down_revision: str | None = "0094"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "release_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("said_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("answer IN ('yes', 'no', 'off')", name=op.f("ck_release_answer_answer")),
        sa.CheckConstraint("(answer IS NULL) = (said_at IS NULL)", name=op.f("ck_release_answer_said_at")),
        _key("release_answer", "session"),
        _key("release_answer", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_answer")),
        sa.UniqueConstraint("session_id", "person_id", name=op.f("uq_release_answer_session_id_person_id")),
    )
    op.create_index(op.f("ix_release_answer_person_id"), "release_answer", ["person_id"])
    op.create_table(
        "pulse",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("instrument", sa.String(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("changed_text", sa.Text(), server_default="", nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=True),
        _key("pulse", "programme"),
        sa.PrimaryKeyConstraint("programme_id", name=op.f("pk_pulse")),
    )
    op.create_table(
        "pulse_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("question", sa.Integer(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("said_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("question >= 0", name=op.f("ck_pulse_answer_question")),
        sa.CheckConstraint("value BETWEEN 1 AND 5", name=op.f("ck_pulse_answer_value")),
        _key("pulse_answer", "programme"),
        _key("pulse_answer", "person", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pulse_answer")),
        sa.UniqueConstraint(
            "programme_id", "person_id", "question", name=op.f("uq_pulse_answer_programme_id_person_id_question")
        ),
    )
    op.create_index(op.f("ix_pulse_answer_person_id"), "pulse_answer", ["person_id"])
    op.create_table(
        "goal_weight",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("importance", sa.Integer(), nullable=False),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("importance BETWEEN 1 AND 5", name=op.f("ck_goal_weight_importance")),
        sa.CheckConstraint("progress BETWEEN 0 AND 4", name=op.f("ck_goal_weight_progress")),
        _key("goal_weight", "programme"),
        _key("goal_weight", "person"),
        sa.PrimaryKeyConstraint("programme_id", "person_id", "area", name=op.f("pk_goal_weight")),
    )
    op.create_index(op.f("ix_goal_weight_person_id"), "goal_weight", ["person_id"])


def downgrade() -> None:
    for name in ("goal_weight", "pulse_answer", "pulse", "release_answer"):
        op.drop_table(name)


def _key(table: str, about: str, ondelete: str = "CASCADE") -> sa.ForeignKeyConstraint:
    column = f"{about}_id"
    return sa.ForeignKeyConstraint(
        [column], [f"{about}.id"], name=op.f(f"fk_{table}_{column}_{about}"), ondelete=ondelete
    )
