"""What a change of rules or clocks would do to published sessions ahead: made, looked at, and undone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from scheduler.availability import service as availability
from scheduler.changes import unnoted
from scheduler.db import Db
from scheduler.people.tables import PersonRow
from scheduler.programmes.service import get_programme
from scheduler.sessions.attendance_marks import bring_marks_up_to_date
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.quorum import Standing, standings
from scheduler.sessions.tables import SessionRow


@dataclass(frozen=True, slots=True)
class SessionThen:
    """A published session ahead, when it starts now and would start then, whether it would go ahead now and then, and
    the names of those counted on now who could not come then."""

    session_id: int
    group_name: str
    starts_at: datetime
    would_start_at: datetime
    held: bool
    held_then: bool
    unable: tuple[str, ...]

    @property
    def is_lost(self) -> bool:
        """Whether it would no longer go ahead."""
        return self.held and not self.held_then

    @property
    def is_won(self) -> bool:
        """Whether it would go ahead then, and would not now."""
        return self.held_then and not self.held


def rehearsed(db: Db, programme_id: int, change: Callable[[], object], now: datetime) -> tuple[SessionThen, ...]:
    """The published sessions ahead as they are and as they would be, in order of time. Nothing is changed.

    To be called in a transaction that writes, before it changes anything; availability is worked out for everybody.
    """
    before, stood = _ahead(db, programme_id, now), _standings(db, programme_id, now)
    with _undone(db):
        change()
        availability.bring_up_to_date(db, programme_id, now)
        bring_marks_up_to_date(db, get_programme(db, programme_id), now, None, None)
        starts = {row_id: starts_at for row_id, (_name, starts_at) in _ahead(db, programme_id, now).items()}
        then = _standings(db, programme_id, now)
    names = _names(db, then, stood)
    return tuple(
        SessionThen(
            session_id,
            name,
            starts_at,
            starts.get(session_id, starts_at),
            stood[session_id].holds,
            then.get(session_id, stood[session_id]).holds,
            tuple(sorted(names[each] for each in _unable(stood[session_id], then.get(session_id)))),
        )
        for session_id, (name, starts_at) in before.items()
    )


@contextmanager
def _undone(db: Db) -> Iterator[None]:
    """Whatever is changed inside is as it was afterwards, what was noted of it too."""
    trial = db.begin_nested()
    try:
        with unnoted(db):
            yield
    finally:
        trial.rollback()
        db.expire_all()


def _ahead(db: Db, programme_id: int, now: datetime) -> dict[int, tuple[str, datetime]]:
    rows = db.execute(
        select(SessionRow.id, SessionRow.group_name, SessionRow.starts_at)
        .where(SessionRow.programme_id == programme_id, SessionRow.starts_at > now)
        .where(SessionRow.status != SessionStatus.CANCELLED)
        .order_by(SessionRow.starts_at, SessionRow.id)
    )
    return {session_id: (name, starts_at) for session_id, name, starts_at in rows}


def _standings(db: Db, programme_id: int, now: datetime) -> Mapping[int, Standing]:
    return standings(db, get_programme(db, programme_id), _ahead(db, programme_id, now).keys())


def _unable(stood: Standing, then: Standing | None) -> frozenset[int]:
    if then is None:
        return frozenset()
    return (stood.residents | stood.facilitators) - (then.residents | then.facilitators)


def _names(db: Db, then: Mapping[int, Standing], stood: Mapping[int, Standing]) -> Mapping[int, str]:
    ids = {each for session_id, standing in stood.items() for each in _unable(standing, then.get(session_id))}
    return dict(db.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(ids))).all()) if ids else {}


def touched(sessions: Sequence[SessionThen]) -> tuple[SessionThen, ...]:
    """Those that would be other than they are."""
    return tuple(
        each for each in sessions if each.unable or each.held != each.held_then or each.starts_at != each.would_start_at
    )
