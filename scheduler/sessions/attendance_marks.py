"""Whether the people invited to a session can come, as things stand: brought up to date when anybody's time changes.

Who is invited to two sessions at once, of whatever programmes, can come to the one whose date has stood for longer,
unless they have apologised for that one. The time to travel between two programmes' sites counts as well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select

from scheduler.availability.intervals import Interval
from scheduler.availability.service import marks_at, stored_marks
from scheduler.bookings.tables import BookedPersonRow
from scheduler.bookings.ways import NO_WAYS, Ways, ways
from scheduler.db import Db
from scheduler.programmes.model import Programme
from scheduler.sessions.concerned_places import concerned_places
from scheduler.sessions.model import IN_WRITING, DeputyState, SessionStatus
from scheduler.sessions.quorum import who_is_sorry
from scheduler.sessions.tables import AttendeeRow, DeputyRow, SessionRow
from solvers.vocabulary import CAN, CANNOT, COMING, IF_NEED_BE, IN_PERSON


@dataclass(frozen=True, slots=True)
class Booking:
    """A session as it takes somebody's time: since when its date stands, as far as that is known, its id, and when;
    ``site_id`` is where to be in person. One that ``stands`` goes before all others; one ``in_writing``
    takes no time."""

    since: datetime
    session_id: int
    span: Interval
    programme_id: int
    site_id: int | None
    stands: bool = False
    in_writing: bool = False

    def goes_before(self, other: Booking, known: Ways) -> bool:
        """Whether it is another session, too near for anybody to be at both, whose date has stood for longer."""
        if self.in_writing or other.in_writing:
            return False
        if self.session_id == other.session_id or not self._is_in_the_way_of(other, known):
            return False
        return self.stands or (self.since, self.session_id) < (other.since, other.session_id)

    def _is_in_the_way_of(self, other: Booking, known: Ways) -> bool:
        same = self.programme_id == other.programme_id
        way = timedelta() if same else known.between(self.site_id, other.site_id)
        return self.span.start < other.span.end + way and other.span.start < self.span.end + way


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody's place at a session ahead."""

    row: AttendeeRow
    round: int
    booking: Booking


def bring_marks_up_to_date(
    db: Db,
    programme: Programme,
    now: datetime,
    people: Collection[int] | None,
    sessions: Collection[int] | None,
    beside: Collection[int] = (),
) -> frozenset[int]:
    """Set for these people, and for everybody at these sessions (None: for all of them), whether they can come to what
    lies ahead. Returns the ids of the sessions for which anything is other than it was.

    Whoever has said that they stand in as a deputy can come, unless they cannot. The mark of somebody of whom nothing
    has been worked out yet stays as it is. What is booked in a programme that is not looked at now, as those
    ``beside`` are, stands.
    """
    places = _ahead(db, programme.id, now, concerned_places(db, people, sessions))
    marks = _Marks(db, programme, places)
    standing_in = _standing_in(db, places)
    booked = bookings_of(db, {place.row.person_id for place in places}, now, {programme.id, *beside})
    known = ways_between(db, booked)
    changed: set[int] = set()
    for place in places:
        mark = marks.of(place)
        key = (place.row.session_id, place.row.person_id)
        if mark in COMING and key in standing_in:
            mark = CAN
        if place.booking.in_writing:
            mark = CAN
        if any(other.goes_before(place.booking, known) for other in booked[place.row.person_id]):
            mark = CANNOT
        if _take(place.row, mark, now):
            changed.add(place.row.session_id)
    db.flush()
    return frozenset(changed)


def people_elsewhere(
    db: Db, programme_id: int, now: datetime, people: Collection[int], sessions: Collection[int] | None
) -> Mapping[int, frozenset[int]]:
    """Those of these people, and of those at these sessions (None: at all), who have sessions ahead, by programme: what
    becomes of one session may free or take their time for another.
    """
    of_sessions = SessionRow.programme_id == programme_id
    if sessions is not None:
        of_sessions = and_(of_sessions, SessionRow.id.in_(sessions))
    invited = select(AttendeeRow.person_id).join(SessionRow, SessionRow.id == AttendeeRow.session_id).where(of_sessions)
    rows = db.execute(
        select(SessionRow.programme_id, AttendeeRow.person_id)
        .join(AttendeeRow, AttendeeRow.session_id == SessionRow.id)
        .where(
            SessionRow.ends_at > now,
            or_(AttendeeRow.person_id.in_(people), AttendeeRow.person_id.in_(invited)),
        )
        .distinct()
    )
    found: dict[int, set[int]] = defaultdict(set)
    for other_id, person_id in rows:
        found[other_id].add(person_id)
    return {other_id: frozenset(whom) for other_id, whom in found.items()}


def bookings_of(
    db: Db, people: Collection[int], now: datetime, looked_at: Collection[int] = ()
) -> Mapping[int, list[Booking]]:
    """The sessions that take these people's time, in whatever programme; what is booked in one that is not
    ``looked_at`` now stands."""
    rows = db.execute(
        select(AttendeeRow.person_id, BookedPersonRow.session_id, *BOOKING_COLUMNS, AttendeeRow.by_call)
        .join(SessionRow, SessionRow.id == AttendeeRow.session_id)
        .outerjoin(
            BookedPersonRow,
            and_(
                BookedPersonRow.session_id == AttendeeRow.session_id, BookedPersonRow.person_id == AttendeeRow.person_id
            ),
        )
        .where(
            AttendeeRow.person_id.in_(people),
            SessionRow.ends_at > now,
            SessionRow.status != SessionStatus.CANCELLED,
        )
    ).all()
    sorry = who_is_sorry(db, SessionRow.id.in_({row.id for row in rows}))
    found: dict[int, list[Booking]] = defaultdict(list)
    for person_id, is_booked, *session in rows:
        booking = booking_of(*session)
        if (booking.session_id, person_id) in sorry:
            continue
        as_it_is = booking.span.start <= now or booking.programme_id not in looked_at
        found[person_id].append(replace(booking, stands=is_booked is not None and as_it_is))
    return found


def ways_between(db: Db, booked: Mapping[int, Collection[Booking]]) -> Ways:
    """The ways between sites, as far as they are needed: if anybody has sessions in several programmes."""
    several = any(len({booking.programme_id for booking in bookings}) > 1 for bookings in booked.values())
    return ways(db) if several else NO_WAYS


BOOKING_COLUMNS = (
    SessionRow.agreed_at,
    SessionRow.created_at,
    SessionRow.id,
    SessionRow.starts_at,
    SessionRow.ends_at,
    SessionRow.programme_id,
    SessionRow.mode,
    SessionRow.site_id,
)


def booking_of(
    agreed: datetime | None,
    created: datetime,
    session_id: int,
    start: datetime,
    end: datetime,
    programme_id: int,
    mode: str,
    site_id: int | None,
    by_call: bool = False,
) -> Booking:
    """A session as it takes somebody's time, from :data:`BOOKING_COLUMNS` and whether they join it by call."""
    where = site_id if mode == IN_PERSON and not by_call else None
    in_writing = mode == IN_WRITING
    return Booking(agreed or created, session_id, Interval(start, end), programme_id, where, in_writing=in_writing)


def _ahead(db: Db, programme_id: int, now: datetime, concerned: ColumnElement[bool]) -> list[Invited]:
    rows = db.execute(
        select(AttendeeRow, SessionRow.round, *BOOKING_COLUMNS, AttendeeRow.by_call)
        .join(SessionRow, SessionRow.id == AttendeeRow.session_id)
        .where(
            SessionRow.programme_id == programme_id,
            SessionRow.starts_at > now,
            SessionRow.status != SessionStatus.CANCELLED,
            concerned,
        )
    )
    return [Invited(row, round_, booking_of(*session)) for row, round_, *session in rows]


def _standing_in(db: Db, places: Iterable[Invited]) -> set[tuple[int, int]]:
    """Accepted deputies, as pairs of session and person."""
    ids = {place.row.session_id for place in places}
    accepted = (DeputyRow.session_id.in_(ids), DeputyRow.state == DeputyState.ACCEPTED)
    rows = db.execute(select(DeputyRow.session_id, DeputyRow.person_id).where(*accepted))
    return {(session_id, person_id) for session_id, person_id in rows}


def _take(row: AttendeeRow, mark: str, now: datetime) -> bool:
    """Note what is known of somebody, and since when they are away or no longer; returns whether anything is other
    than it was."""
    away = mark == CANNOT
    if (row.mark, row.unexpected) == (mark, away):
        return False
    if bool(row.unexpected) != away:
        row.unexpected_changed_at = now
    row.mark, row.unexpected = mark, away
    return True


class _Marks:
    """Marks at the programme's slots as they are kept; at other times, which few sessions have, and of another length,
    as they have after the programme's was changed, worked out here."""

    def __init__(self, db: Db, programme: Programme, places: Sequence[Invited]) -> None:
        slots = programme.slots()
        self._index = {(slot.starts_at, slot.round): index for index, slot in enumerate(slots)}
        self._stored = stored_marks(db, programme.id, len(slots), {place.row.person_id for place in places})
        self._programme = programme
        elsewhere = [place for place in places if self._slot(place) is None]
        self._spans = {span: index for index, span in enumerate(sorted({place.booking.span for place in elsewhere}))}
        people = sorted({place.row.person_id for place in elsewhere})
        self._worked_out: Mapping[int, str] = marks_at(db, programme, people, tuple(self._spans)) if people else {}
        hindered = [each for each in places if each.row.by_call and self._here(each) in (CANNOT, IF_NEED_BE)]
        self._from_afar = self._without_a_way(db, hindered)

    def of(self, place: Invited) -> str:
        """The mark of somebody for a session; their present one where nothing is known."""
        calling = self._from_afar.get((place.row.person_id, place.booking.span), "")
        return calling if place.row.by_call and calling in COMING else self._here(place)

    def _here(self, place: Invited) -> str:
        index = self._slot(place)
        if index is None:
            found = self._worked_out.get(place.row.person_id)
            return found[self._spans[place.booking.span]] if found else place.row.mark
        stored = self._stored.get(place.row.person_id)
        return stored[index] if stored else place.row.mark

    def _without_a_way(self, db: Db, calling: Sequence[Invited]) -> Mapping[tuple[int, Interval], str]:
        """The marks of those who join by call, whom no way keeps from it, at the times at which they do."""
        people, spans = {place.row.person_id for place in calling}, {place.booking.span for place in calling}
        if not people:
            return {}
        times = sorted(spans)
        found = marks_at(db, self._programme, sorted(people), times, from_afar=True)
        return {(who, span): marks[place] for who, marks in found.items() for place, span in enumerate(times)}

    def _slot(self, place: Invited) -> int | None:
        span = place.booking.span
        usual = self._programme.is_usual_length(span.start, span.end)
        return self._index.get((span.start, place.round)) if usual else None
