"""Whom spellings mean is kept for all rotas of a programme; names that people went by before."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from scheduler.db import UtcDateTime
from scheduler.people.name_search import search_text
from scheduler.rotas.names import keys_of, spelling_key

revision = "0044"
down_revision: str | None = "0043"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("person", sa.Column("former_names", sa.JSON(), server_default="[]", nullable=False))
    op.create_table(
        "rota_spelling",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("written", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("said_at", UtcDateTime(), nullable=False),
        _key("programme"),
        _key("person"),
        sa.PrimaryKeyConstraint("programme_id", "key", "site", name=op.f("pk_rota_spelling")),
    )
    op.create_index(op.f("ix_rota_spelling_person_id"), "rota_spelling", ["person_id"])
    _take_over_lines()
    _name_letters_anew()


def _take_over_lines() -> None:
    """What was answered for one rota, as far as its rotas agree; a person's own name was no answer."""
    connection = op.get_bind()
    lines = connection.execute(
        sa.text(
            "SELECT rota.programme_id, line.name, line.person_id, person.name, rota.imported_at FROM rota_line line "
            "JOIN rota ON rota.id = line.rota_id LEFT JOIN person ON person.id = line.person_id ORDER BY rota.id"
        ).columns(imported_at=UtcDateTime())
    ).all()
    said: dict[tuple[int, str], list[tuple[str, int | None, object]]] = {}
    for programme_id, written, person_id, name, at in lines:
        if person_id is None or keys_of(written).isdisjoint(keys_of(name)):
            said.setdefault((programme_id, spelling_key(written)), []).append((written, person_id, at))
    table = sa.table(
        "rota_spelling",
        *(sa.column(name) for name in ("programme_id", "key", "site", "written", "person_id")),
        sa.column("said_at", UtcDateTime()),
    )
    for (programme_id, key), answers in said.items():
        if len({person_id for _, person_id, _ in answers}) == 1:
            written, person_id, at = answers[-1]
            row = {"programme_id": programme_id, "key": key, "site": "", "written": written, "person_id": person_id}
            connection.execute(table.insert().values(**row, said_at=at))


def _name_letters_anew() -> None:
    """Letters such as ħ and þ are compared as they are said now."""
    connection = op.get_bind()
    people = connection.execute(sa.text("SELECT id, name, search_name FROM person")).all()
    for person_id, name, before in people:
        if (now := search_text(name)) != before:
            connection.execute(
                sa.text("UPDATE person SET search_name = :now WHERE id = :id"), {"now": now, "id": person_id}
            )


def _key(other: str) -> sa.ForeignKeyConstraint:
    column = f"{other}_id"
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_rota_spelling_{column}"), ondelete="CASCADE"
    )


def downgrade() -> None:
    op.drop_table("rota_spelling")
    op.drop_column("person", "former_names")
