"""What people told the planner of a programme that is over: counted, and deleted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import InstrumentedAttribute

from scheduler.coordination.tables import SwapWishRow
from scheduler.db import Db
from scheduler.joining.tables import AnswerRow
from scheduler.own_groups.tables import FirstQuestionRow, SeekerRow
from scheduler.people.tables import ParticipantRow, RelationRow, WishRow
from scheduler.planning.forgotten_traits import forget_people_in_runs
from scheduler.plans.tables import OwnWishesRow, PlanRow
from scheduler.publishing.tables import UnmetWishRow
from scheduler.voices.model import PULSE_OPEN_FOR
from scheduler.voices.tables import PulseAnswerRow, PulseRow

_A_DAY: Final = timedelta(days=1)
_OF_PROGRAMME: Final = (WishRow, SwapWishRow, SeekerRow, FirstQuestionRow, UnmetWishRow)
_BLANK: Final[dict[str, Any]] = {
    "tags": [], "company": [], "firm": [], "traits": {}, "like": [], "unlike": [], "together": {}, "interests": [],
    "stays_on": False,
}  # fmt: skip


def preferences_left(db: Db, programme_id: int, now: datetime) -> int:
    """How many entries there are to delete."""
    queries = (*_rows(programme_id), select(PulseAnswerRow.id).where(*_named_in_the_pulse(programme_id, now)))
    numbers = [db.scalar(select(func.count()).select_from(query.subquery())) or 0 for query in queries]
    said = sum(_says_something(row) for row in _parts(db, programme_id))
    needs = select(func.count()).where(AnswerRow.programme_id == programme_id, AnswerRow.needs != "")
    return sum(numbers) + said + (db.scalar(needs) or 0)


def delete_preferences(db: Db, programme_id: int, now: datetime) -> int:
    """Delete them, in answers and in the problems of earlier runs, and take the name off what people said in the pulse:
    its result stays. Returns how many entries that were."""
    count = preferences_left(db, programme_id, now)
    db.execute(update(PulseAnswerRow).where(*_named_in_the_pulse(programme_id, now)).values(person_id=None))
    for table in _OF_PROGRAMME:
        db.execute(delete(table).where(table.programme_id == programme_id))
    db.execute(delete(RelationRow).where(RelationRow.programme_id == programme_id, RelationRow.declared))
    db.execute(delete(OwnWishesRow).where(OwnWishesRow.plan_id.in_(_plans(programme_id))))
    parts = _parts(db, programme_id)
    for row in parts:
        if _says_something(row):
            for name, nothing in _BLANK.items():
                setattr(row, name, nothing)
    db.execute(update(AnswerRow).where(AnswerRow.programme_id == programme_id).values(needs=""))
    return count + forget_people_in_runs(db, programme_id, [row.person_id for row in parts])


def _named_in_the_pulse(programme_id: int, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Answers that still say whose they are, of a pulse that has surely closed: nobody can answer it twice."""
    closed = select(PulseRow.programme_id).where(PulseRow.opens_on < (now - PULSE_OPEN_FOR - _A_DAY).date())
    of_it = PulseAnswerRow.programme_id == programme_id
    return of_it, PulseAnswerRow.programme_id.in_(closed), PulseAnswerRow.person_id.is_not(None)


def _rows(programme_id: int) -> Iterator[Any]:
    for table in _OF_PROGRAMME:
        yield select(_key(table)).where(table.programme_id == programme_id)
    yield select(RelationRow.id).where(RelationRow.programme_id == programme_id, RelationRow.declared)
    yield select(OwnWishesRow.person_id).where(OwnWishesRow.plan_id.in_(_plans(programme_id)))


def _key(table: Any) -> InstrumentedAttribute[int]:
    found: InstrumentedAttribute[int] = table.programme_id
    return found


def _plans(programme_id: int) -> Any:
    return select(PlanRow.id).where(PlanRow.programme_id == programme_id)


def _parts(db: Db, programme_id: int) -> list[ParticipantRow]:
    return list(db.scalars(select(ParticipantRow).where(ParticipantRow.programme_id == programme_id)))


def _says_something(row: ParticipantRow) -> bool:
    return any(getattr(row, name) for name in _BLANK)
