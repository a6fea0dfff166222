"""Charters have parts on time, goals and credit; groups add words of their own; facilitators say their hats.

Agreements to earlier versions stay as a record, so version and terms join their key.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from scheduler.db import UtcDateTime

revision = "0070"
down_revision: str | None = "0054"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_PARTS = ("time", "goals", "credit")


def upgrade() -> None:
    for part in _PARTS:
        op.add_column("charter", sa.Column(part, sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "charter_terms",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("group_key", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.Column("written_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("version > 0", name=op.f("ck_charter_terms_version")),
        _to("charter_terms", "programme_id", "programme", "CASCADE"),
        _to("charter_terms", "written_by", "person", "SET NULL"),
        sa.PrimaryKeyConstraint("programme_id", "group_key", "version", name=op.f("pk_charter_terms")),
    )
    op.create_table(
        "charter_hats",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("group_key", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("hats", sa.JSON(), nullable=False),
        _to("charter_hats", "programme_id", "programme", "CASCADE"),
        _to("charter_hats", "person_id", "person", "CASCADE"),
        sa.PrimaryKeyConstraint("programme_id", "group_key", "person_id", name=op.f("pk_charter_hats")),
    )
    op.create_index(op.f("ix_charter_hats_person_id"), "charter_hats", ["person_id"])
    _make_agreements_anew(
        ("programme_id", "group_key", "person_id", "version", "terms"),
        [
            sa.Column("terms", sa.Integer(), nullable=False, server_default="0"),
            sa.Column("hats", sa.JSON(), nullable=False, server_default="{}"),
        ],
        "SELECT programme_id, group_key, person_id, version, company, accepted_at FROM charter_agreement",
    )


def downgrade() -> None:
    newest = (
        "SELECT programme_id, group_key, person_id, version, company, accepted_at FROM charter_agreement a "
        "WHERE NOT EXISTS (SELECT 1 FROM charter_agreement b WHERE b.programme_id = a.programme_id AND "
        "b.group_key = a.group_key AND b.person_id = a.person_id AND "
        "(b.version > a.version OR (b.version = a.version AND b.terms > a.terms)))"
    )
    _make_agreements_anew(("programme_id", "group_key", "person_id"), [], newest)
    op.drop_index(op.f("ix_charter_hats_person_id"), table_name="charter_hats")
    op.drop_table("charter_hats")
    op.drop_table("charter_terms")
    with op.batch_alter_table("charter") as charter:
        for part in reversed(_PARTS):
            charter.drop_column(part)


def _make_agreements_anew(key: Sequence[str], more: list[sa.Column[object]], kept: str) -> None:
    """Another primary key: the rows go over into a table that is made with it."""
    op.create_table(
        "charter_agreement_anew",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("group_key", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *more,
        sa.Column("company", sa.JSON(), nullable=False),
        sa.Column("accepted_at", UtcDateTime(), nullable=False),
    )
    columns = "programme_id, group_key, person_id, version, company, accepted_at"
    op.execute(f"INSERT INTO charter_agreement_anew ({columns}) {kept}")
    op.drop_table("charter_agreement")
    op.rename_table("charter_agreement_anew", "charter_agreement")
    with op.batch_alter_table("charter_agreement") as agreement:
        for added in more:
            agreement.alter_column(added.name, server_default=None)
        agreement.create_primary_key(op.f("pk_charter_agreement"), list(key))
        for column, to in (("programme_id", "programme"), ("person_id", "person")):
            agreement.create_foreign_key(
                op.f(f"fk_charter_agreement_{column}_{to}"), to, [column], ["id"], ondelete="CASCADE"
            )
        agreement.create_index(op.f("ix_charter_agreement_person_id"), ["person_id"])


def _to(table: str, column: str, to: str, on_delete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"), ondelete=on_delete)
