"""The two mentors of a triad may differ in specialty or level, as the list of people has it."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0085"
down_revision: str | None = "0083"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_BOUND = "ck_programme_facilitators_differ"


def upgrade() -> None:
    for column in ("specialty", "mentor_level"):
        op.add_column("participant", sa.Column(column, sa.String(), server_default="", nullable=False))
    with op.batch_alter_table("programme") as table:
        table.drop_constraint(op.f(_BOUND), type_="check")
        table.create_check_constraint(op.f(_BOUND), "facilitators_differ IN ('', 'site', 'specialty', 'level')")


def downgrade() -> None:
    op.execute("UPDATE programme SET facilitators_differ = '' WHERE facilitators_differ IN ('specialty', 'level')")
    with op.batch_alter_table("programme") as table:
        table.drop_constraint(op.f(_BOUND), type_="check")
        table.create_check_constraint(op.f(_BOUND), "facilitators_differ IN ('', 'site')")
    for column in ("mentor_level", "specialty"):
        op.drop_column("participant", column)
