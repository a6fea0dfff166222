"""A programme's code of conduct in versions, its kinds of training, and what each facilitator has done, verified.

Programmes that were there before plan as they did: where facilitators needed no code, they still need none until their
coordinator asks for it. Dates of training that facilitators gave wait to be verified.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from alembic import op

from scheduler.db import UtcDateTime

revision = "0060"
down_revision: str | None = "0059"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TOPICS: Final = [
    "clinical development",
    "teaching",
    "research and improvement",
    "careers",
    "networking",
    "wellbeing",
    "teamwork",
    "leadership",
    "conflict",
    "work-life balance",
    "exams",
]
_CIRCUMSTANCES: Final = [
    "new to the country",
    "part-time",
    "parent or carer",
    "returning to work",
    "only trainee on my site",
    "first in the family in medicine",
]
_USUAL: Final = "facilitation"
_COUNTS_FOR: Final = timedelta(days=730)


def upgrade() -> None:
    op.create_table(
        "code_of_conduct",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("adopted_at", UtcDateTime(), nullable=False),
        sa.Column("adopted_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("version > 0", name=op.f("ck_code_of_conduct_version")),
        _references("code_of_conduct", "programme_id", "programme", "CASCADE"),
        _references("code_of_conduct", "adopted_by", "person", "SET NULL"),
        sa.PrimaryKeyConstraint("programme_id", "version", name=op.f("pk_code_of_conduct")),
    )
    op.create_table(
        "training",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("entered_at", UtcDateTime(), nullable=False),
        sa.Column("verified_at", UtcDateTime(), nullable=True),
        sa.Column("verified_by", sa.Integer(), nullable=True),
        sa.Column("sent_back_at", UtcDateTime(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.CheckConstraint("(done_on IS NULL) <> (valid_until IS NULL)", name=op.f("ck_training_one_day")),
        sa.CheckConstraint("verified_at IS NULL OR sent_back_at IS NULL", name=op.f("ck_training_one_answer")),
        _references("training", "programme_id", "programme", "CASCADE"),
        _references("training", "person_id", "person", "CASCADE"),
        _references("training", "verified_by", "person", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training")),
    )
    op.create_index(op.f("ix_training_person_id"), "training", ["person_id"])
    op.create_index("ix_training_programme_id_person_id", "training", ["programme_id", "person_id"])
    with op.batch_alter_table("joining") as joining:
        joining.add_column(sa.Column("training_kinds", sa.JSON(none_as_null=True), nullable=True))
    _as_they_were()
    _move_dates()
    with op.batch_alter_table("portrait") as portrait:
        portrait.drop_column("trained_until")
        portrait.add_column(sa.Column("peers_wanted", sa.Boolean(), nullable=False, server_default=sa.false()))
        portrait.add_column(sa.Column("code_version", sa.Integer(), nullable=False, server_default="0"))
        portrait.add_column(sa.Column("code_noted_by", sa.Integer(), nullable=True))
        portrait.create_foreign_key(
            op.f("fk_portrait_code_noted_by"), "person", ["code_noted_by"], ["id"], ondelete="SET NULL"
        )


def _references(table: str, column: str, other: str, on_delete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"), ondelete=on_delete)


def _as_they_were() -> None:
    """Programmes that never said whom they plan planned facilitators without a code."""
    joining = sa.table(
        "joining",
        sa.column("programme_id", sa.Integer()),
        sa.column("topics", sa.JSON()),
        sa.column("circumstances", sa.JSON()),
        sa.column("only_joined", sa.Boolean()),
        sa.column("code_needed", sa.Boolean()),
    )
    programme = sa.table("programme", sa.column("id", sa.Integer()))
    without = sa.select(programme.c.id).where(programme.c.id.not_in(sa.select(joining.c.programme_id)))
    plain = {"topics": _TOPICS, "circumstances": _CIRCUMSTANCES, "only_joined": True, "code_needed": False}
    rows = [{"programme_id": each, **plain} for each in op.get_bind().scalars(without)]
    if rows:
        op.bulk_insert(joining, rows)


def _move_dates() -> None:
    rows = list(_dates())
    if rows:
        op.bulk_insert(_training(), rows)


def _dates() -> Iterator[dict[str, Any]]:
    portrait = _portrait()
    now = datetime.now(UTC)
    for programme_id, person_id, until in op.get_bind().execute(
        sa.select(portrait).where(portrait.c.trained_until.is_not(None))
    ):
        yield {
            "programme_id": programme_id,
            "person_id": person_id,
            "kind": _USUAL,
            "valid_until": until,
            "note": "",
            "entered_at": now,
            "answer": "",
        }


def _portrait() -> sa.TableClause:
    return sa.table(
        "portrait",
        sa.column("programme_id", sa.Integer()),
        sa.column("person_id", sa.Integer()),
        sa.column("trained_until", sa.Date()),
    )


def _training() -> sa.TableClause:
    return sa.table(
        "training",
        sa.column("programme_id", sa.Integer()),
        sa.column("person_id", sa.Integer()),
        sa.column("kind", sa.String()),
        sa.column("done_on", sa.Date()),
        sa.column("valid_until", sa.Date()),
        sa.column("note", sa.Text()),
        sa.column("entered_at", UtcDateTime()),
        sa.column("answer", sa.Text()),
    )


def downgrade() -> None:
    with op.batch_alter_table("portrait") as portrait:
        portrait.drop_constraint(op.f("fk_portrait_code_noted_by"), type_="foreignkey")
        portrait.drop_column("code_noted_by")
        portrait.drop_column("code_version")
        portrait.drop_column("peers_wanted")
        portrait.add_column(sa.Column("trained_until", sa.Date(), nullable=True))
    _move_dates_back()
    with op.batch_alter_table("joining") as joining:
        joining.drop_column("training_kinds")
    op.drop_index("ix_training_programme_id_person_id", "training")
    op.drop_index(op.f("ix_training_person_id"), "training")
    op.drop_table("training")
    op.drop_table("code_of_conduct")


def _move_dates_back() -> None:
    training, portrait = _training(), _portrait()
    found: dict[tuple[int, int], Any] = {}
    columns = (training.c.programme_id, training.c.person_id, training.c.done_on, training.c.valid_until)
    usual = sa.select(*columns).where(training.c.kind == _USUAL)
    for programme_id, person_id, done_on, until in op.get_bind().execute(usual):
        end = until or done_on + _COUNTS_FOR
        found[programme_id, person_id] = max(end, found.get((programme_id, person_id), end))
    for (programme_id, person_id), until in found.items():
        theirs = (portrait.c.programme_id == programme_id, portrait.c.person_id == person_id)
        op.execute(portrait.update().where(*theirs).values(trained_until=until))
