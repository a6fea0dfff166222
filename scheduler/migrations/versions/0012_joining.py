"""What people answer when they join, ways in by their institution, and how often links were asked for."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from scheduler.db import UtcDateTime

revision = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "joining",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("circumstances", sa.JSON(), nullable=False),
        sa.Column("only_joined", sa.Boolean(), nullable=False),
        sa.Column("code_needed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_joining_programme_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("programme_id", name=op.f("pk_joining")),
    )
    _of_person(
        "joining_answer",
        sa.Column("invited_at", UtcDateTime(), nullable=True),
        sa.Column("reminded_at", UtcDateTime(), nullable=True),
        sa.Column("agreed_at", UtcDateTime(), nullable=True),
        sa.Column("changed_at", UtcDateTime(), nullable=True),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("needs", sa.Text(), nullable=False),
    )
    _of_person(
        "portrait",
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("deputy_wanted", sa.Boolean(), nullable=False),
        sa.Column("code_signed_at", UtcDateTime(), nullable=True),
        sa.Column("trained_until", sa.Date(), nullable=True),
    )
    op.create_table(
        "change_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("open_until", UtcDateTime(), nullable=True),
        sa.CheckConstraint("(decided_at IS NULL) = (granted IS NULL)", name=op.f("ck_change_request_decided")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_change_request_programme_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_change_request_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_request")),
    )
    op.create_index(op.f("ix_change_request_person_id"), "change_request", ["person_id"])
    op.create_index("ix_change_request_programme_id_asked_at", "change_request", ["programme_id", "asked_at"])
    op.create_table(
        "identity",
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("linked_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_identity_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_identity")),
    )
    op.create_index(op.f("ix_identity_person_id"), "identity", ["person_id"])
    op.create_table(
        "asked_often",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_asked_often")),
    )
    op.create_index(op.f("ix_asked_often_since"), "asked_often", ["since"])
    with op.batch_alter_table("relation") as relation:
        relation.add_column(sa.Column("declared", sa.Boolean(), nullable=False, server_default=sa.false()))


def _of_person(table: str, *columns: sa.Column[object]) -> None:
    """A table with one row for each person's part in a programme."""
    op.create_table(
        table,
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f(f"fk_{table}_programme_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f(f"fk_{table}_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("programme_id", "person_id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_person_id"), table, ["person_id"])


def downgrade() -> None:
    with op.batch_alter_table("relation") as relation:
        relation.drop_column("declared")
    for table in ("asked_often", "identity", "change_request", "portrait", "joining_answer", "joining"):
        op.drop_table(table)
