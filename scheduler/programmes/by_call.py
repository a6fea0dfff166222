"""Who may be in a group that meets in person without ever being in its room: where a programme lets some join by call,
whoever accepts meeting from afar."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from scheduler.db import Db
from scheduler.people.tables import ParticipantRow
from scheduler.programmes.model import Programme
from solvers.vocabulary import IN_PERSON


def can_only_call(modes: Sequence[str]) -> bool:
    """Whether somebody who accepts these ways to meet is never in a room."""
    return bool(modes) and IN_PERSON not in modes


def accepted_ways(modes: Sequence[str], programme: Programme) -> tuple[str, ...]:
    """The ways in which somebody's group may meet, best liked first: in person, too, where they can join by call."""
    more = (IN_PERSON,) if programme.conduct.hybrid and can_only_call(modes) else ()
    return (*modes, *more)


def only_callers(db: Db, programme: Programme) -> frozenset[int]:
    """Who of a programme joins every session in person by call; nobody where it has no such sessions."""
    if not programme.conduct.hybrid:
        return frozenset()
    rows = select(ParticipantRow.person_id, ParticipantRow.modes).where(ParticipantRow.programme_id == programme.id)
    return frozenset(who for who, modes in db.execute(rows) if can_only_call(modes))
