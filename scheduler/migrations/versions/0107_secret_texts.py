"""Addresses of other calendars and of rotas, and codes of people's own groups and circles, are sealed."""

from collections.abc import Callable, Sequence

import sqlalchemy as sa
from alembic import op

from scheduler.secret_texts import is_sealed, key_of, opened, sealed

revision = "0107"
down_revision: str | None = "0106"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

COLUMNS = (("busy_calendar", "address"), ("rota_address", "address"), ("own_group", "code"), ("circle", "code"))


def upgrade() -> None:
    _rewrite(lambda text, about, key: text if is_sealed(text) else sealed(text, about, key))


def downgrade() -> None:
    _rewrite(lambda text, about, key: opened(text, about, key) if is_sealed(text) else text)


def _rewrite(written: Callable[[str, str, str], str]) -> None:
    connection = op.get_bind()
    for name, column in COLUMNS:
        table = sa.table(name, sa.column("id", sa.Integer), sa.column(column, sa.String))
        rows = connection.execute(sa.select(table.c.id, table.c[column]).where(table.c[column] != "")).all()
        if rows:
            key = key_of(connection.dialect)
            changed = [{"row": row, "text": written(text, f"{name}.{column}", key)} for row, text in rows]
            update = sa.update(table).where(table.c.id == sa.bindparam("row"))
            connection.execute(update.values({column: sa.bindparam("text")}), changed)
