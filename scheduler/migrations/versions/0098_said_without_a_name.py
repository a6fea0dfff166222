"""What is overridden before publishing may be hours in a job plan; answers about releases stay without a name."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0098"
down_revision: str | None = "0097"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_ITEMS = (
    "charter", "contacts", "code", "training", "relation", "offices", "said_yes", "way_to_meet", "never_there",
    "without_group", "worse_off", "signposts", "accompanied", "led_alone",
)  # fmt: skip


def upgrade() -> None:
    _allow((*_ITEMS, "job_plan"))
    with op.batch_alter_table("release_answer") as answers:
        answers.add_column(sa.Column("site_id", sa.Integer(), nullable=True))
        answers.add_column(sa.Column("unnamed", sa.Integer(), nullable=True))
        answers.alter_column("person_id", existing_type=sa.Integer(), nullable=True)
        answers.create_foreign_key(
            op.f("fk_release_answer_site_id_site"), "site", ["site_id"], ["id"], ondelete="CASCADE"
        )
        answers.drop_constraint(op.f("fk_release_answer_person_id_person"), type_="foreignkey")
        answers.create_foreign_key(
            op.f("fk_release_answer_person_id_person"), "person", ["person_id"], ["id"], ondelete="SET NULL"
        )


def downgrade() -> None:
    op.execute("DELETE FROM preflight_override WHERE item = 'job_plan'")
    _allow(_ITEMS)
    op.execute("DELETE FROM release_answer WHERE person_id IS NULL")
    with op.batch_alter_table("release_answer") as answers:
        answers.drop_constraint(op.f("fk_release_answer_site_id_site"), type_="foreignkey")
        answers.drop_column("unnamed")
        answers.drop_column("site_id")
        answers.drop_constraint(op.f("fk_release_answer_person_id_person"), type_="foreignkey")
        answers.alter_column("person_id", existing_type=sa.Integer(), nullable=False)
        answers.create_foreign_key(
            op.f("fk_release_answer_person_id_person"), "person", ["person_id"], ["id"], ondelete="CASCADE"
        )


def _allow(items: Sequence[str]) -> None:
    listed = ", ".join(f"'{each}'" for each in items)
    with op.batch_alter_table("preflight_override") as overrides:
        overrides.drop_constraint(op.f("ck_preflight_override_item"), type_="check")
        overrides.create_check_constraint(op.f("ck_preflight_override_item"), f"item IN ({listed})")
