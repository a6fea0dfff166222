"""Which of two people declared their relation, and from which day on a trouble is one."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision: str | None = "0056"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("trouble", sa.Column("from_day", sa.Date(), nullable=True))
    with op.batch_alter_table("relation") as table:
        table.add_column(sa.Column("declared_by_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_relation_declared_by_id_person"), "person", ["declared_by_id"], ["id"], ondelete="CASCADE"
        )
        table.create_index(op.f("ix_relation_declared_by_id"), ["declared_by_id"])
    op.execute("UPDATE relation SET declared_by_id = person_id WHERE declared")
    with op.batch_alter_table("relation") as table:
        table.create_check_constraint(op.f("ck_relation_declared_by"), "declared = (declared_by_id IS NOT NULL)")


def downgrade() -> None:
    with op.batch_alter_table("relation") as table:
        table.drop_constraint(op.f("ck_relation_declared_by"), type_="check")
        table.drop_index(op.f("ix_relation_declared_by_id"))
        table.drop_constraint(op.f("fk_relation_declared_by_id_person"), type_="foreignkey")
        table.drop_column("declared_by_id")
    with op.batch_alter_table("trouble") as table:
        table.drop_column("from_day")
