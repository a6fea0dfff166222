"""No number is given twice: tables that SQLite made before are made anew, with what is in them.

New tables count on by themselves (``scheduler.db.number_once``), as do PostgreSQL’s.
"""

import re
from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision: str | None = "0033"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_NUMBER = re.compile(r"\bid INTEGER NOT NULL\b(?! PRIMARY)")
_KEY = re.compile(r",\s*CONSTRAINT \w+ PRIMARY KEY \(id\)")


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table, words in list(_to_make_anew()):
            _make_anew(table, words)


def downgrade() -> None:
    """Counting on does no harm to what was before."""


def _to_make_anew() -> Iterator[tuple[str, str]]:
    """Tables that give numbers again, each with the words that make it count on."""
    for table, words in _words_of("type = 'table'"):
        if _NUMBER.search(words) and _KEY.search(words):
            counting = _NUMBER.sub("id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT", words, count=1)
            yield table, _KEY.sub("", counting, count=1)


def _make_anew(table: str, words: str) -> None:
    """In SQLite's own words: nobody else could tell all of its constraints. References are not looked at meanwhile."""
    beside = [made for _, made in _words_of(f"type IN ('index', 'trigger') AND tbl_name = '{table}'")]
    op.execute(f'CREATE TEMPORARY TABLE kept AS SELECT * FROM "{table}"')  # noqa: S608 - a name of ours
    op.execute(f'DROP TABLE "{table}"')
    op.execute(sa.text(words.replace(":", "\\:")))
    op.execute(f'INSERT INTO "{table}" SELECT * FROM kept')  # noqa: S608
    op.execute("DROP TABLE kept")
    for made in beside:
        op.execute(sa.text(made.replace(":", "\\:")))


def _words_of(condition: str) -> list[tuple[str, str]]:
    made = f"SELECT tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL AND {condition} ORDER BY rowid"  # noqa: S608
    return [(table, words) for table, words in op.get_bind().execute(sa.text(made))]
