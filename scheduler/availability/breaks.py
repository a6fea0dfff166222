"""A pause that people take themselves, from a day to a day or open, without a reason.

It is long leave like any other: they keep their place, are invited to nothing, and nobody counts them as missing. What
is over stays as it was: a pause begins today at the earliest, and coming back ends it yesterday.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select

from scheduler.audit.service import record
from scheduler.availability import entries
from scheduler.availability.tables import AbsenceRow
from scheduler.changes import Fact, note
from scheduler.db import Db
from scheduler.errors import Fault, NotFound, NotPossible, Rejected
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow
from scheduler.programmes.life import must_go_on
from scheduler.programmes.service import get_programme, lock_programme


@dataclass(frozen=True, slots=True)
class Break:
    """The pause that somebody is in, or the next one; open where ``last_day`` is None."""

    first_day: date
    last_day: date | None
    has_begun: bool


def own_break(db: Db, actor: Actor, programme_id: int, now: datetime) -> Break | None:
    """The actor's pause: the one they are in, or else the next."""
    _must_take_part(db, actor, programme_id)
    today = _today(db, programme_id, now)
    row = next(iter(_from(db, actor, programme_id, today)), None)
    return Break(row.first_day, row.last_day, row.first_day <= today) if row is not None else None


def take_break(db: Db, actor: Actor, programme_id: int, first_day: date, last_day: date | None, now: datetime) -> None:
    """Pause from one day to another, both included, or until they come back. Raises Rejected for days that are over or
    the wrong way round, NotPossible where there is a pause already."""
    _must_take_part(db, actor, programme_id)
    lock_programme(db, programme_id)
    must_go_on(db, programme_id)
    today = _today(db, programme_id, now)
    if first_day < today:
        over = say("Choose today or a later day.")
        raise Rejected(say("Your pause wasn’t saved."), (Fault("first_day", over),))
    if last_day is not None and last_day < first_day:
        raise Rejected(say("Your pause wasn’t saved."), (Fault("last_day", say("It ends before it starts.")),))
    if _from(db, actor, programme_id, today):
        raise NotPossible(
            say("You already have a pause."), what_to_do=say("End it first, or change it on the page “Availability”.")
        )
    entries.pause(db, actor, programme_id, actor.person_id or 0, first_day, last_day, now)


def come_back(db: Db, actor: Actor, programme_id: int, now: datetime) -> None:
    """End the pause that the actor is in, or take the next one back; a second time it changes nothing."""
    _must_take_part(db, actor, programme_id)
    lock_programme(db, programme_id)
    today = _today(db, programme_id, now)
    rows = _from(db, actor, programme_id, today)
    if not rows:
        return
    mine = [row for row in rows if row.first_day <= today] or [rows[0]]
    for row in mine:
        if row.first_day < today:
            row.last_day, row.until_midday = today - timedelta(days=1), False
        else:
            db.delete(row)
    db.flush()
    record(db, actor, "absence.taken_back", now, programme_id, person=actor.person_id)
    note(db, Fact.PEOPLE, programme_id, now, (actor.person_id or 0,))


def _from(db: Db, actor: Actor, programme_id: int, today: date) -> list[AbsenceRow]:
    """The actor's leave that is not over, in order of its first days."""
    mine = (AbsenceRow.programme_id == programme_id, AbsenceRow.person_id == actor.person_id)
    not_over = or_(AbsenceRow.last_day.is_(None), AbsenceRow.last_day >= today)
    order = (AbsenceRow.first_day, AbsenceRow.id)
    return list(db.scalars(select(AbsenceRow).where(*mine, not_over).order_by(*order)))


def _today(db: Db, programme_id: int, now: datetime) -> date:
    return now.astimezone(ZoneInfo(get_programme(db, programme_id).zone)).date()


def _must_take_part(db: Db, actor: Actor, programme_id: int) -> None:
    actor.must_have(programme_id, Role.RESIDENT, Role.FACULTY)
    part = db.get(ParticipantRow, (programme_id, actor.person_id)) if actor.person_id is not None else None
    if part is None or part.left_at is not None:
        raise NotFound(say("You don’t take part in that programme."))
