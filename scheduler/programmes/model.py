"""A programme as a value: its term, and the slots that its windows make."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Round:
    """A span of days, both included, in which every group meets once."""

    index: int
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class Window:
    """When sessions may be held: a weekday (Monday 0), wall-clock times in the programme's zone.

    In a ``protected`` window people on an ordinary day duty are released for the session.
    """

    weekday: int
    opens_at: time
    closes_at: time
    step_minutes: int = 30
    protected: bool = False


@dataclass(frozen=True, slots=True)
class MentoringModel:
    """A kind of group and its rules; pairs are (least, most)."""

    key: str
    name: str
    size: tuple[int, int]
    target: int | None
    spread: tuple[int, int]
    facilitators: tuple[int, int]
    present: int
    id: int = 0


@dataclass(frozen=True, slots=True)
class Room:
    """A room, open on ``weekdays`` between two wall-clock times of its site."""

    key: str
    name: str
    capacity: int
    weekdays: frozenset[int]
    opens_at: time
    closes_at: time
    id: int = 0

    def is_open(self, start: datetime, minutes: int) -> bool:
        """Whether a session from this start, given on the site's wall clock, fits into the room's hours."""
        end = start + timedelta(minutes=minutes)
        return (
            start.weekday() in self.weekdays
            and start.date() == end.date()
            and self.opens_at <= start.time()
            and end.time() <= self.closes_at
        )


@dataclass(frozen=True, slots=True)
class Site:
    """A place of work with its rooms. Rotas of the site are written in its ``zone``."""

    key: str
    name: str
    zone: str
    rooms: tuple[Room, ...] = ()
    id: int = 0


@dataclass(frozen=True, slots=True)
class Slot:
    """A candidate start, aware in UTC, and the round it belongs to."""

    starts_at: datetime
    round: int
    protected: bool


@dataclass(frozen=True, slots=True)
class Programme:
    """Everything about a programme that planning needs. ``id`` is 0 until it is stored."""

    slug: str
    name: str
    zone: str
    rounds: tuple[Round, ...]
    windows: tuple[Window, ...]
    models: tuple[MentoringModel, ...]
    sites: tuple[Site, ...]
    session_minutes: int = 60
    min_gap_days: int = 14
    quorum: float = 0.6
    min_attendance: float = 0.7
    rest_preset: str = "england-2016"
    duty_policy: Mapping[str, Any] = field(default_factory=dict)
    buffer_minutes: int = 0
    weights: Mapping[str, Any] = field(default_factory=dict)
    id: int = 0

    @property
    def first_day(self) -> date:
        """The first day of the first round."""
        return self.rounds[0].first_day

    @property
    def last_day(self) -> date:
        """The last day of the last round."""
        return self.rounds[-1].last_day

    def round_of(self, moment: datetime) -> int:
        """The round that a moment lies in by the programme's clock, -1 for none."""
        day = moment.astimezone(ZoneInfo(self.zone)).date()
        return next((span.index for span in self.rounds if span.first_day <= day <= span.last_day), -1)

    def is_protected(self, start: datetime, end: datetime) -> bool:
        """Whether a span of time lies inside one protected window."""
        wall, wall_end = (moment.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None) for moment in (start, end))
        day = wall.date()
        return any(
            window.protected
            and window.weekday == day.weekday()
            and datetime.combine(day, window.opens_at) <= wall
            and wall_end <= datetime.combine(day, window.closes_at)
            for window in self.windows
        )

    def slots(self) -> tuple[Slot, ...]:
        """Every candidate start, in order of time; each once a round, however many windows and clocks show it.

        Where windows overlap the protected one counts. A start that the clock skips in spring is the same moment as
        one an hour on, and is read so.
        """
        found: dict[tuple[datetime, int], Slot] = {}
        for span in self.rounds:
            for slot in self._slots_of_round(span):
                if slot.protected or (slot.starts_at, slot.round) not in found:
                    found[slot.starts_at, slot.round] = slot
        return tuple(sorted(found.values(), key=lambda slot: (slot.starts_at, slot.round)))

    def _slots_of_round(self, span: Round) -> Iterator[Slot]:
        for offset in range((span.last_day - span.first_day).days + 1):
            day = span.first_day + timedelta(days=offset)
            for window in self.windows:
                if window.weekday == day.weekday():
                    for start in self._starts(window, day):
                        yield Slot(start, span.index, window.protected)

    def _starts(self, window: Window, day: date) -> Iterator[datetime]:
        """Starts on a wall clock: a window keeps its hours through a clock change."""
        start = datetime.combine(day, window.opens_at)
        last = datetime.combine(day, window.closes_at) - timedelta(minutes=self.session_minutes)
        while start <= last:
            yield start.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC)
            start += timedelta(minutes=window.step_minutes)


def equal_rounds(first_day: date, rounds: int, weeks: int) -> tuple[Round, ...]:
    """Rounds of the same number of weeks, one after another."""
    days = timedelta(weeks=weeks)
    return tuple(
        Round(index, first_day + index * days, first_day + (index + 1) * days - timedelta(days=1))
        for index in range(rounds)
    )


PEER = MentoringModel("peer", "Peer group", (4, 8), 6, (0, 0), (0, 0), 0)
NEAR_PEER = MentoringModel("near-peer", "Near-peer group", (4, 8), 6, (1, 2), (0, 1), 0)
VERTICAL = MentoringModel("vertical", "Facilitated vertical group", (4, 6), 5, (2, 9), (1, 2), 1)
DYAD = MentoringModel("dyad", "Dyad", (1, 1), None, (0, 0), (1, 1), 1)
TRIAD = MentoringModel("triad", "Triad", (1, 1), None, (0, 0), (2, 2), 1)
MODEL_TEMPLATES = (PEER, NEAR_PEER, VERTICAL, DYAD, TRIAD)
"""Models to start from; a programme keeps copies and may change them."""
