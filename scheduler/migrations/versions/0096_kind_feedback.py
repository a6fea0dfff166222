"""Kind feedback on facilitation, nominations for awards, and thanks that may be passed on.

Thanks from before stay between the two: nobody had been asked.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0096"
down_revision: str | None = "0095"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("thanks", sa.Column("may_pass_on", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "facilitation_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("facilitator_id", sa.Integer(), nullable=False),
        sa.Column("strengths", sa.JSON(), nullable=False),
        sa.Column("change", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        _key("facilitation_answer", "programme_id", "programme"),
        _key("facilitation_answer", "person_id", "person", "SET NULL"),
        _key("facilitation_answer", "facilitator_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facilitation_answer")),
        sa.UniqueConstraint(
            "programme_id", "person_id", "facilitator_id",
            name=op.f("uq_facilitation_answer_programme_id_person_id_facilitator_id"),
        ),
    )  # fmt: skip
    for column in ("person_id", "facilitator_id"):
        op.create_index(op.f(f"ix_facilitation_answer_{column}"), "facilitation_answer", [column])
    op.create_table(
        "award_nomination",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("nominee_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("agrees", sa.Boolean(), nullable=True),
        _key("award_nomination", "programme_id", "programme"),
        _key("award_nomination", "nominee_id", "person"),
        _key("award_nomination", "by_id", "person", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_nomination")),
        sa.UniqueConstraint(
            "programme_id", "nominee_id", "by_id", name=op.f("uq_award_nomination_programme_id_nominee_id_by_id")
        ),
    )
    for column in ("nominee_id", "by_id"):
        op.create_index(op.f(f"ix_award_nomination_{column}"), "award_nomination", [column])


def downgrade() -> None:
    op.drop_table("award_nomination")
    op.drop_table("facilitation_answer")
    with op.batch_alter_table("thanks") as thanks:
        thanks.drop_column("may_pass_on")


def _key(table: str, column: str, about: str, ondelete: str = "CASCADE") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{about}.id"], name=op.f(f"fk_{table}_{column}_{about}"), ondelete=ondelete
    )
