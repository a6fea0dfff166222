"""Releases of evidence, and whom they counted."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from scheduler.db import UtcDateTime

revision = "0094"
down_revision: str | None = "0093"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "evidence_release",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("record_place", sa.Integer(), nullable=False),
        sa.Column("record_digest", sa.String(), nullable=False),
        sa.Column("shown", sa.JSON(), nullable=False),
        sa.Column("counted", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_evidence_release_programme_id_programme"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_release")),
        sa.UniqueConstraint("programme_id", "number", name=op.f("uq_evidence_release_programme_id_number")),
    )  # fmt: skip
    op.create_table(
        "evidence_person",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("entered", sa.Integer(), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_evidence_person_programme_id_programme"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_evidence_person_person_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("programme_id", "number", name=op.f("pk_evidence_person")),
    )  # fmt: skip
    op.create_index(op.f("ix_evidence_person_person_id"), "evidence_person", ["person_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_evidence_person_person_id"), table_name="evidence_person")
    op.drop_table("evidence_person")
    op.drop_table("evidence_release")
