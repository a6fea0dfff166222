"""Which published sessions a feed shows, with what it needs to know of them. Nobody's name is among it."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, exists, false, or_, select

from scheduler.calendars.feeds import CANCELLED_KEPT
from scheduler.calendars.model import OWN, Purpose
from scheduler.calendars.tables import FeedRow
from scheduler.db import Db
from scheduler.people.sites import moves_of, site_on, today_in
from scheduler.people.tables import ParticipantRow, SiteChangeRow
from scheduler.plans.model import MemberRole, PlanState
from scheduler.plans.tables import GroupRow, MemberRow, PlanRow
from scheduler.programmes.firewall import NOBODY, closing_in, power_in
from scheduler.programmes.tables import ProgrammeRow, RoomRow, SiteRow
from scheduler.sessions.model import IN_WRITING, SessionStatus
from scheduler.sessions.phone_numbers import with_code
from scheduler.sessions.tables import AttendeeRow, JoinLinkRow, SessionRow
from solvers.vocabulary import CANNOT, NOT_KNOWN

_OF_ITS_GROUP: Final = and_(
    JoinLinkRow.programme_id == SessionRow.programme_id, JoinLinkRow.group_key == SessionRow.group_key
)
_HAS_FACILITATOR: Final = (
    exists()
    .where(
        MemberRow.group_id == GroupRow.id,
        MemberRow.role == MemberRole.FACILITATOR,
        GroupRow.key == SessionRow.group_key,
        GroupRow.plan_id == PlanRow.id,
        PlanRow.programme_id == SessionRow.programme_id,
        PlanRow.state == PlanState.PUBLISHED,
    )
    .correlate(SessionRow)
)


@dataclass(frozen=True, slots=True)
class Invitee:
    """Somebody invited to a session: as what, at which site they work then, what is known of whether they can come,
    whether they are not expected, since when, and whether they are on long leave then. To whom the group is ``closed``
    reads the time alone, but for a ``guest``: they are told where, and how to join. Who ``chairs`` it reads that; when
    they last got the turn or gave it up is ``turn_changed_at``. Who joins a session in person ``by_call`` is told how
    to join it instead of where it is; that was last otherwise at ``way_changed_at``."""

    person_id: int
    role: MemberRole
    site_id: int | None
    mark: str = NOT_KNOWN
    unexpected: bool = False
    unexpected_changed_at: datetime | None = None
    away: bool = False
    closed: bool = False
    guest: bool = False
    chairs: bool = False
    turn_changed_at: datetime | None = None
    by_call: bool = False
    way_changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PublishedSession:
    """A published session with what a feed needs to know of it; `url` and `phone` are its group's ways to join, and a
    group that is `facilitated` was formed with a facilitator."""

    row: SessionRow
    zone: str
    place: str
    invited: tuple[Invitee, ...]
    url: str = ""
    phone: str = ""
    programme: str = ""
    facilitated: bool = False

    @property
    def leading(self) -> tuple[Invitee, ...]:
        """The facilitators who are invited, deputies too."""
        return tuple(invited for invited in self.invited if invited.role == MemberRole.FACILITATOR)

    @property
    def is_unled(self) -> bool:
        """Whether no facilitator of a group that has one will be there, as far as is known; why is nobody's to read."""
        is_on = self.row.status != SessionStatus.CANCELLED and self.row.mode != IN_WRITING
        return self.facilitated and is_on and all(each.away or each.mark == CANNOT for each in self.leading)

    def place_of(self, person_id: int) -> Invitee | None:
        """What one person is at it."""
        return next((invited for invited in self.invited if invited.person_id == person_id), None)

    def expects(self, person_id: int) -> bool:
        """Whether somebody is invited and expected."""
        place = self.place_of(person_id)
        return place is not None and not place.unexpected

    def is_closed_to(self, person_id: int) -> bool:
        """Whether the group's pages are closed to somebody invited: they have power over somebody else there."""
        return any(invited.closed and invited.person_id == person_id for invited in self.invited)

    def is_away(self, person_id: int) -> bool:
        """Whether somebody invited is on long leave then: their calendar falls silent."""
        return any(invited.away and invited.person_id == person_id for invited in self.invited)


@dataclass(slots=True)
class Sessions:
    """Published sessions in order of time, found by whom and what they concern."""

    all: dict[int, list[PublishedSession]] = field(default_factory=lambda: defaultdict(list))
    by_person: dict[int, list[PublishedSession]] = field(default_factory=lambda: defaultdict(list))
    by_role: dict[tuple[int, int, str], list[PublishedSession]] = field(default_factory=lambda: defaultdict(list))
    by_group: dict[tuple[int, str], list[PublishedSession]] = field(default_factory=lambda: defaultdict(list))
    by_room: dict[int, list[PublishedSession]] = field(default_factory=lambda: defaultdict(list))
    by_site: dict[int, list[PublishedSession]] = field(default_factory=lambda: defaultdict(list))

    def add(self, session: PublishedSession) -> None:
        """File a session under everything it concerns."""
        row = session.row
        self.all[row.programme_id].append(session)
        self.by_group[row.programme_id, row.group_key].append(session)
        if row.room_id is not None:
            self.by_room[row.room_id].append(session)
        for invited in session.invited:
            if invited.away:
                continue  # their calendar falls silent
            self.by_person[invited.person_id].append(session)
            self.by_role[row.programme_id, invited.person_id, invited.role].append(session)
        for site_id in residents_off_site(session):
            self.by_site[site_id].append(session)

    def shown_in(self, feed: FeedRow) -> list[PublishedSession]:
        """The sessions of one feed, in order of time. What was cancelled before there was this feed is not in it: its
        reader has never seen that session."""
        return [session for session in self._about(feed) if not _is_older_news(session.row, feed)]

    def _about(self, feed: FeedRow) -> list[PublishedSession]:
        programme_id = feed.programme_id or 0
        match feed.purpose:
            case Purpose.PERSON:
                return self.by_person[feed.owner_id]
            case Purpose.BUSY:
                own = self.by_person[feed.owner_id]
                takes_place = [session for session in own if session.row.status != SessionStatus.CANCELLED]
                return [session for session in takes_place if session.expects(feed.owner_id)]
            case Purpose.RESIDENT | Purpose.FACILITATOR:
                return self.by_role[programme_id, feed.owner_id, feed.purpose]
            case Purpose.GROUP:
                group = self.by_group[programme_id, feed.group_key or ""]
                return [session for session in group if not session.is_away(feed.owner_id)]
            case Purpose.ROOM:
                return self.by_room[feed.room_id or 0]
            case Purpose.SITE:
                return self.by_site[feed.site_id or 0]
            case Purpose.PROGRAMME:
                return self.all[programme_id]
            case Purpose.COVER:
                return []  # it shows releases: `cover_contents`

    def is_in_group(self, feed: FeedRow, now: datetime) -> bool:
        """Whether the owner of a group's feed belongs to the group: is invited to what lies ahead, or, once nothing
        does, was invited at all. Whoever has moved to another group does not go on reading the old one's dates."""
        group = self.by_group[feed.programme_id or 0, feed.group_key or ""]
        ahead = [session for session in group if session.row.ends_at > now]
        return any(invited.person_id == feed.owner_id for session in ahead or group for invited in session.invited)


def _is_older_news(row: SessionRow, feed: FeedRow) -> bool:
    """Whether a session was cancelled before somebody made this feed."""
    cancelled = row.status == SessionStatus.CANCELLED and row.cancelled_at is not None
    return cancelled and row.cancelled_at is not None and row.cancelled_at < feed.created_at


def residents_off_site(session: PublishedSession) -> Mapping[int, int]:
    """How many residents of each site a session takes off their work."""
    here = (invited for invited in session.invited if not invited.away)
    residents = (invited.site_id for invited in here if invited.role == MemberRole.RESIDENT)
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
    match feed.purpose:
        case Purpose.PROGRAMME:
            return SessionRow.programme_id == feed.programme_id
        case Purpose.GROUP:
            return and_(SessionRow.programme_id == feed.programme_id, SessionRow.group_key == feed.group_key)
        case Purpose.ROOM:
            return SessionRow.room_id == feed.room_id
        case Purpose.SITE:
            to_come = select(SiteChangeRow.person_id).where(SiteChangeRow.site_id == feed.site_id)
            workers = select(ParticipantRow.person_id).where(
                or_(ParticipantRow.site_id == feed.site_id, ParticipantRow.person_id.in_(to_come))
            )
            return and_(SessionRow.programme_id == feed.programme_id, _inviting(AttendeeRow.person_id.in_(workers)))
        case Purpose.COVER:
            return false()
        case Purpose.PERSON | Purpose.BUSY | Purpose.RESIDENT | Purpose.FACILITATOR:
            return _inviting(AttendeeRow.person_id == feed.owner_id)


def of_feeds(feeds: Collection[FeedRow]) -> ColumnElement[bool]:
    """The sessions that any of these feeds shows, and perhaps a few more."""
    own = {feed.owner_id for feed in feeds if feed.purpose in OWN}
    others = [of_feed(feed) for feed in feeds if feed.purpose not in OWN]
    return or_(_inviting(AttendeeRow.person_id.in_(own)), *others)


def _inviting(who: ColumnElement[bool]) -> ColumnElement[bool]:
    return SessionRow.id.in_(select(AttendeeRow.session_id).where(who))


def load_sessions(db: Db, condition: ColumnElement[bool], now: datetime) -> Sessions:
    """Published sessions as of `now`, in two queries however many there are."""
    rows = db.execute(
        select(
            SessionRow,
            ProgrammeRow,
            RoomRow.name,
            SiteRow.name,
            JoinLinkRow.url,
            JoinLinkRow.phone,
            JoinLinkRow.code,
            _HAS_FACILITATOR,
        )
        .join(ProgrammeRow, ProgrammeRow.id == SessionRow.programme_id)
        .outerjoin(RoomRow, RoomRow.id == SessionRow.room_id)
        .outerjoin(SiteRow, SiteRow.id == SessionRow.site_id)
        .outerjoin(JoinLinkRow, _OF_ITS_GROUP)
        .where(condition)
        .order_by(SessionRow.starts_at, SessionRow.id)
    ).all()
    invited = _invited(db, condition, now)
    sessions = Sessions()
    for row, programme, room, site, url, phone, code, led in rows:
        if row.cancelled_at is None or row.cancelled_at > now - CANCELLED_KEPT:
            place, call = ", ".join(filter(None, (room, site))), with_code(phone or "", code or "")
            sessions.add(
                PublishedSession(
                    row, programme.zone, place, tuple(invited[row.id]), url or "", call, programme.name, bool(led)
                )
            )
    return sessions


def _invited(db: Db, condition: ColumnElement[bool], now: datetime) -> Mapping[int, list[Invitee]]:
    works_at = and_(
        ParticipantRow.programme_id == SessionRow.programme_id, ParticipantRow.person_id == AttendeeRow.person_id
    )
    rows = db.execute(
        select(
            AttendeeRow,
            ParticipantRow.site_id,
            SessionRow.starts_at,
            ProgrammeRow.id,
            ProgrammeRow.zone,
            SessionRow.chair_id,
        )
        .join(SessionRow, SessionRow.id == AttendeeRow.session_id)
        .join(ProgrammeRow, ProgrammeRow.id == SessionRow.programme_id)
        .outerjoin(ParticipantRow, works_at)
        .where(condition)
    ).all()
    moves = {programme_id: moves_of(db, programme_id) for programme_id in {row[3] for row in rows}}
    closing, power = closing_in(db, moves, now), power_in(db, moves, now)
    company: dict[int, set[int]] = defaultdict(set)
    for row, *_ in rows:
        company[row.session_id].add(row.person_id)
    invited: dict[int, list[Invitee]] = defaultdict(list)
    for row, site_id, starts_at, programme_id, zone, chair_id in rows:
        site = site_on(moves[programme_id], row.person_id, site_id, today_in(zone, starts_at)) if site_id else None
        invited[row.session_id].append(
            Invitee(
                row.person_id,
                row.role,
                site,
                row.mark,
                bool(row.unexpected),
                row.unexpected_changed_at,
                row.away,
                closed=not closing[programme_id].get(row.person_id, NOBODY).isdisjoint(company[row.session_id]),
                guest=row.person_id in power[programme_id].guests,
                chairs=row.person_id == chair_id,
                turn_changed_at=row.turn_changed_at,
                by_call=row.by_call,
                way_changed_at=row.way_changed_at,
            )
        )
    return invited
