"""How regularly a group meets: the days between its sessions beside those that its programme means to lie there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from scheduler.sessions.model import Session, SessionStatus

_NEAR: Final = 4
"""An interval counts as kept when it is no more than this part of itself off: a week for four weeks."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """``gaps`` are the days from each session to the next, in order of time; ``interval`` the days that are meant."""

    interval: int
    gaps: tuple[int, ...]

    @property
    def even(self) -> tuple[bool, ...]:
        """For each gap whether it is about as long as is meant."""
        return tuple(abs(gap - self.interval) * _NEAR <= self.interval for gap in self.gaps)

    @property
    def is_even(self) -> bool:
        """Whether the group meets about as often as is meant, throughout."""
        return all(self.even)

    @property
    def whole_weeks(self) -> int:
        """The interval in weeks; 0 where it is no number of whole weeks."""
        weeks, days = divmod(self.interval, 7)
        return 0 if days else weeks


def rhythm_of(sessions: Iterable[Session], interval: int) -> Rhythm:
    """The rhythm of a group's sessions, cancelled ones left out; days are counted by the programme's calendar."""
    held = [session for session in sessions if session.status is not SessionStatus.CANCELLED]
    return rhythm_of_starts(((session.starts_at, session.zone) for session in held), interval)


def rhythm_of_starts(starts: Iterable[tuple[datetime, str]], interval: int) -> Rhythm:
    """The same of sessions that are known by their starts, each with the zone of its programme."""
    days = sorted(starts_at.astimezone(ZoneInfo(zone)).date() for starts_at, zone in starts)
    return Rhythm(interval, tuple((later - earlier).days for earlier, later in pairwise(days)))
