"""Which session has a room that several want: the one whose date has stood for longer, of whatever programmes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from scheduler.bookings.places import places
from scheduler.bookings.tables import BookingRow
from scheduler.db import Db
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import SessionRow
from solvers.vocabulary import IN_PERSON


@dataclass(frozen=True, slots=True)
class _Claim:
    """A session that wants a place: those under way have it, then goes who has stood for longer."""

    waits: bool
    since: datetime
    session_id: int
    place: int
    starts_at: datetime
    ends_at: datetime

    @property
    def order(self) -> tuple[bool, datetime, int]:
        return self.waits, self.since, self.session_id

    def overlaps(self, other: _Claim) -> bool:
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


def places_taken(
    db: Db, now: datetime, rows: Iterable[SessionRow], looked_at: Collection[int]
) -> Mapping[int, int | None]:
    """The place that each of these sessions has, None where it goes to another; and the same for all others that want
    one of these places, or one that those ``looked_at`` have given up."""
    wanting = [row for row in rows if row.mode == IN_PERSON and row.room_id is not None]
    before = set(db.scalars(select(BookingRow.place).where(BookingRow.session_id.in_(looked_at)).distinct())) - {None}
    if not wanting and not before:
        return {}
    known = places(db)
    wanted = before | {known[row.room_id] for row in wanting if row.room_id is not None}
    return _settled(_claims(db, now, [room_id for room_id, place in known.items() if place in wanted], known))


def _claims(db: Db, now: datetime, rooms: Sequence[int], known: Mapping[int, int]) -> list[_Claim]:
    rows = db.execute(
        select(
            SessionRow.id,
            SessionRow.room_id,
            SessionRow.agreed_at,
            SessionRow.created_at,
            SessionRow.starts_at,
            SessionRow.ends_at,
        ).where(
            SessionRow.room_id.in_(rooms),
            SessionRow.mode == IN_PERSON,
            SessionRow.ends_at > now,
            SessionRow.status != SessionStatus.CANCELLED,
        )
    )
    return [
        _Claim(start > now, agreed or created, session_id, known[room_id or 0], start, end)
        for session_id, room_id, agreed, created, start, end in rows
    ]


def _settled(claims: Iterable[_Claim]) -> Mapping[int, int | None]:
    given: dict[int, list[_Claim]] = defaultdict(list)
    found: dict[int, int | None] = {}
    for claim in sorted(claims, key=lambda each: each.order):
        is_free = not any(claim.overlaps(other) for other in given[claim.place])
        found[claim.session_id] = claim.place if is_free else None
        if is_free:
            given[claim.place].append(claim)
    return found
