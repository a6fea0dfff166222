"""Feeds as frozen values: what they are for, who may hold one, and how their addresses look."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from scheduler.calendars.model import OVER_ALL, Purpose
from scheduler.people.model import Role

TAKING_PART: Final = (Purpose.RESIDENT, Purpose.FACILITATOR, Purpose.GROUP)
"""The feeds that somebody holds because they take part in the programme."""

NOTICE_KEPT: Final = timedelta(days=30)
"""How long an ended feed serves its notice, so that every device has fetched it, before it answers 410."""

CANCELLED_KEPT: Final = timedelta(days=30)
"""How long a cancelled session stays visible: many clients keep showing it, so it must not pile up."""

_LOOKING_AFTER: Final = frozenset({Role.COORDINATOR, Role.OVERSIGHT})
_ROLES: Final = {
    Purpose.RESIDENT: frozenset({Role.RESIDENT}),
    Purpose.FACILITATOR: frozenset({Role.FACULTY}),
    Purpose.GROUP: _LOOKING_AFTER,
    Purpose.PROGRAMME: _LOOKING_AFTER,
    Purpose.ROOM: _LOOKING_AFTER,
    Purpose.SITE: _LOOKING_AFTER,
    Purpose.COVER: frozenset({Role.COORDINATOR}),
}


_NEEDS_OF: Final = {
    "programme_id": frozenset(Purpose).difference(OVER_ALL),
    "group_key": frozenset({Purpose.GROUP}),
    "room_id": frozenset({Purpose.ROOM}),
    "site_id": frozenset({Purpose.SITE}),
    "manager_id": frozenset({Purpose.COVER}),
}


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose or what sessions a feed shows; what a purpose does not need stays None, and ValueError is raised if not."""

    purpose: Purpose
    programme_id: int | None = None
    group_key: str | None = None
    room_id: int | None = None
    site_id: int | None = None
    manager_id: int | None = None

    def __post_init__(self) -> None:
        given = {name for name in _NEEDS_OF if getattr(self, name) is not None}
        if given != {name for name, purposes in _NEEDS_OF.items() if self.purpose in purposes}:
            raise ValueError(f"a feed for the purpose {self.purpose} is not about {sorted(given)}")


ALARMS_MINUTES: Final = (15, 60, 24 * 60, 48 * 60)
"""How long before a session somebody may choose to be reminded."""

NAMED_OTHERWISE: Final = frozenset({Purpose.PERSON, Purpose.RESIDENT})
"""The feeds whose titles say nothing of the group unless their owner wants it so."""

REMINDING: Final = NAMED_OTHERWISE | {Purpose.FACILITATOR, Purpose.GROUP}
"""The feeds of people who go to the sessions; nobody is reminded of what others do."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What the owner of a feed chose: to be reminded so many minutes before, or not, and to see the group's name.

    Raises ValueError for an alarm that is not offered.
    """

    alarm_minutes: int | None = None
    names_group: bool = False

    def __post_init__(self) -> None:
        if self.alarm_minutes is not None and self.alarm_minutes not in ALARMS_MINUTES:
            raise ValueError(f"no alarm is offered {self.alarm_minutes} minutes before")


@dataclass(frozen=True, slots=True)
class FeedAddress:
    """A new feed's address. It is shown once: only the token's digest is kept. `path` starts with a slash."""

    feed_id: int
    token: str
    name: str
    path: str


class Gone:
    """The address was a feed's once and serves nothing any more (410)."""


GONE: Final = Gone()


@dataclass(frozen=True, slots=True)
class FeedInfo:
    """A line in the list of somebody's feeds. `fault` is why the last change could not be stored, or empty."""

    id: int
    purpose: Purpose
    programme_id: int | None
    name: str
    created_at: datetime
    changed_at: datetime
    last_used_at: datetime | None
    ended_at: datetime | None
    revoked_at: datetime | None
    fault: str
    choices: Choices
    group_key: str | None
    room_id: int | None
    site_id: int | None
    manager_id: int | None

    @property
    def is_open(self) -> bool:
        """Whether it shows sessions: neither ended nor closed."""
        return self.ended_at is None and self.revoked_at is None

    @property
    def subject(self) -> Subject:
        """What it shows."""
        return Subject(self.purpose, self.programme_id, self.group_key, self.room_id, self.site_id, self.manager_id)


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh did: feeds with a new body, feeds that ended, feeds whose new body was refused."""

    changed: int
    ended: int
    refused: int


def may_hold(subject: Subject, roles: Collection[Role], is_in_group: bool) -> bool:
    """Whether somebody with these roles in the feed's programme may hold such a feed.

    Whoever is invited to a group's sessions may have the group's feed; what is about oneself needs no role.
    """
    if subject.purpose is Purpose.GROUP and is_in_group:
        return True
    needed = _ROLES.get(subject.purpose)
    return needed is None or not needed.isdisjoint(roles)


def feed_path(token: str, name: str) -> str:
    """The path of a feed. Clients call the calendar by its last part, so that is made of the feed's name."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    readable = "-".join(re.findall(r"[a-z0-9]+", plain))[:60].strip("-")
    return f"/feeds/{token}/{readable or 'calendar'}.ics"
