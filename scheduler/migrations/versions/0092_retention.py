"""How long a programme keeps wishes and attendance, and what it keeps of attendance then."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0092"
down_revision: str | None = "0091"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_DAYS = {"preferences_days": "90", "attendance_days": "365"}
_COUNTS = ("people", "invited", "could_come", "noted", "came")


def upgrade() -> None:
    with op.batch_alter_table("programme") as table:
        for name, days in _DAYS.items():
            table.add_column(sa.Column(name, sa.Integer(), server_default=days, nullable=False))
            table.create_check_constraint(op.f(f"ck_programme_{name}"), f"{name} >= 0")
    op.create_table(
        "attendance_share",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("aspect", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in _COUNTS),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["programme.id"],
            name=op.f("fk_attendance_share_programme_id_programme"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("programme_id", "aspect", "value", name=op.f("pk_attendance_share")),
    )


def downgrade() -> None:
    op.drop_table("attendance_share")
    with op.batch_alter_table("programme") as table:
        for name in _DAYS:
            table.drop_constraint(op.f(f"ck_programme_{name}"), type_="check")
            table.drop_column(name)
