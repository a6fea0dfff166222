"""A “no” to the time of a session: a person's own word for that time. It outlives moves and new plans, and shows on
the page of their availability until they take it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select

from scheduler.availability.intervals import Interval
from scheduler.availability.tables import OwnMarkRow
from scheduler.db import Db
from scheduler.people.model import Actor
from solvers.vocabulary import CANNOT


@dataclass(frozen=True, slots=True)
class Refusal:
    """A time that somebody said no to."""

    id: int
    span: Interval


def refuse(db: Db, programme_id: int, person_id: int, span: Interval) -> bool:
    """Note that somebody cannot come at the time of a session; returns whether that is news. It closes every session
    time that it touches."""
    if _last_word(db, programme_id, person_id, span.start) == CANNOT:
        return False
    row = OwnMarkRow(programme_id=programme_id, person_id=person_id, mark=CANNOT)
    row.starts_at, row.ends_at = span.start, span.end
    db.add(row)
    db.flush()
    return True


def withdraw_refusal(db: Db, programme_id: int, person_id: int, starts_at: datetime) -> bool:
    """Forget that somebody cannot come to what starts then; returns whether they had said so."""
    said = (*_words_for(programme_id, person_id, starts_at), OwnMarkRow.mark == CANNOT)
    return bool(db.scalars(delete(OwnMarkRow).where(*said).returning(OwnMarkRow.id)).all())


def list_refusals(db: Db, actor: Actor, programme_id: int, now: datetime) -> tuple[Refusal, ...]:
    """The times ahead that the actor said no to when asked to a session, in their order."""
    mine = (OwnMarkRow.programme_id == programme_id, OwnMarkRow.person_id == actor.person_id)
    of_sessions = (OwnMarkRow.mark == CANNOT, OwnMarkRow.one_start.is_(False), OwnMarkRow.ends_at > now)
    rows = db.scalars(select(OwnMarkRow).where(*mine, *of_sessions).order_by(OwnMarkRow.starts_at, OwnMarkRow.id))
    return tuple(Refusal(row.id, Interval(row.starts_at, row.ends_at)) for row in rows)


def _last_word(db: Db, programme_id: int, person_id: int, starts_at: datetime) -> str | None:
    words = select(OwnMarkRow.mark).where(*_words_for(programme_id, person_id, starts_at))
    return db.scalars(words.order_by(OwnMarkRow.id.desc()).limit(1)).first()


def _words_for(programme_id: int, person_id: int, starts_at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        OwnMarkRow.programme_id == programme_id,
        OwnMarkRow.person_id == person_id,
        OwnMarkRow.starts_at == starts_at,
    )
