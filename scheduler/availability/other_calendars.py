"""People's other calendars: taken as busy time, fetched again in the background, stale when they fall silent."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, delete, insert, select

from scheduler.audit.service import record
from scheduler.availability.busy import Busy
from scheduler.availability.calendar_download import Fetched, NotFetched, checked_address, must_be_encrypted
from scheduler.availability.isolated_reader import read_busy_isolated
from scheduler.availability.model import AllDay
from scheduler.availability.tables import BusyCalendarRow, BusySpanRow
from scheduler.changes import Fact, note
from scheduler.db import Database, Db
from scheduler.errors import MentorRoundsError, NotAllowed, NotFound
from scheduler.languages import mark, say
from scheduler.people.model import Actor
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.programmes.tables import ProgrammeRow, SiteRow
from scheduler.rotas.model import UnreadableFile

EVERY = timedelta(hours=4)
STALE_AFTER = timedelta(days=2)
_LONGEST_WAIT = timedelta(days=1)
_BEHIND, _AHEAD = timedelta(days=7), timedelta(days=400)
_AT_A_TIME = 50
_NOT_READ = mark("The calendar could not be read.")


class Fetches(Protocol):
    """Whoever brings the calendar from an address; :class:`~scheduler.availability.calendar_download.Fetcher` does."""

    def fetch(self, address: str, etag: str = "") -> Fetched:
        """The calendar, or NotFetched."""


class Reads(Protocol):
    """Opens transactions that only look."""

    def reading(self) -> AbstractContextManager[Db]:
        """One of them."""


@dataclass(frozen=True, slots=True)
class OtherCalendar:
    """A calendar as its owner sees it. The address itself is a secret and never shown again, only its server."""

    id: int
    server: str
    all_day: str
    fetched_at: datetime | None
    stale: bool
    trouble: str
    skipped: int


def list_calendars(db: Db, actor: Actor, now: datetime) -> tuple[OtherCalendar, ...]:
    """The actor's own calendars."""
    rows = db.scalars(
        select(BusyCalendarRow).where(BusyCalendarRow.person_id == _person(actor)).order_by(BusyCalendarRow.id)
    )
    return tuple(_shown(row, now) for row in rows)


def add_address(db: Db, actor: Actor, address: str, now: datetime) -> int:
    """Take a calendar by its address; it is fetched in the background soon. Raises ``NotFetched`` for a bad address."""
    must_be_encrypted(checked_address(address))
    return _add(db, actor, address.strip(), now, next_fetch_at=now).id


def read_file(database: Reads, actor: Actor, content: bytes, now: datetime) -> Busy:
    """The busy time of a calendar that somebody uploads, read while no transaction is open. Raises
    ``UnreadableFile``."""
    with database.reading() as db:
        zone = _zone(db, _person(actor))
    return _read(content, zone, now)


def add_file(db: Db, actor: Actor, busy: Busy, now: datetime) -> int:
    """Take an uploaded calendar once, as it was read; the file is not kept."""
    row = _add(db, actor, "", now, next_fetch_at=None)
    row.fetched_at = now
    _store(db, row, busy)
    _note_time(db, row.person_id, now)
    return row.id


def answer_all_day(db: Db, actor: Actor, calendar_id: int, *, are_leave: bool, now: datetime) -> None:
    """Say what the calendar's all-day events mean: leave, or nothing (birthdays, reminders)."""
    row = _own(db, actor, calendar_id)
    row.all_day = AllDay.LEAVE if are_leave else AllDay.IGNORE
    db.flush()
    _note_time(db, row.person_id, now)


def remove(db: Db, actor: Actor, calendar_id: int, now: datetime) -> None:
    """Forget a calendar and the time taken in it."""
    row = _own(db, actor, calendar_id)
    db.delete(row)
    db.flush()
    record(db, actor, "calendar.removed", now, None)
    _note_time(db, row.person_id, now)


def any_due(db: Db, now: datetime) -> bool:
    """Whether a calendar waits to be fetched."""
    return db.scalar(select(BusyCalendarRow.id).where(*_due(now)).limit(1)) is not None


def refresh_due(database: Database, now: datetime, fetcher: Fetches) -> int:
    """Fetch every calendar whose turn it is; returns how many. For the background: no transaction is open meanwhile.

    Each is put off before it is asked: one on which the work itself breaks off does not come first again next time.
    """
    with database.reading() as db:
        due = db.execute(
            select(BusyCalendarRow.id, BusyCalendarRow.person_id, BusyCalendarRow.address, BusyCalendarRow.etag)
            .where(*_due(now))
            .order_by(BusyCalendarRow.next_fetch_at)
            .limit(_AT_A_TIME)
        ).all()
    for calendar_id, person_id, address, etag in due:
        with database.writing() as db:
            if (row := db.get(BusyCalendarRow, calendar_id)) is not None:
                _put_off(row, now)
        with database.reading() as db:
            zone = _zone(db, person_id)
        answer = _fetched(fetcher, address, etag, zone, now)
        with database.writing() as db:
            if (row := db.get(BusyCalendarRow, calendar_id)) is not None:
                _take(db, row, answer, now)
    return len(due)


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return BusyCalendarRow.next_fetch_at <= now, BusyCalendarRow.address != ""


@dataclass(frozen=True, slots=True)
class _Got:
    """What came of an address: the busy time, None where it is as before."""

    busy: Busy | None
    etag: str


def _fetched(fetcher: Fetches, address: str, etag: str, zone: ZoneInfo, now: datetime) -> _Got | MentorRoundsError:
    try:
        fetched = fetcher.fetch(address, etag)
        return _Got(None if fetched.body is None else _read(fetched.body, zone, now), fetched.etag)
    except (NotFetched, UnreadableFile) as trouble:
        return trouble


def _take(db: Db, row: BusyCalendarRow, answer: _Got | MentorRoundsError, now: datetime) -> None:
    """Keep what came. Whatever fails leaves the busy time as it was: silence never makes anybody free."""
    if isinstance(answer, MentorRoundsError):
        row.trouble = answer.message
        return
    if answer.busy is not None:
        _store(db, row, answer.busy)
    row.etag, row.fetched_at, row.next_fetch_at = answer.etag, now, now + EVERY
    row.failures, row.trouble = 0, ""
    db.flush()
    if answer.busy is not None:
        _note_time(db, row.person_id, now)


def _put_off(row: BusyCalendarRow, now: datetime) -> None:
    """Unless it goes well, ask again later, ever later: after 4, 8, 16 hours, then once a day."""
    row.failures += 1
    row.trouble = _NOT_READ
    row.next_fetch_at = now + min(_LONGEST_WAIT, EVERY * 2 ** min(row.failures - 1, 4))


def _add(db: Db, actor: Actor, address: str, now: datetime, *, next_fetch_at: datetime | None) -> BusyCalendarRow:
    row = BusyCalendarRow(
        person_id=_person(actor),
        address=address,
        all_day=AllDay.ASK,
        added_at=now,
        fetched_at=None,
        next_fetch_at=next_fetch_at,
        failures=0,
        trouble="",
        etag="",
        skipped=0,
    )
    db.add(row)
    db.flush()
    record(db, actor, "calendar.added", now, None)
    return row


def _read(content: bytes, zone: ZoneInfo, now: datetime) -> Busy:
    return read_busy_isolated(content, zone, (now - _BEHIND).date(), (now + _AHEAD).date())


def _store(db: Db, row: BusyCalendarRow, busy: Busy) -> None:
    """Replace the time taken: moments only, no titles, places or people."""
    db.execute(delete(BusySpanRow).where(BusySpanRow.calendar_id == row.id))
    spans = [(span, False) for span in busy.timed] + [(span, True) for span in busy.all_day]
    rows = [
        {"calendar_id": row.id, "starts_at": span.start, "ends_at": span.end, "all_day": all_day}
        for span, all_day in spans
    ]
    if rows:
        db.execute(insert(BusySpanRow), rows)
    row.skipped = busy.skipped
    db.flush()


def _zone(db: Db, person_id: int) -> ZoneInfo:
    """The person's own zone, else that of a site they work at, else UTC."""
    own = db.scalars(select(PersonRow.zone).where(PersonRow.id == person_id)).first()
    site = db.scalars(
        select(SiteRow.zone)
        .join(ParticipantRow, ParticipantRow.site_id == SiteRow.id)
        .where(ParticipantRow.person_id == person_id)
    ).first()
    return ZoneInfo(own or site or "UTC")


def _note_time(db: Db, person_id: int, now: datetime) -> None:
    for programme_id in _programmes(db, person_id, now):
        note(db, Fact.TIME, programme_id, now, (person_id,))


def _programmes(db: Db, person_id: int, now: datetime) -> Iterable[int]:
    """The programmes still going on that the person takes part in."""
    return db.scalars(
        select(ParticipantRow.programme_id)
        .join(ProgrammeRow, ProgrammeRow.id == ParticipantRow.programme_id)
        .where(
            ParticipantRow.person_id == person_id,
            ParticipantRow.left_at.is_(None),
            ProgrammeRow.last_day >= now.date() - timedelta(days=1),
        )
        .order_by(ParticipantRow.programme_id)  # each is locked, and always in the same order
    ).all()


def _shown(row: BusyCalendarRow, now: datetime) -> OtherCalendar:
    server = (checked_address(row.address).hostname or "") if row.address else ""
    last = row.fetched_at or row.added_at
    stale = bool(row.address) and row.failures > 0 and now - last > STALE_AFTER
    return OtherCalendar(row.id, server, row.all_day, row.fetched_at, stale, say(row.trouble), row.skipped)


def _own(db: Db, actor: Actor, calendar_id: int) -> BusyCalendarRow:
    row = db.get(BusyCalendarRow, calendar_id)
    if row is None:
        raise NotFound(say("We can’t find that calendar."))
    if row.person_id != actor.person_id:
        raise NotAllowed(say("That calendar belongs to someone else."))
    return row


def _person(actor: Actor) -> int:
    if actor.person_id is None:
        raise NotAllowed(say("Only people can add calendars."))
    return actor.person_id
