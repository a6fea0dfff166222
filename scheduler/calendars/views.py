"""How each audience of a feed sees a published session: as an event without anybody's name."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final

from scheduler.calendars.contents import Invitee, PublishedSession, residents_off_site
from scheduler.calendars.model import Event, Purpose
from scheduler.calendars.tables import FeedRow
from scheduler.calendars.wording import Wording
from scheduler.plans.model import MemberRole
from scheduler.sessions.model import IN_WRITING, SessionStatus
from solvers.vocabulary import COMING, PHONE, VIDEO

PRIVATE: Final = frozenset({Purpose.PERSON, Purpose.GROUP})
"""Views of the people concerned. They alone are told how to join, and calendars that they share with colleagues show
the time as taken without a title."""


@dataclass(frozen=True, slots=True)
class View:
    """How an audience sees a session. Feeds with equal views show the same event, so it is rendered once for all.

    `apart` keeps busy times of different feeds apart: equal UIDs would tell who sits in one session. `alarm_minutes`
    and `names_group` are what the feed's owner chose; `names_programme` tells the sessions of several programmes apart;
    whoever `leads` reads how many can come.
    """

    purpose: Purpose
    language: str
    site_id: int = 0
    site: str = ""
    apart: str = ""
    alarm_minutes: int = 0
    names_group: bool = False
    names_programme: bool = False
    leads: bool = False


def view_of(feed: FeedRow, language: str, site: str, shown: Iterable[PublishedSession] = ()) -> View:
    """The view of a feed, as wide as it can be without showing more than its purpose needs."""
    purpose, alarm_minutes = feed.purpose, feed.alarm_minutes or 0
    match purpose:
        case Purpose.BUSY:
            return View(purpose, language, apart=feed.digest)
        case Purpose.SITE:
            return View(purpose, language, site_id=feed.site_id or 0, site=site)
        case Purpose.PERSON | Purpose.RESIDENT:
            return View(
                Purpose.PERSON,
                language,
                alarm_minutes=alarm_minutes,
                names_group=feed.names_group,
                names_programme=len({session.row.programme_id for session in shown}) > 1,
            )
        case Purpose.FACILITATOR | Purpose.GROUP:
            return View(Purpose.GROUP, language, alarm_minutes=alarm_minutes, leads=purpose is Purpose.FACILITATOR)
        case Purpose.PROGRAMME | Purpose.ROOM | Purpose.COVER:
            return View(Purpose.PROGRAMME, language)


def event_of(
    view: View, session: PublishedSession, wording: Wording, place: Invitee | None = None, *, by_call: bool = False
) -> Event:
    """A session as an audience sees it: neutral to its own people, by its group's name to those who have many.

    `place` is what the reader is at it, where the event tells them whether they are expected. Who joins a session in
    person `by_call` reads how, with the room in the description.
    """
    row = session.row
    own = view.purpose in PRIVATE
    joins = own and (view.purpose is Purpose.PERSON or place is not None)  # who looks after a group joins no session
    url = session.url if joins else ""
    about = wording.about.format(group=row.group_name, model=row.model_name, round=row.round + 1)
    about = f"{about} · {session.programme}" if view.names_programme else about
    by_call = own and (by_call or (place is not None and place.by_call))
    about = f"{about}\n{wording.by_call.format(place=session.place)}" if by_call else about
    event = Event(
        uid=row.uid,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        zone=session.zone,
        title=row.group_name,
        created_at=row.created_at,
        changed_at=row.changed_at,
        status=row.status,
        sequence=row.sequence,
        description=about,
        takes_time=row.mode != IN_WRITING,
        location=_location(session, wording, url, by_call=by_call),
        conference_url=url,
        phone=session.phone if joins else "",
        categories=(wording.person,),
        private=own,
        alarm_minutes=view.alarm_minutes,
    )
    return _for_reader(_narrowed(event, view, session, wording), view, session, wording, place)


def _for_reader(event: Event, view: View, session: PublishedSession, wording: Wording, place: Invitee | None) -> Event:
    """The event as one of its own people gets it: whoever is not expected reads so, and is neither busy nor reminded.
    The moment since when that is so or no longer is one of a change, since some clients take no other for new. To whom
    the group is closed gets the time, without the group, its place and its ways to join."""
    if place is not None and place.closed and not place.guest:
        return replace(
            event, title=wording.session, description="", location="", conference_url="", phone="", alarm_minutes=0
        )
    if view.purpose in PRIVATE and session.facilitated:
        led_since = filter(None, (each.unexpected_changed_at for each in session.leading))
        description = f"{event.description}\n{wording.unled}" if session.is_unled else event.description
        event = replace(event, description=description, changed_at=max((event.changed_at, *led_since)))
    if view.leads:
        here = [invited for invited in session.invited if not invited.away]
        residents = [invited for invited in here if invited.role == MemberRole.RESIDENT]
        coming = sum(invited.mark in COMING for invited in residents)
        counted = wording.coming.format(coming=coming, all=len(residents))
        event = replace(event, description=f"{event.description}\n{counted}")
    if place is None or event.status is SessionStatus.CANCELLED:
        return event
    known = (place.unexpected_changed_at, place.turn_changed_at, place.way_changed_at)
    event = replace(event, changed_at=max((event.changed_at, *filter(None, known))))
    if not place.unexpected:
        chairing = f"{event.description}\n{wording.chairing}"
        return replace(event, description=chairing) if place.chairs else event
    title = wording.not_expected.format(title=event.title)
    description = "\n".join(filter(None, (wording.not_expected_more, event.description)))
    return replace(event, title=title, description=description, takes_time=False, alarm_minutes=0)


def _location(session: PublishedSession, wording: Wording, url: str, *, by_call: bool) -> str:
    """Where somebody has to be; where that is nowhere and no address says it, how they meet."""
    if by_call:
        return "" if url else wording.phone if session.phone else wording.from_afar
    return session.place or ("" if url else _from_afar(session.row.mode, wording))


def _from_afar(mode: str, wording: Wording) -> str:
    return {VIDEO: wording.video, PHONE: wording.phone, IN_WRITING: wording.in_writing}.get(mode, "")


def _narrowed(event: Event, view: View, session: PublishedSession, wording: Wording) -> Event:
    match view.purpose:
        case Purpose.PERSON:
            return event if view.names_group else replace(event, title=wording.session)
        case Purpose.SITE:
            count = residents_off_site(session)[view.site_id]
            return replace(event, title=wording.cover.format(count=count, site=view.site), location="")
        case Purpose.BUSY:
            uid = sha256(f"{view.apart}:{event.uid}".encode()).hexdigest()[:32]
            return replace(event, uid=uid, title=wording.busy, description="", location="", categories=())
        case _:
            return event
