"""Codes that are typed by hand beside mailed links, and the browser in which a link was asked for."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0119"
down_revision: str | None = "0117"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("sign_in_link", sa.Column("code", sa.String(), nullable=True))
    op.add_column("sign_in_link", sa.Column("asked_in", sa.String(), nullable=True))
    op.create_index(op.f("ix_sign_in_link_asked_in"), "sign_in_link", ["asked_in"])


def downgrade() -> None:
    op.drop_index(op.f("ix_sign_in_link_asked_in"), "sign_in_link")
    op.drop_column("sign_in_link", "asked_in")
    op.drop_column("sign_in_link", "code")
