"""What is booked already and stays so whatever a programme plans: other programmes' sessions, and its own that no new
plan replaces."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, case, func, or_, select

from scheduler.bookings.tables import BookedPersonRow, BookingRow
from scheduler.db import Db
from scheduler.people.tables import ParticipantRow

_TAKING_TURNS: Final = 0x424F
"""A number that nothing else locks."""
_TO_BE_AT: Final = case((BookedPersonRow.by_call.is_(False), BookingRow.site_id))
"""Where somebody has to be for a session."""


@dataclass(frozen=True, slots=True)
class Stands:
    """A stretch of somebody's time that is taken; ``site_id`` is where they have to be for it, if anywhere."""

    starts_at: datetime
    ends_at: datetime
    site_id: int | None


def wait_for_turn(db: Db) -> None:
    """Let nobody else publish, in whatever programme, until the transaction ends: each sees what the one before booked.

    On SQLite a writing transaction is alone anyway.
    """
    if db.get_bind().dialect.name == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock(_TAKING_TURNS)))


def people_elsewhere(
    db: Db, programme_id: int, settled: Collection[int], since: datetime
) -> Mapping[int, list[Stands]]:
    """What stands for the people who take part in a programme, from a moment on.

    ``settled`` are the rounds of the programme that a new plan leaves alone.
    """
    takes_part = select(ParticipantRow.person_id).where(ParticipantRow.programme_id == programme_id)
    rows = db.execute(
        select(BookedPersonRow.person_id, BookingRow.starts_at, BookingRow.ends_at, _TO_BE_AT)
        .join(BookingRow, BookingRow.session_id == BookedPersonRow.session_id)
        .where(BookedPersonRow.ends_at > since, BookedPersonRow.person_id.in_(takes_part))
        .where(_stays(programme_id, settled))
    )
    found: dict[int, list[Stands]] = defaultdict(list)
    for person_id, starts_at, ends_at, site_id in rows:
        found[person_id].append(Stands(starts_at, ends_at, site_id))
    return found


def booked(db: Db, people: Collection[int], since: datetime) -> Mapping[int, list[tuple[int, Stands]]]:
    """What these people are counted on at from a moment on, in whatever programme, each with the id of the session."""
    rows = db.execute(
        select(
            BookedPersonRow.person_id, BookingRow.session_id, BookingRow.starts_at, BookingRow.ends_at, _TO_BE_AT
        )
        .join(BookingRow, BookingRow.session_id == BookedPersonRow.session_id)
        .where(BookedPersonRow.ends_at > since, BookedPersonRow.person_id.in_(people))
    )  # fmt: skip
    found: dict[int, list[tuple[int, Stands]]] = defaultdict(list)
    for person_id, session_id, starts_at, ends_at, site_id in rows:
        found[person_id].append((session_id, Stands(starts_at, ends_at, site_id)))
    return found


def places_elsewhere(
    db: Db, programme_id: int, settled: Collection[int], since: datetime, places: Collection[int]
) -> Mapping[int, list[Stands]]:
    """What stands in these places, from a moment on."""
    rows = db.execute(
        select(BookingRow.place, BookingRow.starts_at, BookingRow.ends_at, BookingRow.site_id).where(
            BookingRow.place.in_(places), BookingRow.ends_at > since, _stays(programme_id, settled)
        )
    )
    found: dict[int, list[Stands]] = defaultdict(list)
    for place, starts_at, ends_at, site_id in rows:
        found[place or 0].append(Stands(starts_at, ends_at, site_id))
    return found


def _stays(programme_id: int, settled: Collection[int]) -> ColumnElement[bool]:
    return or_(BookingRow.programme_id != programme_id, BookingRow.extra > 0, BookingRow.round.in_(settled))
