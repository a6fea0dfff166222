"""Who still owes something that groups wait for: agreement to the charter, the code of conduct, training in date."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from scheduler.charters.agreements import still_to_agree
from scheduler.db import Db
from scheduler.desk.model import Asked, ReminderKind
from scheduler.desk.tables import ReminderRow
from scheduler.joining.questions import questions_of
from scheduler.joining.readiness import nothing_yet, readiness_in
from scheduler.plans.membership import Roster
from scheduler.plans.model import MemberRole
from scheduler.programmes.service import get_programme
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import AttendeeRow, SessionRow

REMIND_AFTER: Final = timedelta(days=7)
"""Nobody is reminded of the same thing sooner than this."""


@dataclass(frozen=True, slots=True)
class Owed:
    """Who owes what, by id; for charters with the keys of their groups."""

    charter: Mapping[int, tuple[str, ...]]
    conduct: frozenset[int]
    training: frozenset[int]
    charter_groups: int

    def people(self, kind: ReminderKind) -> Collection[int]:
        """Who owes this."""
        of_kind: Mapping[ReminderKind, Collection[int]] = {
            ReminderKind.CHARTER: self.charter.keys(),
            ReminderKind.CONDUCT: self.conduct,
            ReminderKind.TRAINING: self.training,
        }
        return of_kind[kind]


def owed_in(db: Db, programme_id: int, groups: Mapping[str, Roster], today: date, now: datetime) -> Owed:
    """What people of these groups owe. Code and training count only where the programme asks for them."""
    missing = still_to_agree(db, programme_id, groups, now)
    charter: dict[int, tuple[str, ...]] = {}
    for key, people in missing.items():
        for person_id in people:
            charter[person_id] = (*charter.get(person_id, ()), key)
    conduct, training = _unready(db, programme_id, groups, today)
    return Owed(charter, conduct, training, sum(bool(people) for people in missing.values()))


def _unready(
    db: Db, programme_id: int, groups: Mapping[str, Roster], today: date
) -> tuple[frozenset[int], frozenset[int]]:
    """The facilitators of these groups who have not signed the code, and those whose training is not verified, has run
    out, or will before the last session that they are to lead."""
    if not questions_of(db, programme_id).code_needed:
        return frozenset(), frozenset()
    leading = {who for roster in groups.values() for who, role in roster.items() if role == MemberRole.FACILITATOR}
    known, nothing = readiness_in(db, programme_id), nothing_yet(db, programme_id)
    found = {who: known.get(who, nothing) for who in leading}
    last = last_led(db, programme_id, leading)
    return (
        frozenset(who for who, each in found.items() if not each.signed),
        frozenset(who for who, each in found.items() if each.lacks(max(today, last.get(who, today)))),
    )


def last_led(db: Db, programme_id: int, people: Collection[int]) -> Mapping[int, date]:
    """By person the day of the last session that they are to lead, as the programme's clocks have it."""
    zone = ZoneInfo(get_programme(db, programme_id).zone)
    rows = db.execute(
        select(AttendeeRow.person_id, func.max(SessionRow.starts_at))
        .join(SessionRow, SessionRow.id == AttendeeRow.session_id)
        .where(
            SessionRow.programme_id == programme_id,
            SessionRow.status != SessionStatus.CANCELLED,
            AttendeeRow.role == MemberRole.FACILITATOR,
        )
        .group_by(AttendeeRow.person_id)
    )  # of all: SQLite would look for each of these people at each session
    return {person_id: starts_at.astimezone(zone).date() for person_id, starts_at in rows if person_id in people}


def reminded_lately(db: Db, programme_id: int, now: datetime) -> Collection[tuple[int, ReminderKind]]:
    """Who was reminded of what so lately that they are not reminded again."""
    lately = (ReminderRow.programme_id == programme_id, ReminderRow.sent_at > now - REMIND_AFTER)
    rows = db.execute(select(ReminderRow.person_id, ReminderRow.kind).where(*lately))
    return {(person_id, kind) for person_id, kind in rows}


def due_of(owed: Owed, kind: ReminderKind, lately: Collection[tuple[int, ReminderKind]]) -> list[int]:
    """Whom a reminder would reach now, by id."""
    return sorted(who for who in owed.people(kind) if (who, kind) not in lately)


def asked_of(owed: Owed, kind: ReminderKind, lately: Collection[tuple[int, ReminderKind]]) -> Asked:
    """How many owe this, and how many a reminder would reach."""
    return Asked(len(owed.people(kind)), len(due_of(owed, kind, lately)))
