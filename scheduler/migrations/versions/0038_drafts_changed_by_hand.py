"""Drafts changed by hand: their history, their pins, who and what was set by hand; a mark on a programme's facts."""

import secrets
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from scheduler.db import UtcDateTime

revision = "0038"
down_revision: str | None = "0037"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_KINDS = "kind IN ('group', 'person', 'facilitator', 'date', 'together', 'apart')"


def upgrade() -> None:
    op.add_column("programme", sa.Column("facts_mark", sa.String(), server_default="", nullable=False))
    _mark_facts()
    for table in ("member", "planned_session"):
        op.add_column(table, sa.Column("by_hand", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("run", sa.Column("improves", sa.JSON(none_as_null=True), nullable=True))
    op.create_table(
        "edited_draft",
        _plan(),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        _of_plan("edited_draft"),
        sa.PrimaryKeyConstraint("plan_id", name=op.f("pk_edited_draft")),
    )
    op.create_table(
        "draft_edit",
        _plan(),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("edit", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        _of_plan("draft_edit"),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_draft_edit_made_by"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("plan_id", "number", name=op.f("pk_draft_edit")),
    )
    op.create_table(
        "draft_pin",
        sa.Column("id", sa.Integer(), nullable=False),
        _plan(),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("group_key", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("other_id", sa.Integer(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=True),
        sa.CheckConstraint(_KINDS, name=op.f("ck_draft_pin_kind")),
        _of_plan("draft_pin"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_draft_pin_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["other_id"], ["person.id"], name=op.f("fk_draft_pin_other_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_pin")),
        sa.UniqueConstraint("plan_id", "kind", "group_key", "person_id", "other_id", "round", name="uq_draft_pin"),
        sqlite_autoincrement=True,
    )
    for column in ("plan_id", "person_id", "other_id"):
        op.create_index(op.f(f"ix_draft_pin_{column}"), "draft_pin", [column])


def _mark_facts() -> None:
    """Without a mark nothing is kept in memory: programmes that are there already get theirs now."""
    programme = sa.table("programme", sa.column("id", sa.Integer()), sa.column("facts_mark", sa.String()))
    for programme_id in op.get_bind().execute(sa.select(programme.c.id)).scalars().all():
        marked = sa.update(programme).where(programme.c.id == programme_id).values(facts_mark=secrets.token_hex(8))
        op.execute(marked)


def _plan() -> sa.Column[int]:
    return sa.Column("plan_id", sa.Integer(), nullable=False)


def _of_plan(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f(f"fk_{table}_plan_id"), ondelete="CASCADE")


def downgrade() -> None:
    for column in ("plan_id", "person_id", "other_id"):
        op.drop_index(op.f(f"ix_draft_pin_{column}"), "draft_pin")
    for table in ("draft_pin", "draft_edit", "edited_draft"):
        op.drop_table(table)
    for table in ("planned_session", "member"):
        with op.batch_alter_table(table) as batch:
            batch.drop_column("by_hand")
    with op.batch_alter_table("run") as batch:
        batch.drop_column("improves")
    with op.batch_alter_table("programme") as batch:
        batch.drop_column("facts_mark")
