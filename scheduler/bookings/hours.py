"""The most hours of mentoring that a programme asks of one person: months and years that are full, and how a plan's
rounds may be spread so that no month fills over.

Hours of all programmes and groups count, in the calendar month and year of the programme's zone in which they begin.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias
from zoneinfo import ZoneInfo

from scheduler.programmes.model import Programme

Period: TypeAlias = tuple[int, ...]
"""A year, or a year and a month."""
_MONTHS = 12


class HasTime(Protocol):
    """Anything that takes a stretch of time."""

    @property
    def starts_at(self) -> datetime:
        """When it begins."""

    @property
    def ends_at(self) -> datetime:
        """When it is over."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The most minutes a month and a year; None: no limit."""

    zone: ZoneInfo
    month: int | None
    year: int | None

    @classmethod
    def of(cls, programme: Programme) -> Limits:
        """A programme's."""
        conduct = programme.conduct
        return cls(
            ZoneInfo(programme.zone), *(hours and hours * 60 for hours in (conduct.hours_a_month, conduct.hours_a_year))
        )

    @property
    def are_none(self) -> bool:
        """Whether there is no limit at all."""
        return self.month is None and self.year is None

    def periods(self, moment: datetime) -> list[Period]:
        """The month and the year of a moment, as far as they are limited."""
        wall = moment.astimezone(self.zone)
        month = [(wall.year, wall.month)] if self.month is not None else []
        return [*month, *([(wall.year,)] if self.year is not None else [])]

    def most(self, period: Period) -> int:
        """The most minutes in it."""
        return (self.year if len(period) == 1 else self.month) or 0

    def first_moment(self, moment: datetime) -> datetime:
        """When the earliest period of a moment begins."""
        return datetime(moment.astimezone(self.zone).year, 1, 1, tzinfo=self.zone)

    def minutes(self, taken: Iterable[HasTime]) -> Counter[Period]:
        """How many minutes are taken in each period."""
        found: Counter[Period] = Counter()
        for each in taken:
            for period in self.periods(each.starts_at):
                found[period] += round((each.ends_at - each.starts_at).total_seconds() / 60)
        return found

    def full(self, taken: Iterable[HasTime], minutes: int) -> list[tuple[datetime, datetime]]:
        """The periods, from when to when, in which no session of so many minutes has a place any more."""
        found = self.minutes(taken)
        return [self._span(period) for period, used in found.items() if used + minutes > self.most(period)]

    def _span(self, period: Period) -> tuple[datetime, datetime]:
        first = datetime(period[0], period[1] if len(period) > 1 else 1, 1, tzinfo=self.zone)
        if len(period) == 1 or period[1] == _MONTHS:
            return first, datetime(period[0] + 1, 1, 1, tzinfo=self.zone)
        return first, datetime(period[0], period[1] + 1, 1, tzinfo=self.zone)


def closed_slots(
    limits: Limits, slots: Sequence[tuple[datetime, int]], used: Mapping[Period, int], minutes: int
) -> tuple[frozenset[int], int]:
    """Slots (start and round) that somebody must not be asked for, so that with one session a round no period fills
    over whichever of the other slots are chosen; and how many rounds that leaves without any.

    Of a round that lies in two months the one stays open that has more of its slots, and the other too if there are
    hours to spare.
    """
    spread = _Spread(lambda period: (limits.most(period) - used.get(period, 0)) // minutes)
    rounds: dict[int, Counter[tuple[Period, ...]]] = defaultdict(Counter)
    months = [tuple(limits.periods(start)) for start, _ in slots]
    for (_, round_), periods in zip(slots, months, strict=True):
        rounds[round_][periods] += 1
    allowed: dict[int, set[tuple[Period, ...]]] = {}
    for round_, found in sorted(rounds.items()):
        first = next((periods for periods, _ in found.most_common() if spread.takes(periods)), None)
        allowed[round_] = set() if first is None else {first}
    for round_, found in sorted(rounds.items()):
        allowed[round_] |= {
            p for p in sorted(found) if allowed[round_] and p not in allowed[round_] and spread.takes(p)
        }
    closed = (
        i for i, ((_, round_), periods) in enumerate(zip(slots, months, strict=True)) if periods not in allowed[round_]
    )
    return frozenset(closed), sum(not each for each in allowed.values())


class _Spread:
    """How many sessions each period can take still."""

    def __init__(self, room_for: Callable[[Period], int]) -> None:
        self._room_for = room_for
        self._used: Counter[Period] = Counter()

    def takes(self, periods: Collection[Period]) -> bool:
        """Give a session its place in all of these periods, if each has one."""
        if any(self._used[period] >= self._room_for(period) for period in periods):
            return False
        self._used.update(periods)
        return True
