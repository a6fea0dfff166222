"""The lines of the audit trail are sealed as a chain; those that there are, with the next change."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision: str | None = "0050"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("audit", sa.Column("place", sa.Integer(), nullable=True))
    op.add_column("audit", sa.Column("actor_then", sa.Integer(), nullable=True))
    op.add_column("audit", sa.Column("digest", sa.String(), nullable=True))
    op.create_index("ix_audit_place", "audit", ["place"], unique=True)
    unsealed = sa.text("place IS NULL")
    op.create_index("ix_audit_unsealed", "audit", ["id"], sqlite_where=unsealed, postgresql_where=unsealed)
    head = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
        sqlite_autoincrement=True,
    )
    op.bulk_insert(head, [{"id": 1, "place": 0, "digest": ""}])


def downgrade() -> None:
    op.drop_table("audit_head")
    op.drop_index("ix_audit_unsealed", "audit")
    op.drop_index("ix_audit_place", "audit")
    for column in ("digest", "actor_then", "place"):
        op.drop_column("audit", column)
