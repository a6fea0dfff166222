"""Which rotas stand beside each other, and the versions that were imported."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from scheduler.db import UtcDateTime

revision = "0029"
down_revision: str | None = "0028"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "rota_beside",
        sa.Column("rota_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("rota_id < other_id", name=op.f("ck_rota_beside_order")),
        sa.ForeignKeyConstraint(["rota_id"], ["rota.id"], name=op.f("fk_rota_beside_rota_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["other_id"], ["rota.id"], name=op.f("fk_rota_beside_other_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("rota_id", "other_id", name=op.f("pk_rota_beside")),
    )
    op.create_index(op.f("ix_rota_beside_other_id"), "rota_beside", ["other_id"])
    op.create_table(
        "rota_version",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("imported_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_rota_version_programme_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("programme_id", "digest", name=op.f("pk_rota_version")),
    )

    op.create_table(
        "site_change",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_site_change_programme_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_site_change_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_site_change_site_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("programme_id", "person_id", "first_day", name=op.f("pk_site_change")),
    )
    op.create_index(op.f("ix_site_change_person_id"), "site_change", ["person_id"])
    op.create_table(
        "former_date",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("could_come", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_former_date_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_former_date")),
    )
    op.add_column("participant", sa.Column("declined", sa.Boolean(), server_default=sa.false(), nullable=False))
    for half in ("from_midday", "until_midday"):
        op.add_column("absence", sa.Column(half, sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("attendee", sa.Column("away", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_table("former_date")
    op.drop_index(op.f("ix_site_change_person_id"), "site_change")
    op.drop_table("site_change")
    op.drop_column("attendee", "away")
    op.drop_column("absence", "until_midday")
    op.drop_column("absence", "from_midday")
    op.drop_column("participant", "declined")
    op.drop_table("rota_version")
    op.drop_index(op.f("ix_rota_beside_other_id"), "rota_beside")
    op.drop_table("rota_beside")
