"""Taking a rota out again, and what that does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from scheduler.audit.service import record
from scheduler.changes import Fact, note
from scheduler.db import Db
from scheduler.errors import NotFound
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.programmes.service import lock_programme
from scheduler.rota_import.affected_sessions import AffectedSession, find_affected_sessions
from scheduler.rota_import.overlaps import days_between, remove
from scheduler.rota_import.storage import spans_of
from scheduler.rotas.tables import RotaRow, RotaSpanRow


@dataclass(frozen=True, slots=True)
class Removal:
    """What taking a rota out does: of how many ``people`` it speaks, on ``days`` of theirs, ``known_elsewhere`` of
    which another rota speaks of too, and the published sessions to come on those days."""

    name: str
    first_day: date
    last_day: date
    people: int
    days: int
    known_elsewhere: int
    sessions: tuple[AffectedSession, ...]


def preview_removal(db: Db, actor: Actor, programme_id: int, rota_id: int, now: datetime) -> Removal:
    """What taking this rota out would do; the sessions as things are now."""
    row = _rota(db, actor, programme_id, rota_id)
    days = _days(db, rota_id)
    return Removal(
        row.name,
        row.first_day,
        row.last_day,
        len({person_id for person_id, _ in days}),
        len(days),
        len(days & _days_of_others(db, row)),
        find_affected_sessions(db, programme_id, days, now, as_kept=True),
    )


def remove_rota(db: Db, actor: Actor, programme_id: int, rota_id: int, now: datetime) -> Removal:
    """Take a rota out: its people's days are known from other rotas, or not at all. Returns what that did."""
    lock_programme(db, programme_id)
    found = preview_removal(db, actor, programme_id, rota_id, now)
    gone = remove(db, rota_id)
    db.flush()
    note(db, Fact.TIME, programme_id, now, gone.people)
    record(db, actor, "rota.removed", now, programme_id, rota=rota_id, people=found.people, days=found.days)
    return found


def _rota(db: Db, actor: Actor, programme_id: int, rota_id: int) -> RotaRow:
    actor.must_have(programme_id, Role.COORDINATOR)
    row = db.get(RotaRow, rota_id)
    if row is None or row.programme_id != programme_id or row.given_by is not None:
        raise NotFound(say("We can’t find that rota."), what_to_do=say("Go back to the list of rotas."))
    return row


def _days(db: Db, rota_id: int) -> set[tuple[int, date]]:
    return {
        (person_id, day)
        for person_id, spans in spans_of(db, rota_id).items()
        for span in spans
        for day in days_between(*span)
    }


def _days_of_others(db: Db, row: RotaRow) -> set[tuple[int, date]]:
    """The days of its people, within those of this rota, of which others of the programme speak."""
    of_it = select(RotaSpanRow.person_id).where(RotaSpanRow.rota_id == row.id)
    rows = db.execute(
        select(RotaSpanRow.person_id, RotaSpanRow.first_day, RotaSpanRow.last_day)
        .join(RotaRow, RotaRow.id == RotaSpanRow.rota_id)
        .where(
            RotaRow.programme_id == row.programme_id,
            RotaRow.id != row.id,
            RotaSpanRow.person_id.in_(of_it),
            RotaSpanRow.first_day <= row.last_day,
            RotaSpanRow.last_day >= row.first_day,
        )
    )
    return {
        (person_id, day)
        for person_id, first, last in rows
        for day in days_between(max(first, row.first_day), min(last, row.last_day))
    }
