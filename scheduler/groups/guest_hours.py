"""The hours of guest coaches, for those who pay them: the sessions that they led and that were held."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from scheduler.audit.service import record
from scheduler.db import Db
from scheduler.errors import Rejected
from scheduler.groups.records import plain_cell
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.plans.model import MemberRole
from scheduler.programmes.firewall import withheld_from
from scheduler.programmes.service import get_programme
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import AttendedRow, AttendeeRow, SessionRow


@dataclass(frozen=True, slots=True)
class GuestHours:
    """One session that a guest led and that was held; it began at ``starts_at`` on the programme's clock."""

    person_id: int
    name: str
    email: str
    group: str
    starts_at: datetime
    minutes: int


def guest_hours(
    db: Db, actor: Actor, programme_id: int, first_day: date, last_day: date, now: datetime
) -> tuple[GuestHours, ...]:
    """What a coordinator reads: the sessions from one day to another, both included, by guest and date. Only what is
    noted as held, with the guest there, counts. Of guests over whom the actor has power nothing is in it."""
    actor.must_have(programme_id, Role.COORDINATOR)
    if last_day < first_day:
        raise Rejected(say("The last day is before the first."), where="last")
    zone = ZoneInfo(get_programme(db, programme_id).zone)
    start, end = (datetime.combine(day, time(), zone) for day in (first_day, last_day + timedelta(days=1)))
    of_session = (AttendedRow.session_id == SessionRow.id) & (AttendedRow.person_id == AttendeeRow.person_id)
    here = (ParticipantRow.person_id == PersonRow.id) & (ParticipantRow.programme_id == SessionRow.programme_id)
    rows = db.execute(
        select(SessionRow, PersonRow.id, PersonRow.name, PersonRow.email)
        .join(AttendeeRow, AttendeeRow.session_id == SessionRow.id)
        .join(PersonRow, PersonRow.id == AttendeeRow.person_id)
        .join(ParticipantRow, here)
        .join(AttendedRow, of_session)
        .where(
            SessionRow.programme_id == programme_id,
            SessionRow.starts_at >= start,
            SessionRow.starts_at < end,
            SessionRow.ends_at <= now,
            SessionRow.status != SessionStatus.CANCELLED,
            AttendeeRow.role == MemberRole.FACILITATOR,
            AttendedRow.came,
            ParticipantRow.guest,
        )
        .order_by(PersonRow.name, PersonRow.id, SessionRow.starts_at)
    ).all()
    withheld = withheld_from(db, actor, programme_id, now)
    return tuple(
        GuestHours(who, name, email, row.group_name, row.starts_at.astimezone(zone), _minutes(row))
        for row, who, name, email in rows
        if who not in withheld
    )


def take_out_hours(db: Db, actor: Actor, programme_id: int, first_day: date, last_day: date, now: datetime) -> str:
    """The same as a spreadsheet (RFC 4180); that it was taken out is on record."""
    found = guest_hours(db, actor, programme_id, first_day, last_day, now)
    counts = {"count": len(found), "first_day": str(first_day), "last_day": str(last_day)}
    record(db, actor, "guest_hours.taken_out", now, programme_id, **counts)
    return _as_csv(found)


def _as_csv(found: Iterable[GuestHours]) -> str:
    lines = io.StringIO()
    table = csv.writer(lines, lineterminator="\r\n")
    table.writerow([say("name"), say("e-mail"), say("date"), say("start"), say("group"), say("minutes")])
    for one in found:
        when = (f"{one.starts_at:%Y-%m-%d}", f"{one.starts_at:%H:%M}")
        table.writerow([plain_cell(one.name), plain_cell(one.email), *when, plain_cell(one.group), one.minutes])
    return lines.getvalue()


def _minutes(row: SessionRow) -> int:
    return round((row.ends_at - row.starts_at).total_seconds() / 60)
