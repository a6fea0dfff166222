"""Sessions that a change of their programme's days or times left behind, and the trouble that this is; facilitators
who differ; and programmes that had not said whom they plan say so, before the default becomes another."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from scheduler.db import UtcDateTime

revision = "0032"
down_revision: str | None = "0031"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_KINDS = ("safety", "facilitator", "quorum", "room", "double", "share", "dropped")
_TOPICS = [
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
_CIRCUMSTANCES = [
    "new to the country",
    "part-time",
    "parent or carer",
    "returning to work",
    "only trainee on my site",
    "first in the family in medicine",
]
_ASPECTS = ("", "closed", "small", "taken", "missing", "listed", "hidden")


def upgrade() -> None:
    op.add_column("session", sa.Column("left_behind_at", UtcDateTime(), nullable=True))
    with op.batch_alter_table("programme") as programme:
        programme.add_column(sa.Column("facilitators_differ", sa.String(), nullable=False, server_default=""))
        programme.create_check_constraint(
            op.f("ck_programme_facilitators_differ"), "facilitators_differ IN ('', 'site')"
        )
    _allow((*_KINDS, "time"), (*_ASPECTS, "outside"))
    _say_whom_they_plan()


def downgrade() -> None:
    op.execute("DELETE FROM trouble WHERE kind = 'time'")
    _allow(_KINDS, _ASPECTS)
    with op.batch_alter_table("programme") as programme:
        programme.drop_constraint(op.f("ck_programme_facilitators_differ"), type_="check")
        programme.drop_column("facilitators_differ")
    op.drop_column("session", "left_behind_at")


def _say_whom_they_plan() -> None:
    """What has not been said was everybody, and is now those who said yes: what programmes had, they keep."""
    asked = sa.table(
        "joining",
        sa.column("programme_id", sa.Integer()),
        sa.column("topics", sa.JSON()),
        sa.column("circumstances", sa.JSON()),
        sa.column("only_joined", sa.Boolean()),
        sa.column("code_needed", sa.Boolean()),
    )
    silent = sa.text("SELECT id FROM programme WHERE id NOT IN (SELECT programme_id FROM joining)")
    rows = [
        {
            "programme_id": programme_id,
            "topics": _TOPICS,
            "circumstances": _CIRCUMSTANCES,
            "only_joined": False,
            "code_needed": False,
        }
        for (programme_id,) in op.get_bind().execute(silent)
    ]
    if rows:
        op.bulk_insert(asked, rows)


def _allow(kinds: Sequence[str], aspects: Sequence[str]) -> None:
    with op.batch_alter_table("trouble") as trouble:
        for name, allowed in (("kind", kinds), ("aspect", aspects)):
            trouble.drop_constraint(op.f(f"ck_trouble_{name}"), type_="check")
            listed = ", ".join(f"'{each}'" for each in allowed)
            trouble.create_check_constraint(op.f(f"ck_trouble_{name}"), f"{name} IN ({listed})")
