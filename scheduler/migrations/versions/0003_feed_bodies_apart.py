"""The bodies of feeds in a table of their own."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_FEED = sa.table("feed", sa.column("id", sa.Integer()), sa.column("body", sa.LargeBinary()))
_FEED_BODY = sa.table("feed_body", sa.column("feed_id", sa.Integer()), sa.column("body", sa.LargeBinary()))


def upgrade() -> None:
    bodies = op.get_bind().execute(sa.select(_FEED.c.id, _FEED.c.body)).all()
    with op.batch_alter_table("feed", schema=None) as batch_op:
        batch_op.drop_column("body")
    # Only now: SQLite alters a table by replacing it, and dropping the old one would take rows that refer to it along.
    op.create_table(
        "feed_body",
        sa.Column("feed_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name=op.f("fk_feed_body_feed_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("feed_id", name=op.f("pk_feed_body")),
    )
    if bodies:
        op.get_bind().execute(sa.insert(_FEED_BODY), [{"feed_id": row.id, "body": row.body} for row in bodies])


def downgrade() -> None:
    bodies = op.get_bind().execute(sa.select(_FEED_BODY.c.feed_id, _FEED_BODY.c.body)).all()
    op.drop_table("feed_body")
    with op.batch_alter_table("feed", schema=None) as batch_op:
        batch_op.add_column(sa.Column("body", sa.LargeBinary(), nullable=True))
    if bodies:
        kept = sa.update(_FEED).where(_FEED.c.id == sa.bindparam("feed_id")).values(body=sa.bindparam("octets"))
        op.get_bind().execute(kept, [{"feed_id": row.feed_id, "octets": row.body} for row in bodies])
    with op.batch_alter_table("feed", schema=None) as batch_op:
        batch_op.alter_column("body", existing_type=sa.LargeBinary(), nullable=False)
