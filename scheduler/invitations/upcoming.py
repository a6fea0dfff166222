"""The reminders that somebody will get, as far as they are planned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from scheduler.db import Db
from scheduler.invitations.recipients import load_recipients
from scheduler.invitations.tables import ReminderRow
from scheduler.people.model import Actor
from scheduler.programmes.tables import ProgrammeRow
from scheduler.sessions.tables import SessionRow


@dataclass(frozen=True, slots=True)
class PlannedReminder:
    """A reminder to come, on the clock of its reader. ``send_at`` is None where no moment outside quiet hours is left
    for it: then none is sent."""

    starts_at: datetime
    hours_before: int
    send_at: datetime | None
    zone: str


def planned_reminders(db: Db, actor: Actor, now: datetime) -> tuple[PlannedReminder, ...]:
    """The actor's reminders that are planned and not sent, in order of their sessions."""
    person_id = actor.person_id or 0
    recipient = load_recipients(db, (person_id,), now).get(person_id)
    if recipient is None:
        return ()
    rows = db.execute(
        select(ReminderRow, SessionRow.programme_id, ProgrammeRow.zone)
        .join(SessionRow, SessionRow.id == ReminderRow.session_id)
        .join(ProgrammeRow, ProgrammeRow.id == SessionRow.programme_id)
        .where(ReminderRow.person_id == person_id, ReminderRow.sent_at.is_(None), ReminderRow.starts_at > now)
        .order_by(ReminderRow.starts_at, ReminderRow.hours_before.desc())
    )
    return tuple(
        PlannedReminder(row.starts_at, row.hours_before, row.send_at, recipient.clock(programme_id, zone))
        for row, programme_id, zone in rows
    )
