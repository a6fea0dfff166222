"""What a transaction has changed: noted by whoever changed it, and followed up once, at the transaction's end.

A service notes which facts are other than they were, and nothing else. What hangs on them (availability, attendance,
offers of other dates, feeds, letters that wait) is worked out in one place, `scheduler.consequences`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from scheduler.db import Db

_NOTED: Final = "changes"


class Fact(StrEnum):
    """A kind of stored fact that something else is worked out from."""

    PEOPLE = "people"
    """Who takes part, where they work and how they like to meet. Ids are people's."""
    TIME = "time"
    """Duties, leave, weekly patterns, people's own word, their other calendars. Ids are people's."""
    WORD = "word"
    """People's own word on a time: one on the time of a session says whether they mean to be there, which leaves them
    their time for a session of another programme, or takes it. Ids are people's."""
    RULES = "rules"
    """Rest rules, what duties allow, travel: they concern everybody in the programme."""
    CHARTER = "charter"
    """The charter, or who has agreed to it."""
    PLAN = "plan"
    """Which plan is published: it concerns every session of the programme."""
    SESSIONS = "sessions"
    """Published sessions: their dates, places and ways to join, who is invited, who has apologised. Ids are theirs."""
    KEEPING = "keeping"
    """Who keeps which rota: calendars of rota managers hang on it."""


@dataclass(frozen=True, slots=True)
class Change:
    """Facts of one kind that changed in a programme; ``ids`` says whose, None stands for all of them."""

    fact: Fact
    programme_id: int
    at: datetime
    ids: frozenset[int] | None


def note(db: Db, fact: Fact, programme_id: int, at: datetime, ids: Iterable[int] | None = None) -> None:
    """Note that facts have changed; what follows is worked out before the transaction is committed."""
    change = Change(fact, programme_id, at, None if ids is None else frozenset(ids))
    if change.ids is None or change.ids:
        db.info.setdefault(_NOTED, []).append(change)


@contextmanager
def unnoted(db: Db) -> Iterator[None]:
    """Whatever is noted inside follows nothing: it is tried, and undone."""
    noted = take_noted(db)
    try:
        yield
    finally:
        take_noted(db)
        db.info[_NOTED] = list(noted)


def take_noted(db: Db) -> tuple[Change, ...]:
    """What has been noted since this was asked last."""
    return tuple(db.info.pop(_NOTED, ()))
