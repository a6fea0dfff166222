"""Times in which people are less available: sessions of a whole programme that are shorter, met from afar, or weeks in
writing, for some days; and back.

What a surge makes of a session is worked out anew after every change: a session that comes into its days later is met
in the same way, and what somebody changes by hand stays. Each session keeps beside it what it was before
(:class:`scheduler.sessions.tables.SurgedSessionRow`), so that all of it is taken back in one step.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select

from scheduler.bookings.places import places
from scheduler.bookings.tables import BookingRow
from scheduler.db import Db
from scheduler.people.tables import ParticipantRow
from scheduler.programmes.tables import ProgrammeRow
from scheduler.sessions.model import IN_WRITING, SessionStatus
from scheduler.sessions.tables import AttendeeRow, SessionRow, SurgedSessionRow, SurgeRow
from solvers.vocabulary import IN_PERSON, PHONE, VIDEO

FROM_AFAR: Final = (VIDEO, PHONE)
"""Ways to meet that take no journey, the one that is tried first first."""


@dataclass(frozen=True, slots=True)
class Surge:
    """From ``first_day`` to ``last_day`` (None: until it is taken back) sessions last ``minutes`` at most (None: as
    long as ever), with ``remote`` those in person are met from afar, and with ``written`` they are weeks in writing,
    each where everyone invited accepts that."""

    first_day: date
    last_day: date | None
    minutes: int | None
    remote: bool
    written: bool = False

    def holds(self, day: date) -> bool:
        """Whether a day is one of its days."""
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)


@dataclass(frozen=True, slots=True)
class Effect:
    """What a surge makes of a session: how many ``minutes`` it lasts then, and by which ``mode`` it is met, each None
    where that stays. ``unwilling`` are those invited who meet in person only, by id: for them it stays in person.
    ``live`` are those who accept no week in writing: for them it is a meeting still."""

    minutes: int | None = None
    mode: str | None = None
    unwilling: tuple[int, ...] = ()
    live: tuple[int, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether anything is other than before."""
        return self.minutes is not None or self.mode is not None


def surge_from(row: SurgeRow) -> Surge:
    """A surge as it is kept."""
    return Surge(row.first_day, row.last_day, row.minutes, row.remote, row.written)


def sessions_ahead(db: Db, programme_id: int, now: datetime) -> Sequence[SessionRow]:
    """The sessions of a programme that have not begun, in order of time, cancelled ones too."""
    ahead = (SessionRow.programme_id == programme_id, SessionRow.starts_at > now)
    return db.scalars(select(SessionRow).where(*ahead).order_by(SessionRow.starts_at, SessionRow.id)).all()


def within(surge: Surge, zone: str, rows: Collection[SessionRow]) -> list[SessionRow]:
    """Those of the sessions that take place in its days, by the programme's clock."""
    clock = ZoneInfo(zone)
    return [
        row
        for row in rows
        if row.status != SessionStatus.CANCELLED and surge.holds(row.starts_at.astimezone(clock).date())
    ]


def effects_on(db: Db, surge: Surge, rows: Sequence[SessionRow]) -> Mapping[int, Effect]:
    """What a surge makes of these sessions as they are, by id."""
    asked = [row for row in rows if surge.written or (surge.remote and row.mode == IN_PERSON)]
    ways = _accepted_ways(db, asked)
    return {row.id: _effect(surge, row, ways.get(row.id, {})) for row in rows}


def bring_surge_up_to_date(db: Db, programme_id: int, now: datetime) -> frozenset[int]:
    """Bring sessions ahead to what a programme's surge makes of them, and back where it does not hold; returns the ids
    of those that are other than they were."""
    row = db.get(SurgeRow, programme_id)
    if row is None:
        return frozenset()
    rows = sessions_ahead(db, programme_id, now)
    kept = {each.session_id: each for each in _kept(db, programme_id)}
    surge = surge_from(row)
    meant = within(surge, _zone(db, programme_id), rows) if row.ended_at is None else []
    held = {each.id for each in meant}
    stay = [each for each in meant if not _was_set(kept.get(each.id), each)]
    changed = _put_on(db, surge, stay, kept) | _take_back(db, [r for r in rows if r.id not in held], kept, now)
    for each in rows:
        if each.id in changed:
            each.sequence, each.changed_at = each.sequence + 1, now
    if row.ended_at is not None:
        forget_surge(db, programme_id)
    db.flush()
    return changed


def forget_surge(db: Db, programme_id: int) -> None:
    """Let what a surge made of sessions stand, and the surge be over."""
    own = select(SessionRow.id).where(SessionRow.programme_id == programme_id)
    db.execute(delete(SurgedSessionRow).where(SurgedSessionRow.session_id.in_(own)))
    db.execute(delete(SurgeRow).where(SurgeRow.programme_id == programme_id))


def planned_anew(db: Db, session_ids: Collection[int]) -> None:
    """A plan has set these sessions' length and way to meet: a surge that goes on starts from there."""
    if session_ids:
        db.execute(delete(SurgedSessionRow).where(SurgedSessionRow.session_id.in_(session_ids)))


def usual_way(db: Db, row: SessionRow) -> tuple[str, int | None]:
    """How a session is met, and at which site, but for a surge."""
    kept = db.get(SurgedSessionRow, row.id)
    if kept is None or kept.mode is None or kept.mode != row.mode:
        return row.mode, row.site_id
    return kept.mode_before, kept.site_before


def kept_of(db: Db, programme_id: int) -> Mapping[int, SurgedSessionRow]:
    """What is kept of sessions that a surge has changed, by the session's id."""
    changed = (each for each in _kept(db, programme_id) if each.minutes is not None or each.mode is not None)
    return {each.session_id: each for each in changed}


def is_as_set(kept: SurgedSessionRow, row: SessionRow) -> bool:
    """Whether a session is still as a surge made it: nobody has changed its length, way to meet or date by hand."""
    as_long = kept.minutes is None or minutes_of(row) == kept.minutes
    return as_long and kept.mode in (None, row.mode) and kept.starts_at == row.starts_at


def minutes_of(row: SessionRow) -> int:
    """How long a session lasts."""
    return round((row.ends_at - row.starts_at).total_seconds() / 60)


def _kept(db: Db, programme_id: int) -> Iterator[SurgedSessionRow]:
    of_session = SessionRow.id == SurgedSessionRow.session_id
    query = select(SurgedSessionRow).join(SessionRow, of_session).where(SessionRow.programme_id == programme_id)
    yield from db.scalars(query).all()


def _zone(db: Db, programme_id: int) -> str:
    return db.scalars(select(ProgrammeRow.zone).where(ProgrammeRow.id == programme_id)).one()


def _was_set(kept: SurgedSessionRow | None, row: SessionRow) -> bool:
    """Whether a surge has made what it makes of a session, at the date that it has: what is other since, somebody
    wanted so."""
    return kept is not None and kept.starts_at == row.starts_at


def _accepted_ways(db: Db, rows: Sequence[SessionRow]) -> Mapping[int, Mapping[int, Sequence[str]]]:
    """By session, the ways to meet that everyone who is invited accepts, by their id."""
    found: dict[int, dict[int, Sequence[str]]] = defaultdict(dict)
    if not rows:
        return found
    part = (
        (ParticipantRow.person_id == AttendeeRow.person_id)
        & (ParticipantRow.programme_id == rows[0].programme_id)
    )  # fmt: skip
    invited = (
        select(AttendeeRow.session_id, AttendeeRow.person_id, ParticipantRow.modes, ParticipantRow.accepts_writing)
        .join(ParticipantRow, part)
        .where(AttendeeRow.session_id.in_([row.id for row in rows]))
    )
    for session_id, person_id, modes, accepts_writing in db.execute(invited):
        found[session_id][person_id] = [*modes, IN_WRITING] if accepts_writing else modes
    return found


def _effect(surge: Surge, row: SessionRow, ways: Mapping[int, Sequence[str]]) -> Effect:
    if not surge.written or row.mode == IN_WRITING:
        return _live_effect(surge, row, ways)
    live = tuple(sorted(who for who, accepted in ways.items() if IN_WRITING not in accepted))
    return replace(_live_effect(surge, row, ways), live=live) if live else Effect(mode=IN_WRITING)


def _live_effect(surge: Surge, row: SessionRow, ways: Mapping[int, Sequence[str]]) -> Effect:
    """What becomes of a session that is a meeting still."""
    is_longer = surge.minutes is not None and surge.minutes < minutes_of(row) and row.mode != IN_WRITING
    shorter = surge.minutes if is_longer else None
    if not surge.remote or row.mode != IN_PERSON:
        return Effect(shorter)
    mode = next((way for way in FROM_AFAR if all(way in accepted for accepted in ways.values())), None)
    if mode is not None:
        return Effect(shorter, mode)
    only = tuple(sorted(who for who, accepted in ways.items() if not set(FROM_AFAR) & set(accepted)))
    return Effect(shorter, None, only or tuple(sorted(who for who, accepted in ways.items() if VIDEO not in accepted)))


def _put_on(db: Db, surge: Surge, rows: Sequence[SessionRow], kept: Mapping[int, SurgedSessionRow]) -> frozenset[int]:
    """Make of sessions what the surge makes of them: for the first time, or again on another date."""
    effects = effects_on(db, surge, rows)
    changed: set[int] = set()
    for row in rows:
        effect, known = effects[row.id], kept.get(row.id)
        if known is not None:
            _keep_anew(known, row, effect)
        else:  # also of one that stays as it is: whatever becomes of it from now on, somebody wants so
            db.add(_kept_beside(row, effect))
        if _apply(row, effect, known):
            changed.add(row.id)
    return frozenset(changed)


def _kept_beside(row: SessionRow, effect: Effect) -> SurgedSessionRow:
    return SurgedSessionRow(
        session_id=row.id,
        starts_at=row.starts_at,
        minutes=effect.minutes,
        minutes_before=minutes_of(row),
        mode=effect.mode,
        mode_before=row.mode,
        site_before=row.site_id,
        room_before=row.room_id,
    )


def _keep_anew(known: SurgedSessionRow, row: SessionRow, effect: Effect) -> None:
    """The session has another date: its room of before is not the one of that date."""
    known.starts_at = row.starts_at
    if effect.minutes is not None:
        known.minutes, known.minutes_before = effect.minutes, minutes_of(row)
    known.room_before = row.room_id


def _apply(row: SessionRow, effect: Effect, known: SurgedSessionRow | None) -> bool:
    """Make it so; whether anything is other than it was. On another date the way to meet stays as it is: whoever set
    it may have wanted it so."""
    if effect.minutes is not None:
        row.ends_at = row.starts_at + timedelta(minutes=effect.minutes)
    is_met_from_afar = effect.mode is not None if known is None else row.mode == known.mode
    if is_met_from_afar:
        row.mode, row.site_id, row.room_id = effect.mode or row.mode, None, None
    return effect.minutes is not None or (known is None and effect.mode is not None)


def _take_back(
    db: Db, rows: Sequence[SessionRow], kept: Mapping[int, SurgedSessionRow], now: datetime
) -> frozenset[int]:
    """Take sessions back to what they were, where nobody has changed that since; a room only if it is still free."""
    known = [(row, kept[row.id]) for row in rows if row.id in kept]
    changed: set[int] = set()
    for row, before in known:
        if before.minutes is not None and minutes_of(row) == before.minutes != before.minutes_before:
            row.ends_at = row.starts_at + timedelta(minutes=before.minutes_before)
            changed.add(row.id)
    back = [(row, before) for row, before in known if before.mode is not None and row.mode == before.mode]
    taken = _Taken.of(db, now, {_room_of(row, before) for row, before in back})
    for row, before in back:
        room_id = _room_of(row, before)
        row.mode, row.site_id = before.mode_before, before.site_before
        row.room_id = room_id if room_id is not None and taken.is_free(room_id, row) else None
        changed.add(row.id)
    for _row, before in known:
        db.delete(before)
    return frozenset(changed)


def _room_of(row: SessionRow, before: SurgedSessionRow) -> int | None:
    """The room that a session goes back to: the one that came with a later date, or the one of before."""
    if row.room_id is not None or row.starts_at != before.starts_at:
        return row.room_id
    return before.room_before


@dataclass(frozen=True, slots=True)
class _Taken:
    """Which rooms other sessions have booked, by the place that each room is."""

    places: Mapping[int, int]
    booked: Mapping[int, Sequence[tuple[int, datetime, datetime]]]

    @classmethod
    def of(cls, db: Db, now: datetime, rooms: Collection[int | None]) -> _Taken:
        wanted = {room_id for room_id in rooms if room_id is not None}
        if not wanted:
            return cls({}, {})
        known = {room_id: place for room_id, place in places(db).items() if room_id in wanted}
        columns = (BookingRow.place, BookingRow.session_id, BookingRow.starts_at, BookingRow.ends_at)
        booked: dict[int, list[tuple[int, datetime, datetime]]] = defaultdict(list)
        ahead = (BookingRow.place.in_(set(known.values())), BookingRow.ends_at > now)
        for place, session_id, starts_at, ends_at in db.execute(select(*columns).where(*ahead)):
            if place is not None:
                booked[place].append((session_id, starts_at, ends_at))
        return cls(known, booked)

    def is_free(self, room_id: int, row: SessionRow) -> bool:
        """Whether no other session has the room at that time; one that is gone is not free."""
        if room_id not in self.places:
            return False
        others = self.booked.get(self.places[room_id], ())
        return not any(
            session_id != row.id and starts_at < row.ends_at and row.starts_at < ends_at
            for session_id, starts_at, ends_at in others
        )
