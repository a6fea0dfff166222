"""What of their own wishes each person is told privately could not be met, and requests for another group."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from scheduler.db import UtcDateTime

revision = "0064"
down_revision: str | None = "0063"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "unmet_wish",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("groups", sa.JSON(), nullable=False),
        sa.Column("unmet", sa.JSON(), nullable=False),
        sa.Column("found_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("mailed_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("choice", sa.String(), nullable=True),
        sa.Column("chosen_at", UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("choice IN ('stay', 'another', 'wait', 'soften')", name=op.f("ck_unmet_wish_choice")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_unmet_wish_programme_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_unmet_wish_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("programme_id", "person_id", name=op.f("pk_unmet_wish")),
    )
    op.create_index(op.f("ix_unmet_wish_person_id"), "unmet_wish", ["person_id"])
    with op.batch_alter_table("change_request") as requests:
        requests.add_column(sa.Column("about", sa.String(), nullable=False, server_default="answers"))
        requests.create_check_constraint(op.f("ck_change_request_about"), "about IN ('answers', 'group')")


def downgrade() -> None:
    op.execute("DELETE FROM change_request WHERE about = 'group'")
    with op.batch_alter_table("change_request") as requests:
        requests.drop_constraint(op.f("ck_change_request_about"), type_="check")
        requests.drop_column("about")
    op.drop_table("unmet_wish")
