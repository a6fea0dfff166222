"""The days that a rota speaks for, person by person."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TAKEN_OVER = """
INSERT INTO rota_span (rota_id, person_id, first_day, last_day)
SELECT DISTINCT rota.id, rota_line.person_id, rota.first_day, rota.last_day
FROM rota JOIN rota_line ON rota_line.rota_id = rota.id
WHERE rota_line.person_id IS NOT NULL
"""


def upgrade() -> None:
    op.create_table(
        "rota_span",
        sa.Column("rota_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_rota_span_days")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_rota_span_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["rota_id"], ["rota.id"], name=op.f("fk_rota_span_rota_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("rota_id", "person_id", "first_day", name=op.f("pk_rota_span")),
    )
    op.create_index(op.f("ix_rota_span_person_id"), "rota_span", ["person_id"])
    op.execute(_TAKEN_OVER)


def downgrade() -> None:
    op.drop_table("rota_span")
