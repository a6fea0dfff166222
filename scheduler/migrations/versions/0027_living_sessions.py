"""Who is not expected at a session, for calendars; an access code apart from its number; forms that were taken."""

import re
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from scheduler.db import UtcDateTime

revision = "0027"
down_revision: str | None = "0026"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_NUMBER_AND_CODE = re.compile(r"(\+?\d[\d ()./-]{3,}\d)\W*(?:[^\W\d]+\W*)*([\d*#][\d*# ]*)?\D*")
_MEETING = sa.table(
    "meeting",
    sa.column("programme_id", sa.Integer()),
    sa.column("group_key", sa.String()),
    sa.column("phone", sa.String()),
    sa.column("code", sa.String()),
)


def upgrade() -> None:
    op.add_column("attendee", sa.Column("unexpected", sa.Boolean(), nullable=True))
    op.add_column("attendee", sa.Column("unexpected_changed_at", UtcDateTime(timezone=True), nullable=True))
    op.add_column("meeting", sa.Column("code", sa.String(), server_default="", nullable=False))
    for row in op.get_bind().execute(sa.select(_MEETING).where(_MEETING.c.phone != "")).all():
        if (found := _NUMBER_AND_CODE.fullmatch(row.phone)) and found[2]:
            _set(row, found[1], found[2].strip())
    op.create_table(
        "sent_form",
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("sent_at", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_sent_form")),
    )
    op.create_index(op.f("ix_sent_form_sent_at"), "sent_form", ["sent_at"])


def downgrade() -> None:
    op.drop_table("sent_form")
    for row in op.get_bind().execute(sa.select(_MEETING).where(_MEETING.c.code != "")).all():
        _set(row, f"{row.phone} code {row.code}", "")
    with op.batch_alter_table("meeting") as table:
        table.drop_column("code")
    with op.batch_alter_table("attendee") as table:
        table.drop_column("unexpected_changed_at")
        table.drop_column("unexpected")


def _set(row: sa.Row, phone: str, code: str) -> None:  # type: ignore[type-arg]
    this = (_MEETING.c.programme_id == row.programme_id, _MEETING.c.group_key == row.group_key)
    op.get_bind().execute(sa.update(_MEETING).where(*this).values(phone=phone, code=code))
