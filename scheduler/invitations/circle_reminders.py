"""Reminders of circles' dates, at the hours that each member has chosen for their reminders, outside quiet hours.

They say a length and a time and where to sign in: neither a circle nor a programme. They are put into the outbox
without a programme, so no coordinator reads of them, and answers go to nobody who runs one. None goes to an address
that somebody else has given a member, until it is known to be right. Both lead to the first page: the address of a
circle's own would name it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from scheduler.circles.dates import neutral_title
from scheduler.circles.tables import CircleMeetingRow, CircleMemberRow, CircleReminderRow, CircleRow
from scheduler.db import Database, Db
from scheduler.invitations.letters import Recipient
from scheduler.invitations.model import REMINDER_HOURS
from scheduler.invitations.quiet_hours import load_quiet_hours
from scheduler.invitations.quiet_times import SHORTEST_NOTICE, QuietHours
from scheduler.invitations.recipients import load_recipients
from scheduler.languages import in_language, say
from scheduler.mail.greeting import greeting
from scheduler.mail.moments import short_time
from scheduler.mail.service import put_in_outbox
from scheduler.mail.texts import put_text
from scheduler.programmes.tables import ProgrammeRow
from scheduler.settings import Settings
from scheduler.signing_in.address_changes import sealed_people

_AHEAD: Final = timedelta(hours=max(REMINDER_HOURS), days=1)
"""So long before a date its reminders are looked at: the earliest, and a night before it."""
_SOON: Final = timedelta(minutes=1)
"""So often this is looked at: what is due before the next time is due now."""


@dataclass(frozen=True, slots=True)
class _Date:
    """A date of a circle ahead for one of its members; ``sent`` are the hours before it at which they were reminded."""

    meeting: CircleMeetingRow
    programme_id: int
    zone: str
    person_id: int
    sent: frozenset[int]


def remind_of_circles(database: Database, settings: Settings, now: datetime) -> int:
    """Put the reminders that are due into the outbox; returns how many."""
    with database.reading() as db:
        if not _dates_ahead(db, now):
            return 0
    with database.writing() as db:
        found = _dates_ahead(db, now, to_send=True)
        recipients = load_recipients(db, sorted({each.person_id for each in found}), now)
        wanted = [(each.programme_id, each.person_id, each.meeting.starts_at) for each in found]
        quiet = load_quiet_hours(db, wanted, now)
        return sum(
            _remind(db, settings, each, recipients[each.person_id], quiet[each.programme_id, each.person_id], now)
            for each in found
        )


def _dates_ahead(db: Db, now: datetime, *, to_send: bool = False) -> list[_Date]:
    """Where they are ``to_send``, the dates are held: two who look at once send nothing twice."""
    soon = (CircleMeetingRow.starts_at > now + SHORTEST_NOTICE, CircleMeetingRow.starts_at <= now + _AHEAD)
    query = (
        select(CircleMeetingRow, CircleRow.programme_id, ProgrammeRow.zone, CircleMemberRow.person_id)
        .join(CircleRow, CircleRow.id == CircleMeetingRow.circle_id)
        .join(CircleMemberRow, CircleMemberRow.circle_id == CircleRow.id)
        .join(ProgrammeRow, ProgrammeRow.id == CircleRow.programme_id)
        .where(*soon)
        .order_by(CircleMeetingRow.starts_at, CircleMeetingRow.id, CircleMemberRow.person_id)
    )
    rows = db.execute(query.with_for_update(of=CircleMeetingRow) if to_send else query).all()
    sent = _sent(db, [meeting.id for meeting, *_ in rows])
    sealed = sealed_people(db, {person_id for *_, person_id in rows}, now)
    return [
        _Date(meeting, programme_id, zone, person_id, sent[meeting.id, person_id])
        for meeting, programme_id, zone, person_id in rows
        if person_id not in sealed and len(sent[meeting.id, person_id]) < len(REMINDER_HOURS)
    ]


def _sent(db: Db, meeting_ids: Sequence[int]) -> Mapping[tuple[int, int], frozenset[int]]:
    found: dict[tuple[int, int], frozenset[int]] = defaultdict(frozenset)
    for row in db.scalars(select(CircleReminderRow).where(CircleReminderRow.meeting_id.in_(meeting_ids))):
        found[row.meeting_id, row.person_id] |= {row.hours_before}
    return found


def _remind(db: Db, settings: Settings, date: _Date, to: Recipient, quiet: QuietHours, now: datetime) -> bool:
    """Remind somebody once of all that is due by now."""
    due = list(_due(date, to, quiet, now))
    if not due or quiet.span_at(now):
        return False
    for hours in due:
        row = CircleReminderRow(meeting_id=date.meeting.id, person_id=to.person_id, hours_before=hours, sent_at=now)
        db.add(row)
    _write(db, settings, date, to, now)
    return True


def _due(date: _Date, to: Recipient, quiet: QuietHours, now: datetime) -> Iterator[int]:
    """The hours before the date whose moment has come. Who has just heard of the date is not reminded of it."""
    starts_at = date.meeting.starts_at
    for hours in () if to.reads_calendar_alone else to.choices.reminder_hours:
        due = starts_at - timedelta(hours=hours)
        if due > date.meeting.found_at and hours not in date.sent:
            send_at = quiet.moment_for(max(due, now), starts_at, now)
            if send_at is not None and send_at < now + _SOON:
                yield hours


def _write(db: Db, settings: Settings, date: _Date, to: Recipient, now: datetime) -> None:
    starts_at = date.meeting.starts_at
    zone = to.clock(date.programme_id, date.zone)
    minutes = round((date.meeting.ends_at - starts_at).total_seconds() / 60)
    with in_language(to.language):
        title, when = neutral_title(minutes), short_time(starts_at, zone)
        words = say("%(title)s on %(when)s. Please sign in to see more:", title=title, when=when)
        text = f"{words} {settings.base_url}"
        if settings.text_gateway and to.choices.number:
            put_text(db, to.choices.number, to.address, text, now, starts_at)
            return
        put_in_outbox(db, to.address, title, f"{greeting(to.name)}\n\n{text}\n", now, over_at=starts_at)
