"""What people want by mail, what they were told, and what has changed since: values and pure rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final

from scheduler.calendars.contents import PublishedSession
from scheduler.plans.model import MemberRole
from scheduler.sessions.model import SessionStatus
from solvers.vocabulary import CANNOT

NEAR: Final = timedelta(hours=72)
"""A change of what lies so near is always mailed: calendars that fetch feeds may be a day late."""
REMINDER_HOURS: Final = (168, 72, 24, 2)
"""How long before a session a reminder can be had."""
OWN_WORD: Final = "own_word"
"""Kept with what somebody was told, where they have said themselves that they cannot come: their calendar was left as
it is."""
SEPARATOR: Final = " · "


class InvitationWish(StrEnum):
    """Which invitations somebody wants."""

    EACH = "each"
    """For each session and each change."""
    NEAR = "near"
    """When something changes within :data:`NEAR`."""
    NONE = "none"
    """None; a few words, without a calendar, when something changes within :data:`NEAR`."""


class Channel(StrEnum):
    """How somebody would like to be reached about dates."""

    EMAIL = "email"
    CALENDAR = "calendar"
    """By their calendar link, and a few words when something changes within :data:`NEAR`; as by e-mail for as long as
    they have no link."""
    TEXT = "text"
    """Reminders by text message, and one of what changes within :data:`NEAR`; everything else by e-mail, and all of it
    where the installation sends no text messages."""


class Holds(StrEnum):
    """What somebody's calendar holds of a session by mail: nothing, what a file said, or an invitation."""

    WORDS = "words"
    FILE = "file"
    INVITATION = "invitation"


class ChangeKind(StrEnum):
    """How a session has changed for one person since the last letter about it."""

    NEW = "new"
    MOVED = "moved"
    CHANGED = "changed"
    """Place, way to join, or who leads; the time stands."""
    SILENT = "silent"
    """Nothing that words would tell, but calendars that hold an invitation must follow."""
    CANCELLED = "cancelled"
    OUT = "out"
    """It takes place, and the person is not invited any more."""
    UNEXPECTED = "unexpected"
    """It takes place, the person is invited, and cannot come as things stand."""
    EXPECTED = "expected"
    """They can come after all."""
    RESTORED = "restored"


class Aspect(StrEnum):
    """What of a session is other than it was, beside its time."""

    ROOM = "room"
    MODE = "mode"
    URL = "url"
    PHONE = "phone"
    LED_BY = "led_by"


class Cause(StrEnum):
    """Why somebody is not invited any more, or is now."""

    LEFT = "left"
    """They have left the programme."""
    HAS_DEPUTY = "has_deputy"
    NO_DEPUTY_NEEDED = "no_deputy_needed"
    STANDS_IN = "stands_in"
    OTHER_GROUP = "other_group"
    GROUP_ENDED = "group_ended"
    GROUP_MERGED = "group_merged"
    """Everybody in it goes on in another group."""
    GROUP_PAUSED = "group_paused"
    OTHER = ""


@dataclass(frozen=True, slots=True)
class MailChoices:
    """What somebody wants by mail; ``invitations`` is None until they say. Quiet hours are on their own clock, and
    none where both ends are equal. ``number`` is where text messages go, empty for any other ``channel``."""

    invitations: InvitationWish | None = None
    reminder_hours: tuple[int, ...] = (168, 24)
    quiet_from: time = time(22)
    quiet_to: time = time(7)
    channel: Channel = Channel.EMAIL
    number: str = ""

    def wish(self, has_feed: bool) -> InvitationWish:
        """What counts: their own word; without one, invitations to each session, or only near ones where a calendar
        link shows the sessions already, since most calendars would show both."""
        return self.invitations or (InvitationWish.NEAR if has_feed else InvitationWish.EACH)


@dataclass(frozen=True, slots=True)
class Announced:
    """What somebody was last told of a session: whether it takes place with them invited, and whether they were
    expected. ``shown`` is the rest of it (:func:`shown_of`), empty where that is not on record."""

    holds: Holds
    takes_place: bool
    sequence: int
    starts_at: datetime
    ends_at: datetime
    place: str
    expected: bool = True
    shown: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be told to one person of one session. ``announced`` is what they were told before, if anything.

    ``expected`` is whether they can come as things stand; ``why`` says in their own language why not, ``cause`` why
    they are invited or not; ``leaders`` are the names of who leads it, ``deputies`` of who stands in.
    ``own_word`` is whether they have said themselves that they cannot come; ``is_known`` that they need not be told:
    they said so themselves, or the news of their group tell it. To whom the group is ``closed`` is told the time alone.
    Who joins ``by_call`` is told so, and where the others are.
    """

    session: PublishedSession
    kind: ChangeKind
    announced: Announced | None
    now: datetime
    expected: bool = True
    aspects: frozenset[Aspect] = frozenset()
    cause: Cause = Cause.OTHER
    why: str = ""
    leaders: str = ""
    deputies: str = ""
    own_word: bool = False
    is_known: bool = False
    closed: bool = False
    by_call: bool = False

    @property
    def is_unled(self) -> bool:
        """Whether it takes place without a facilitator, though the group has one, and the reader may know of it."""
        return self.takes_place and not self.closed and self.session.is_unled

    @property
    def takes_place(self) -> bool:
        """Whether it takes place, with this person invited."""
        return self.kind not in (ChangeKind.CANCELLED, ChangeKind.OUT)

    @property
    def takes_time(self) -> bool:
        """Whether it takes this person's time."""
        return self.takes_place and self.expected

    @property
    def begins_at_another_time(self) -> bool:
        """Whether it begins at another time than this person knows."""
        return self.announced is not None and self.announced.starts_at != self.session.row.starts_at

    @property
    def starts(self) -> tuple[datetime, ...]:
        """When it begins and, as far as this person knows, was to begin: where they are or were expected."""
        told = self.announced
        before = (told.starts_at,) if told and told.takes_place and told.expected else ()
        return (self.session.row.starts_at, *before) if self.takes_time else before

    @property
    def is_near(self) -> bool:
        """Whether the session begins, or was to begin, within :data:`NEAR`."""
        return any(self.now < start <= self.now + NEAR for start in self.starts)

    @property
    def holds_invitation(self) -> bool:
        """Whether their calendar holds an invitation: then it is kept right, whatever they chose since."""
        return self.announced is not None and self.announced.holds is Holds.INVITATION

    @property
    def must_reach_calendar(self) -> bool:
        """Whether an invitation in their calendar is no longer right; taken back where it takes no time of theirs."""
        if not self.holds_invitation or self.announced is None or self.is_known or self._shows_in_no_calendar:
            return False
        was_on = self.announced.takes_place and (self.announced.expected or OWN_WORD in self.announced.shown)
        return was_on or self.takes_time

    @property
    def reaches_calendar(self) -> bool:
        """Whether a calendar that this person fills by mail has to learn of it: not of what takes no time of theirs and
        is in it neither."""
        if self._shows_in_no_calendar or not self.worth_words:
            return False
        return self.takes_time or (self.announced is not None and self.announced.holds is not Holds.WORDS)

    @property
    def worth_words(self) -> bool:
        """Whether there is anything to say of it."""
        return self.kind is not ChangeKind.SILENT and not self.is_known

    @property
    def _shows_in_no_calendar(self) -> bool:
        return self.kind is ChangeKind.CHANGED and self.aspects == {Aspect.LED_BY}


def find_change(session: PublishedSession, person_id: int, announced: Announced | None, now: datetime) -> Change | None:
    """What somebody is to be told of a session as it is now; None where they know."""
    place = next((invited for invited in session.invited if invited.person_id == person_id), None)
    is_on = session.row.status != SessionStatus.CANCELLED
    expected = is_on and place is not None and place.mark != CANNOT
    aspects = _aspects(session, announced)
    kind = _kind(session, announced, aspects, invited=place is not None, expected=expected)
    closed = session.is_closed_to(person_id)
    calls = place is not None and place.by_call
    return Change(session, kind, announced, now, expected, aspects, closed=closed, by_call=calls) if kind else None


def _kind(
    session: PublishedSession,
    announced: Announced | None,
    aspects: frozenset[Aspect],
    *,
    invited: bool,
    expected: bool,
) -> ChangeKind | None:
    is_on = session.row.status != SessionStatus.CANCELLED
    if announced is None:
        return ChangeKind.NEW if invited and is_on else None
    if not (invited and is_on):
        gone = ChangeKind.OUT if is_on else ChangeKind.CANCELLED
        return gone if announced.takes_place else None
    if not announced.takes_place:
        return ChangeKind.RESTORED if expected else ChangeKind.SILENT
    if announced.expected and not expected:
        return ChangeKind.UNEXPECTED
    has_moved = (session.row.starts_at, session.row.ends_at) != (announced.starts_at, announced.ends_at)
    if has_moved:
        return ChangeKind.MOVED if expected else ChangeKind.SILENT
    if expected and not announced.expected:
        return ChangeKind.EXPECTED
    return _difference(session, announced, aspects) if expected else None


def _difference(session: PublishedSession, announced: Announced, aspects: frozenset[Aspect]) -> ChangeKind | None:
    if aspects or place_of(session) != announced.place:
        return ChangeKind.CHANGED
    status = announced.shown.get("status")
    is_other = status != session.row.status if status else session.row.sequence != announced.sequence
    return ChangeKind.SILENT if is_other else None


def _aspects(session: PublishedSession, announced: Announced | None) -> frozenset[Aspect]:
    if announced is None or not announced.shown:
        return frozenset()
    shown = shown_of(session)
    return frozenset(aspect for aspect in Aspect if shown[aspect] != announced.shown.get(aspect))


def shown_of(session: PublishedSession) -> dict[str, Any]:
    """What a letter tells of a session beside its time, to be kept: each :class:`Aspect`, and the status."""
    return {
        Aspect.ROOM: session.place,
        Aspect.MODE: session.row.mode,
        Aspect.URL: session.url,
        Aspect.PHONE: session.phone,
        Aspect.LED_BY: leaders_of(session),
        "status": session.row.status.value,
    }


def leaders_of(session: PublishedSession) -> list[int]:
    """The ids of who leads a session."""
    return sorted(invited.person_id for invited in session.invited if invited.role == MemberRole.FACILITATOR)


def place_of(session: PublishedSession) -> str:
    """Where a session is, or how it is joined, as one line; empty where only the way (video, phone) is known."""
    return SEPARATOR.join(filter(None, (session.place, session.url, session.phone)))
