"""Hours by job plan, and the way from leading together to facilitating."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from scheduler.db import UtcDateTime

revision = "0097"
down_revision: str | None = "0096"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "job_plan",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("hours_a_year", sa.Integer(), nullable=False),
        sa.CheckConstraint("hours_a_year > 0", name=op.f("ck_job_plan_hours_a_year")),
        _key("job_plan", "programme_id", "programme"),
        _key("job_plan", "person_id", "person"),
        sa.PrimaryKeyConstraint("programme_id", "person_id", name=op.f("pk_job_plan")),
    )
    op.create_table(
        "facilitator_pathway",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("willing_at", UtcDateTime(), nullable=False),
        sa.Column("trained_on", sa.Date(), nullable=True),
        sa.Column("word_at", UtcDateTime(), nullable=True),
        _key("facilitator_pathway", "programme_id", "programme"),
        _key("facilitator_pathway", "person_id", "person"),
        sa.PrimaryKeyConstraint("programme_id", "person_id", name=op.f("pk_facilitator_pathway")),
    )
    op.create_table(
        "co_led",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("noted_by", sa.Integer(), nullable=True),
        _key("co_led", "session_id", "session"),
        _key("co_led", "person_id", "person"),
        _key("co_led", "noted_by", "person", "SET NULL"),
        sa.PrimaryKeyConstraint("session_id", "person_id", name=op.f("pk_co_led")),
    )
    op.create_index(op.f("ix_co_led_noted_by"), "co_led", ["noted_by"])
    for table in ("job_plan", "facilitator_pathway", "co_led"):
        op.create_index(op.f(f"ix_{table}_person_id"), table, ["person_id"])


def downgrade() -> None:
    for name in ("co_led", "facilitator_pathway", "job_plan"):
        op.drop_table(name)


def _key(table: str, column: str, about: str, ondelete: str = "CASCADE") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{about}.id"], name=op.f(f"fk_{table}_{column}_{about}"), ondelete=ondelete
    )
