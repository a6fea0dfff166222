"""The number in a group's name is kept by itself: a name follows the group's model, its number stays."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision: str | None = "0019"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("group", sa.Column("number", sa.Integer(), nullable=True))
    groups = sa.table("group", sa.column("id"), sa.column("name"), sa.column("number"), sa.column("model_id"))
    models = sa.table("model", sa.column("id"), sa.column("key"))
    connection = op.get_bind()
    named_by_model = (
        sa.select(groups.c.id, groups.c.name)
        .join(models, models.c.id == groups.c.model_id)
        .where(models.c.key != "own")
    )
    for group_id, name in connection.execute(named_by_model).all():
        number = name.rsplit(" ", 1)[-1]
        if number.isascii() and number.isdecimal():
            connection.execute(sa.update(groups).where(groups.c.id == group_id).values(number=int(number)))


def downgrade() -> None:
    op.drop_column("group", "number")
