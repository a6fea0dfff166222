"""The newest line of a programme in the audit trail is found by its place: the order in which lines were committed."""

from collections.abc import Sequence

from alembic import op

revision = "0054"
down_revision: str | None = "0053"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_index("ix_audit_programme_id_place", "audit", ["programme_id", "place"])


def downgrade() -> None:
    op.drop_index("ix_audit_programme_id_place", "audit")
