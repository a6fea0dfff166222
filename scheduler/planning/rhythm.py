"""Which of the dates that would work is best: who can come counts first, then how the group usually meets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

_DAYS_A_WEEK = 7

Habit = TypeVar("Habit", bound=Hashable)
Rank = tuple[int, int, int, int, datetime]
"""The lower, the better."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How a group meets: ``others`` are the starts of its sessions besides the one that another date is looked for,
    ``interval_days`` are meant to lie between two of them. An extra session has no interval to keep (None)."""

    interval_days: int | None = None
    others: tuple[datetime, ...] = ()

    def rank(self, starts_at: datetime, coming: int, shut_out: int) -> Rank:
        """How good a date is: how many can come, how few it shuts out, how well it keeps the rhythm, how soon it is.

        The rhythm is kept by whole weeks, as the planner counts them; then the usual weekday and time count, on the
        clock of ``starts_at``.
        """
        return -coming, shut_out, self._weeks_off(starts_at), self._unusual(starts_at), starts_at

    def _weeks_off(self, starts_at: datetime) -> int:
        if self.interval_days is None:
            return 0
        before = max((other for other in self.others if other < starts_at), default=None)
        after = min((other for other in self.others if other > starts_at), default=None)
        gaps = (abs((starts_at.date() - _on_clock(other, starts_at).date()).days) for other in (before, after) if other)
        return sum(abs(gap - self.interval_days) // _DAYS_A_WEEK for gap in gaps)

    def _unusual(self, starts_at: datetime) -> int:
        others = [_on_clock(other, starts_at) for other in self.others]
        weekdays, times = _usual(other.weekday() for other in others), _usual(other.time() for other in others)
        return (starts_at.weekday() not in weekdays) + (starts_at.time() not in times) if others else 0


NO_RHYTHM: Final = Rhythm()
"""Of a group of which nothing is known."""


def _usual(habits: Iterable[Habit]) -> set[Habit]:
    """Whatever is most frequent."""
    counts = Counter(habits)
    most = max(counts.values(), default=0)
    return {habit for habit, count in counts.items() if count == most}


def _on_clock(moment: datetime, of: datetime) -> datetime:
    return moment.astimezone(of.tzinfo)
