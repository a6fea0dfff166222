"""Names as searches compare them."""

import unicodedata
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision: str | None = "0034"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_PERSON = sa.table("person", sa.column("id", sa.Integer), sa.column("name"), sa.column("search_name"))


_WITHIN_WORDS = str.maketrans(dict.fromkeys("'’‘`´-‐‑", ""))


def _search_text(name: str) -> str:
    """Without accents, ``o neil oneil`` where something stands within a word; 0044 knows more letters."""
    apart, together = _folded(name), _folded(name.translate(_WITHIN_WORDS))
    return apart if apart == together else f"{apart} {together}"


def _folded(text: str) -> str:
    signs = (sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))
    return " ".join("".join(sign if sign.isalnum() else " " for sign in signs).split())


def upgrade() -> None:
    op.add_column("person", sa.Column("search_name", sa.String(), server_default="", nullable=False))
    people = op.get_bind().execute(sa.select(_PERSON.c.id, _PERSON.c.name)).all()
    named = [{"key": id_, "found": _search_text(name)} for id_, name in people]
    if named:
        change = sa.update(_PERSON).where(_PERSON.c.id == sa.bindparam("key"))
        op.get_bind().execute(change.values(search_name=sa.bindparam("found")), named)


def downgrade() -> None:
    with op.batch_alter_table("person") as table:
        table.drop_column("search_name")
