"""Which published sessions a feed shows, and how each of its audiences sees them. Nobody's name is among it."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Final, cast

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from scheduler.calendars.feeds import CANCELLED_KEPT, Purpose
from scheduler.calendars.model import Event, Status
from scheduler.calendars.tables import FeedRow, MeetingRow
from scheduler.calendars.wording import Wording
from scheduler.people.tables import ParticipantRow
from scheduler.programmes.tables import ProgrammeRow, RoomRow, SiteRow
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import AttendeeRow, SessionRow

_OF_ITS_GROUP: Final = and_(
    MeetingRow.programme_id == SessionRow.programme_id, MeetingRow.group_key == SessionRow.group_key
)
_PRIVATE: Final = frozenset({Purpose.PERSON, Purpose.GROUP})
"""Views of the people concerned. They alone are told how to join, and calendars that they share with colleagues show
the time as taken without a title."""


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody invited to a session: as what, and at which site they work."""

    person_id: int
    role: str
    site_id: int | None


@dataclass(frozen=True, slots=True)
class Published:
    """A published session with what a feed needs to know of it; `url` and `phone` are its group's ways to join."""

    row: SessionRow
    zone: str
    place: str
    invited: tuple[Invited, ...]
    url: str = ""
    phone: str = ""


@dataclass(slots=True)
class Sessions:
    """Published sessions in order of time, found by whom and what they concern."""

    all: dict[int, list[Published]] = field(default_factory=lambda: defaultdict(list))
    by_person: dict[int, list[Published]] = field(default_factory=lambda: defaultdict(list))
    by_role: dict[tuple[int, int, str], list[Published]] = field(default_factory=lambda: defaultdict(list))
    by_group: dict[tuple[int, str], list[Published]] = field(default_factory=lambda: defaultdict(list))
    by_room: dict[int, list[Published]] = field(default_factory=lambda: defaultdict(list))
    by_site: dict[int, list[Published]] = field(default_factory=lambda: defaultdict(list))

    def add(self, session: Published) -> None:
        """File a session under everything it concerns."""
        row = session.row
        self.all[row.programme_id].append(session)
        self.by_group[row.programme_id, row.group_key].append(session)
        if row.room_id is not None:
            self.by_room[row.room_id].append(session)
        for invited in session.invited:
            self.by_person[invited.person_id].append(session)
            self.by_role[row.programme_id, invited.person_id, invited.role].append(session)
        for site_id in released(session):
            self.by_site[site_id].append(session)

    def shown_in(self, feed: FeedRow) -> list[Published]:
        """The sessions of one feed, in order of time."""
        programme_id = feed.programme_id or 0
        match Purpose(feed.purpose):
            case Purpose.PERSON:
                return self.by_person[feed.owner_id]
            case Purpose.BUSY:
                own = self.by_person[feed.owner_id]
                return [session for session in own if session.row.status != SessionStatus.CANCELLED]
            case Purpose.RESIDENT | Purpose.FACILITATOR:
                return self.by_role[programme_id, feed.owner_id, feed.purpose]
            case Purpose.GROUP:
                return self.by_group[programme_id, feed.group_key or ""]
            case Purpose.ROOM:
                return self.by_room[feed.room_id or 0]
            case Purpose.SITE:
                return self.by_site[feed.site_id or 0]
            case Purpose.PROGRAMME:
                return self.all[programme_id]

    def is_in_group(self, feed: FeedRow, now: datetime) -> bool:
        """Whether the owner of a group's feed belongs to the group: is invited to what lies ahead, or, once nothing
        does, was invited at all. Whoever has moved to another group does not go on reading the old one's dates."""
        group = self.by_group[feed.programme_id or 0, feed.group_key or ""]
        ahead = [session for session in group if session.row.ends_at > now]
        return any(invited.person_id == feed.owner_id for session in ahead or group for invited in session.invited)


def released(session: Published) -> Mapping[int, int]:
    """How many residents of each site a session takes off their work."""
    residents = (invited.site_id for invited in session.invited if invited.role == "resident")
    return Counter(site_id for site_id in residents if site_id is not None)


def of_programme(programme_id: int) -> ColumnElement[bool]:
    """The sessions that a change in one programme may bring into feeds: its own, and those of people who also have
    a feed over all their programmes."""
    holders = select(FeedRow.owner_id).join(ParticipantRow, ParticipantRow.person_id == FeedRow.owner_id)
    over_all = holders.where(FeedRow.programme_id.is_(None), ParticipantRow.programme_id == programme_id)
    elsewhere = select(AttendeeRow.session_id).where(AttendeeRow.person_id.in_(over_all))
    return or_(SessionRow.programme_id == programme_id, SessionRow.id.in_(elsewhere))


def of_feed(feed: FeedRow) -> ColumnElement[bool]:
    """The sessions that one feed shows, and where it belongs to a group or a place perhaps a few more."""
    match Purpose(feed.purpose):
        case Purpose.PROGRAMME:
            return SessionRow.programme_id == feed.programme_id
        case Purpose.GROUP:
            return and_(SessionRow.programme_id == feed.programme_id, SessionRow.group_key == feed.group_key)
        case Purpose.ROOM:
            return SessionRow.room_id == feed.room_id
        case Purpose.SITE:
            workers = select(ParticipantRow.person_id).where(ParticipantRow.site_id == feed.site_id)
            return and_(SessionRow.programme_id == feed.programme_id, _inviting(AttendeeRow.person_id.in_(workers)))
        case Purpose.PERSON | Purpose.BUSY | Purpose.RESIDENT | Purpose.FACILITATOR:
            return _inviting(AttendeeRow.person_id == feed.owner_id)


def _inviting(who: ColumnElement[bool]) -> ColumnElement[bool]:
    return SessionRow.id.in_(select(AttendeeRow.session_id).where(who))


def load_sessions(db: Session, condition: ColumnElement[bool], now: datetime) -> Sessions:
    """Published sessions as of `now`, in two queries however many there are."""
    rows = db.execute(
        select(SessionRow, ProgrammeRow.zone, RoomRow.name, SiteRow.name, MeetingRow.url, MeetingRow.phone)
        .join(ProgrammeRow, ProgrammeRow.id == SessionRow.programme_id)
        .outerjoin(RoomRow, RoomRow.id == SessionRow.room_id)
        .outerjoin(SiteRow, SiteRow.id == SessionRow.site_id)
        .outerjoin(MeetingRow, _OF_ITS_GROUP)
        .where(condition)
        .order_by(SessionRow.starts_at, SessionRow.id)
    ).all()
    invited = _invited(db, condition)
    sessions = Sessions()
    for row, zone, room, site, url, phone in rows:
        if row.cancelled_at is None or row.cancelled_at > now - CANCELLED_KEPT:
            place = ", ".join(filter(None, (room, site)))
            sessions.add(Published(row, zone, place, tuple(invited[row.id]), url or "", phone or ""))
    return sessions


def _invited(db: Session, condition: ColumnElement[bool]) -> Mapping[int, list[Invited]]:
    works_at = and_(
        ParticipantRow.programme_id == SessionRow.programme_id, ParticipantRow.person_id == AttendeeRow.person_id
    )
    rows = db.execute(
        select(AttendeeRow.session_id, AttendeeRow.person_id, AttendeeRow.role, ParticipantRow.site_id)
        .join(SessionRow, SessionRow.id == AttendeeRow.session_id)
        .outerjoin(ParticipantRow, works_at)
        .where(condition)
    )
    invited: dict[int, list[Invited]] = defaultdict(list)
    for session_id, person_id, role, site_id in rows:
        invited[session_id].append(Invited(person_id, role, site_id))
    return invited


@dataclass(frozen=True, slots=True)
class View:
    """How an audience sees a session. Feeds with equal views show the same event, so it is rendered once for all.

    `apart` keeps busy times of different feeds apart: equal UIDs would tell who sits in one session. `alarm_minutes`
    and `names_group` are what the feed's owner chose.
    """

    purpose: Purpose
    language: str
    site_id: int = 0
    site: str = ""
    apart: str = ""
    alarm_minutes: int = 0
    names_group: bool = False


def view_of(feed: FeedRow, language: str, site: str) -> View:
    """The view of a feed, as wide as it can be without showing more than its purpose needs."""
    purpose, alarm_minutes = Purpose(feed.purpose), feed.alarm_minutes or 0
    match purpose:
        case Purpose.BUSY:
            return View(purpose, language, apart=feed.digest)
        case Purpose.SITE:
            return View(purpose, language, site_id=feed.site_id or 0, site=site)
        case Purpose.PERSON | Purpose.RESIDENT:
            return View(Purpose.PERSON, language, alarm_minutes=alarm_minutes, names_group=feed.names_group)
        case Purpose.FACILITATOR | Purpose.GROUP:
            return View(Purpose.GROUP, language, alarm_minutes=alarm_minutes)
        case Purpose.PROGRAMME | Purpose.ROOM:
            return View(Purpose.PROGRAMME, language)


def event_in(view: View, session: Published, wording: Wording) -> Event:
    """A session as an audience sees it: neutral to its own people, by its group's name to those who have many."""
    row = session.row
    own = view.purpose in _PRIVATE
    url = session.url if own else ""
    event = Event(
        uid=row.uid,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        zone=session.zone,
        title=row.group_name,
        created_at=row.created_at,
        changed_at=row.changed_at,
        status=cast(Status, row.status),
        sequence=row.sequence,
        description=wording.about.format(group=row.group_name, model=row.model_name, round=row.round + 1),
        location=session.place or ("" if url else _from_afar(row.mode, wording)),
        conference_url=url,
        phone=session.phone if own else "",
        categories=(wording.person,),
        private=own,
        alarm_minutes=view.alarm_minutes,
    )
    return _narrowed(event, view, session, wording)


def _from_afar(mode: str, wording: Wording) -> str:
    return {"video": wording.video, "phone": wording.phone}.get(mode, "")


def _narrowed(event: Event, view: View, session: Published, wording: Wording) -> Event:
    match view.purpose:
        case Purpose.PERSON:
            return event if view.names_group else replace(event, title=wording.session)
        case Purpose.SITE:
            count = released(session)[view.site_id]
            return replace(event, title=wording.cover.format(count=count, site=view.site), location="")
        case Purpose.BUSY:
            uid = sha256(f"{view.apart}:{event.uid}".encode()).hexdigest()[:32]
            return replace(event, uid=uid, title=wording.busy, description="", location="", categories=())
        case _:
            return event
