"""Letters in the outbox that tell of a session as it is no more: they wait until what they say is looked at again."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import func, or_, select, union

from scheduler.db import Db
from scheduler.invitations.tables import AnnouncedSessionRow, InvitationRow, ReminderRow, WaitingNoticeRow
from scheduler.invitations.waiting_notices import STANDS_FOR
from scheduler.mail.tables import MailRow
from scheduler.sessions.tables import SessionRow

HELD: Final = 2 * STANDS_FOR
"""Longer than it takes until people are told of a change: by then the letter is withdrawn, or true again."""


def hold_letters(db: Db, programme_id: int, now: datetime) -> int:
    """Hold letters that wait and tell of sessions that have changed since, each until :data:`HELD` after the latest
    change; returns how many are held longer than they were. What is being sent just now is claimed for longer.
    """
    untold = (
        select(SessionRow.id, SessionRow.changed_at)
        .outerjoin(AnnouncedSessionRow, AnnouncedSessionRow.session_id == SessionRow.id)
        .where(
            SessionRow.programme_id == programme_id,
            SessionRow.ends_at > now,
            SessionRow.changed_at > now - HELD,
            or_(
                AnnouncedSessionRow.session_id.is_(None),
                AnnouncedSessionRow.changed_at != SessionRow.changed_at,
                SessionRow.id.in_(select(WaitingNoticeRow.session_id)),
            ),
        )
        .subquery()
    )
    told = select(InvitationRow.mail_id, untold.c.changed_at).join(untold, untold.c.id == InvitationRow.session_id)
    reminded = select(ReminderRow.mail_id, untold.c.changed_at).join(untold, untold.c.id == ReminderRow.session_id)
    letters = union(told, reminded).subquery()
    waiting = (
        select(MailRow, func.max(letters.c.changed_at))
        .join(letters, letters.c.mail_id == MailRow.id)
        .where(MailRow.next_try_at.is_not(None))
        .group_by(MailRow.id)
    )
    held = 0
    for row, changed_at in db.execute(waiting):
        until = changed_at + HELD
        if row.next_try_at is not None and row.next_try_at < until:
            row.next_try_at, held = until, held + 1
    db.flush()
    return held
