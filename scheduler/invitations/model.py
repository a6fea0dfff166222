"""What people want by mail, what they were told, and what has changed since: values and pure rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Final

from scheduler.calendars.contents import Published
from scheduler.sessions.model import SessionStatus

NEAR: Final = timedelta(hours=72)
"""A change of what lies so near is always mailed: calendars that fetch feeds may be a day late."""
REMINDER_HOURS: Final = (168, 72, 24, 2)
"""How long before a session a reminder can be had."""
SEPARATOR: Final = " · "


class Wish(StrEnum):
    """Which invitations somebody wants."""

    EACH = "each"
    """For each session and each change."""
    NEAR = "near"
    """When something changes within :data:`NEAR`."""
    NONE = "none"
    """None; a few words, without a calendar, when something changes within :data:`NEAR`."""


class Holds(StrEnum):
    """What somebody's calendar holds of a session by mail: nothing, what a file said, or an invitation."""

    WORDS = "words"
    FILE = "file"
    INVITATION = "invitation"


class Kind(StrEnum):
    """What has become of a session for one person, since they were last told of it."""

    NEW = "new"
    MOVED = "moved"
    CHANGED = "changed"
    """Place or way to join; the time stands."""
    SETTLED = "settled"
    """Nothing that words would tell, but calendars that hold an invitation must follow."""
    CANCELLED = "cancelled"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class MailChoices:
    """What somebody wants by mail; ``invitations`` is None until they say. Quiet hours are on their own clock, and
    none where both ends are equal."""

    invitations: Wish | None = None
    reminder_hours: tuple[int, ...] = (168, 24)
    quiet_from: time = time(22)
    quiet_to: time = time(7)

    def wish(self, has_feed: bool) -> Wish:
        """What counts: their own word; without one, invitations to each session, or only near ones where a calendar
        link shows the sessions already, since most calendars would show both."""
        return self.invitations or (Wish.NEAR if has_feed else Wish.EACH)


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody was last told of a session."""

    holds: Holds
    takes_place: bool
    sequence: int
    starts_at: datetime
    ends_at: datetime
    place: str


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be told to one person of one session. ``told`` is what they were told before, if anything."""

    session: Published
    kind: Kind
    told: Told | None
    now: datetime

    @property
    def takes_place(self) -> bool:
        """Whether the person is expected there."""
        return self.kind is not Kind.CANCELLED

    @property
    def is_near(self) -> bool:
        """Whether the session begins, or was to begin, within :data:`NEAR`."""
        before = (self.told.starts_at,) if self.told and self.told.takes_place else ()
        starts = (self.session.row.starts_at, *before) if self.takes_place else before
        return any(self.now < start <= self.now + NEAR for start in starts)

    @property
    def holds_invitation(self) -> bool:
        """Whether their calendar holds an invitation: then it is kept right, whatever they chose since."""
        return self.told is not None and self.told.holds is Holds.INVITATION

    @property
    def worth_words(self) -> bool:
        """Whether there is anything to say of it."""
        return self.kind is not Kind.SETTLED


def find_change(session: Published, person_id: int, told: Told | None, now: datetime) -> Change | None:
    """What somebody is to be told of a session as it is now; None where they know."""
    kind = _kind(session, person_id, told)
    return Change(session, kind, told, now) if kind else None


def _kind(session: Published, person_id: int, told: Told | None) -> Kind | None:
    is_expected = session.row.status != SessionStatus.CANCELLED and any(
        invited.person_id == person_id for invited in session.invited
    )
    if told is None:
        return Kind.NEW if is_expected else None
    if not is_expected:
        return Kind.CANCELLED if told.takes_place else None
    if not told.takes_place:
        return Kind.RESTORED
    return _difference(session, told)


def _difference(session: Published, told: Told) -> Kind | None:
    row = session.row
    if (row.starts_at, row.ends_at) != (told.starts_at, told.ends_at):
        return Kind.MOVED
    if place_of(session) != told.place:
        return Kind.CHANGED
    return Kind.SETTLED if row.sequence != told.sequence else None


def place_of(session: Published) -> str:
    """Where a session is, or how it is joined, as one line; empty where only the way (video, phone) is known."""
    return SEPARATOR.join(filter(None, (session.place, session.url, session.phone)))
