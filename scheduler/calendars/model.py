"""What a feed says: events, notices, and the calendar around them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from scheduler.sessions.model import SessionStatus


class Purpose(StrEnum):
    """What a feed shows: sessions of its owner, of a group, a programme, a room, or those that take people off a site.

    `person` is everything its owner is invited to, in every programme; `busy` the same without saying what it is.
    `cover` shows no sessions but who has to be released from their duties, for whoever keeps these rotas.
    """

    PERSON = "person"
    RESIDENT = "resident"
    FACILITATOR = "facilitator"
    GROUP = "group"
    PROGRAMME = "programme"
    ROOM = "room"
    SITE = "site"
    BUSY = "busy"
    COVER = "cover"


OVER_ALL: Final = (Purpose.PERSON, Purpose.BUSY)
"""The feeds over all programmes of a person."""

OWN: Final = (*OVER_ALL, Purpose.RESIDENT, Purpose.FACILITATOR)
"""The feeds that show the sessions of their owner."""


UID_MAX_OCTETS: Final = 255
"""RFC 7986 section 5.3 asks that no UID be longer."""


@dataclass(frozen=True, slots=True)
class Event:
    """One session as a reader's calendar shows it; `starts_at` and `ends_at` are UTC, `zone` is the clock to show.

    `sequence` rises with each material change and `changed_at` with each change at all (RFC 5545 section 3.8.7).
    `phone` is a number, perhaps followed by what to key in. The reader's device reminds them `alarm_minutes` before the
    start, or not at 0. It blocks their time only if it `takes_time`. Empty strings leave a property out. Raises
    ValueError for values no calendar can hold.
    """

    uid: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    title: str
    created_at: datetime
    changed_at: datetime
    status: SessionStatus = SessionStatus.CONFIRMED
    sequence: int = 0
    description: str = ""
    location: str = ""
    conference_url: str = ""
    phone: str = ""
    page_url: str = ""
    categories: tuple[str, ...] = ()
    private: bool = False
    alarm_minutes: int = 0
    takes_time: bool = True

    def __post_init__(self) -> None:
        _require_uid(self.uid)
        for moment in (self.starts_at, self.ends_at, self.created_at, self.changed_at):
            if moment.utcoffset() != timedelta():
                raise ValueError(f"{moment} is not in UTC")
        if self.ends_at <= self.starts_at:
            raise ValueError("an event ends after it starts")
        if self.sequence < 0 or self.alarm_minutes < 0:
            raise ValueError("a sequence and the minutes of an alarm count up from 0")
        ZoneInfo(self.zone)
        for address in (self.conference_url, self.page_url):
            _require_web_address(address)


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence on one whole day: all that a calendar without sessions shows.

    A body without any event would leave the sessions of before in Evolution (it ignores such a body).
    """

    uid: str
    text: str
    day: date
    changed_at: datetime
    description: str = ""

    def __post_init__(self) -> None:
        _require_uid(self.uid)
        if self.changed_at.utcoffset() != timedelta():
            raise ValueError(f"{self.changed_at} is not in UTC")


@dataclass(frozen=True, slots=True)
class Calendar:
    """The calendar around the events.

    `zone` is for readers that know no zone of an event; `color` is a CSS3 colour name; `page_url` is a page for people,
    without a secret. What is empty is left out.
    """

    name: str
    zone: str = ""
    description: str = ""
    color: str = "teal"
    page_url: str = ""

    def __post_init__(self) -> None:
        if self.zone:
            ZoneInfo(self.zone)
        if not (self.color.isascii() and self.color.isalpha()):
            raise ValueError(f"{self.color!r} is no colour's name")
        _require_web_address(self.page_url)


@dataclass(frozen=True, slots=True)
class Fragment:
    """A rendered event, kept to be joined into any number of calendars.

    `zone` is the TZID that `body` names, empty where it names none.
    """

    body: bytes
    zone: str
    first: datetime
    last: datetime
    changed_at: datetime


def _require_uid(uid: str) -> None:
    if not uid or not uid.isascii() or not uid.isprintable() or len(uid) > UID_MAX_OCTETS:
        raise ValueError("a UID is 1 to 255 printable ASCII characters")


def _require_web_address(address: str) -> None:
    if not address:
        return
    if not address.startswith(("https://", "http://")) or not address.isprintable() or " " in address:
        raise ValueError("an address in a calendar starts with https:// or http:// and has no spaces")
