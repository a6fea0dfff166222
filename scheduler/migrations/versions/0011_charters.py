"""Charters of programmes, and who has agreed to them in which group."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from scheduler.db import UtcDateTime

revision = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "charter",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("confidentiality", sa.Text(), nullable=False),
        sa.Column("expectations", sa.Text(), nullable=False),
        sa.Column("communication", sa.Text(), nullable=False),
        sa.Column("adopted_at", UtcDateTime(), nullable=False),
        sa.Column("adopted_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("version > 0", name=op.f("ck_charter_version")),
        sa.ForeignKeyConstraint(["adopted_by"], ["person.id"], name=op.f("fk_charter_adopted_by"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_charter_programme_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("programme_id", "version", name=op.f("pk_charter")),
    )
    op.create_table(
        "charter_agreement",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("group_key", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("company", sa.JSON(), nullable=False),
        sa.Column("accepted_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_charter_agreement_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["programme.id"],
            name=op.f("fk_charter_agreement_programme_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("programme_id", "group_key", "person_id", name=op.f("pk_charter_agreement")),
    )
    op.create_index(op.f("ix_charter_agreement_person_id"), "charter_agreement", ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_charter_agreement_person_id"), table_name="charter_agreement")
    op.drop_table("charter_agreement")
    op.drop_table("charter")
