"""The bodies of feeds as they are sent: compressed."""

import gzip
from collections.abc import Callable, Sequence

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    _replace("body", "gzipped", lambda body: gzip.compress(body, 6, mtime=0) if body else b"")


def downgrade() -> None:
    _replace("gzipped", "body", lambda gzipped: gzip.decompress(gzipped) if gzipped else b"")


def _replace(old: str, new: str, convert: Callable[[bytes], bytes]) -> None:
    table = sa.table(
        "feed_body", sa.column("feed_id", sa.Integer()), *(sa.column(n, sa.LargeBinary()) for n in (old, new))
    )
    with op.batch_alter_table("feed_body", schema=None) as batch_op:
        batch_op.add_column(sa.Column(new, sa.LargeBinary(), nullable=True))
    rows = op.get_bind().execute(sa.select(table.c.feed_id, table.c[old])).all()
    if rows:
        change = sa.update(table).where(table.c.feed_id == sa.bindparam("key")).values({new: sa.bindparam("octets")})
        op.get_bind().execute(change, [{"key": row[0], "octets": convert(row[1])} for row in rows])
    with op.batch_alter_table("feed_body", schema=None) as batch_op:
        batch_op.drop_column(old)
        batch_op.alter_column(new, existing_type=sa.LargeBinary(), nullable=False)
