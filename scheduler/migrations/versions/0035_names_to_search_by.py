"""Names as searches compare them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from scheduler.people.name_search import search_text

revision = "0035"
down_revision: str | None = "0034"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_PERSON = sa.table("person", sa.column("id", sa.Integer), sa.column("name"), sa.column("search_name"))


def upgrade() -> None:
    op.add_column("person", sa.Column("search_name", sa.String(), server_default="", nullable=False))
    people = op.get_bind().execute(sa.select(_PERSON.c.id, _PERSON.c.name)).all()
    named = [{"key": id_, "found": search_text(name)} for id_, name in people]
    if named:
        change = sa.update(_PERSON).where(_PERSON.c.id == sa.bindparam("key"))
        op.get_bind().execute(change.values(search_name=sa.bindparam("found")), named)


def downgrade() -> None:
    with op.batch_alter_table("person") as table:
        table.drop_column("search_name")
