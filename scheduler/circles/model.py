"""Circles as their own people see them, and what others may read of them: two rounded counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

LONGEST_NAME: Final = 60
LONGEST_PLACE: Final = 200
LONGEST_CHARTER: Final = 4000
LONGEST_CONCERN: Final = 4000
MOST_MEMBERS: Final = 12
MOST_CIRCLES: Final = 5
"""So many circles of one programme a person may be in."""
MOST_CONTACTS: Final = 3
IS_NEWS: Final = timedelta(days=14)
"""So long a circle's page says who joined."""
STEP: Final = 5
"""Fewer are never told, more are rounded down to a multiple of this, and a figure changes only by as many."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """A date of a circle. ``clashes`` if its reader is counted on at another session then."""

    starts_at: datetime
    ends_at: datetime
    clashes: bool = False


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody whom a circle can turn to with a concern."""

    person_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Concern:
    """A concern as its two sides read it. ``by`` is empty unless whoever raised it gave their name."""

    id: int
    circle: str
    to: str
    text: str
    by: str
    said_at: datetime
    answer: str


@dataclass(frozen=True, slots=True)
class Circle:
    """A circle as a member sees it, with the code that lets others in. ``agreed`` are those who have agreed to the
    charter as it is now, ``newest`` those who joined after its reader not long ago, with the day."""

    id: int
    programme_id: int
    name: str
    code: str
    place: str
    charter: str
    charter_version: int
    members: tuple[str, ...]
    agreed: tuple[str, ...]
    i_agreed: bool
    meetings: tuple[Meeting, ...]
    contacts: tuple[Contact, ...]
    newest: tuple[tuple[str, date], ...] = ()

    @property
    def all_agreed(self) -> bool:
        """Whether the charter is everybody's."""
        return bool(self.charter) and len(self.agreed) == len(self.members)


@dataclass(frozen=True, slots=True)
class PastCircle:
    """A circle that its reader has left: their own note of it, which nobody else ever reads."""

    id: int
    name: str
    joined_on: date
    left_on: date


@dataclass(frozen=True, slots=True)
class Counts:
    """How many circles and members there are, as far as that may be told; 0: fewer than five, or none."""

    circles: int
    members: int


def told(number: int) -> int:
    """A number as it may be told: rounded down to a multiple of five."""
    return number - number % STEP


def settled(told_from: int, number: int) -> int:
    """The number that a figure is told from, once a month has begun: what it was told from before, until it differs by
    five. So no one person who comes or goes is seen in it."""
    return number if abs(number - told_from) >= STEP else told_from
