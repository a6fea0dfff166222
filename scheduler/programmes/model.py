"""A programme as a value: its term, and the slots that its windows make."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from statistics import median_low
from typing import Any
from zoneinfo import ZoneInfo

from scheduler.programmes.closed_days import ClosedDays


class DateSettling(StrEnum):
    """Who settles that a session moves to another date."""

    VOTE = "vote"
    """So many agree that the session would be held with them alone."""
    TWO = "two"
    """Two people of the group agree."""
    COORDINATOR = "coordinator"
    """The group says what it would like, and the coordinator decides."""


@dataclass(frozen=True, slots=True)
class Conduct:
    """How a programme treats what is published.

    Published sessions that start within ``freeze_days`` are changed by the coordinator only with a reason.
    ``interval_days`` are meant to lie between a group's sessions; None: as many as a round lasts. ``settles_itself``
    says whether remedies that need nobody's permission are proposed to the group at once. The hours are the most that
    one person gives to mentoring, all programmes counted; None: no limit. With ``several_groups`` a resident may be in
    more than one group of the programme. A term is meant to be published ``publish_ahead_days`` before it begins.
    No stage, site, part-time or nights group is to be worse off than the rest by more than ``fairness_points`` of a
    hundred. For ``swap_days`` after groups are published residents may swap; 0: not at all. Groups of people who are
    new here are meant to meet first within ``early_days`` of the first day; 0: at any time. So many days after the
    programme has ended what people said to the planner is deleted (``preferences_days``), and of who came to sessions
    only numbers are kept (``attendance_days``). With ``circles`` people may form affinity circles, of which nobody else
    reads anything (:mod:`scheduler.circles`). With ``isolated_first``
    those who are the only one of their grade or specialty at their site are put with others first. With ``hybrid`` some
    people may join sessions in person by call (:mod:`scheduler.sessions.by_call`).
    """

    freeze_days: int = 14
    interval_days: int | None = None
    settling: DateSettling = DateSettling.VOTE
    settles_itself: bool = False
    hours_a_month: int | None = None
    hours_a_year: int | None = None
    several_groups: bool = False
    publish_ahead_days: int = 42
    fairness_points: int = 10
    swap_days: int = 10
    early_days: int = 28
    preferences_days: int = 90
    attendance_days: int = 365
    circles: bool = False
    isolated_first: bool = False
    hybrid: bool = False

    def freezes_at(self, starts_at: datetime) -> datetime:
        """From when on a session that starts then is frozen."""
        return starts_at - timedelta(days=self.freeze_days)

    def is_frozen(self, starts_at: datetime, now: datetime) -> bool:
        """Whether a session that starts then lies ahead and is frozen by now: the one place that says so."""
        return self.freezes_at(starts_at) <= now < starts_at


@dataclass(frozen=True, slots=True)
class Round:
    """A span of days, both included, in which every group meets once."""

    index: int
    first_day: date
    last_day: date


def days_of(span: Round) -> int:
    """How many days a round lasts."""
    return (span.last_day - span.first_day).days + 1


@dataclass(frozen=True, slots=True)
class Grade:
    """What people of one level of training are called; ``stage`` is the level's number, and their order.

    ``was`` is the number that a grade which is wanted has so far, where that is known: its people come along.
    """

    stage: int
    name: str
    was: int | None = field(default=None, compare=False)


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
    """A kind of group and its rules; pairs are (least, most). With ``turns`` its residents take turns in the chair;
    one that is ``closing`` ends with its term, and its last session is a closing session."""

    key: str
    name: str
    size: tuple[int, int]
    target: int | None
    spread: tuple[int, int]
    facilitators: tuple[int, int]
    present: int
    id: int = 0
    turns: bool = True
    closing: bool = False


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


class Differing(StrEnum):
    """In what the facilitators of one group differ from each other."""

    NOTHING = ""
    SITE = "site"
    """No two of them work at the same site. Planning keeps to it; a coordinator who puts somebody in may not."""
    SPECIALTY = "specialty"
    """No two of them have the same specialty on record, nor is anybody put beside another without one."""
    LEVEL = "level"
    """The same for their level."""


class HelpKind(StrEnum):
    """What kind of help a signpost leads to."""

    COUNSELLING = "counselling"
    OCCUPATIONAL = "occupational"
    CRISIS = "crisis"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Signpost:
    """Where to find help that mentoring is not. ``phone`` is as people write it, ``url`` begins with https://; one of
    them may be empty. ``when`` says in words when somebody is there; ``id`` is 0 before it is stored."""

    kind: HelpKind
    name: str
    phone: str = ""
    url: str = ""
    when: str = ""
    id: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Slot:
    """A candidate start, aware in UTC, and the round it belongs to."""

    starts_at: datetime
    round: int
    protected: bool


@dataclass(frozen=True, slots=True)
class Programme:
    """Everything about a programme that planning needs. ``id`` is 0 until it is stored.

    No session is held on a ``closed`` day, and every group's first one ``first_within_days`` of the first day; None:
    at any time in the first round. ``grades`` are in order of their stage; a stage without one has no name of its own.
    ``relation_policies`` are those that are not as usual, by kind of relation (:mod:`scheduler.people.relations`).
    ``change_goal`` is what is to be different in the institution, in its own words; everybody reads it before joining.
    """

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
    conduct: Conduct = Conduct()
    closed: ClosedDays = field(default_factory=ClosedDays)
    grades: tuple[Grade, ...] = ()
    first_within_days: int | None = None
    facilitators_differ: Differing = Differing.NOTHING
    relation_policies: Mapping[str, str] = field(default_factory=dict)
    change_goal: str = ""
    id: int = 0

    @property
    def interval_days(self) -> int:
        """How many days are meant to lie between a group's sessions of consecutive rounds."""
        if self.conduct.interval_days is not None:
            return self.conduct.interval_days
        return median_low(map(days_of, self.rounds))

    @property
    def first_day(self) -> date:
        """The first day of the first round."""
        return self.rounds[0].first_day

    @property
    def publish_by(self) -> date:
        """The last day on which the term is published as far ahead as the programme means to."""
        return self.first_day - timedelta(days=self.conduct.publish_ahead_days)

    def is_first_day(self, day: date) -> bool:
        """Whether a group's first session may be on a day, as far as the first round and its own rule go."""
        within = self.first_within_days
        last = self.rounds[0].last_day
        return self.first_day <= day <= (last if within is None else min(last, self.first_day + timedelta(within - 1)))

    @property
    def last_day(self) -> date:
        """The last day of the last round."""
        return self.rounds[-1].last_day

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

    def closed_at(self, moment: datetime) -> str:
        """Why the programme doesn't meet on the day of a moment; empty where it does."""
        day = moment.astimezone(ZoneInfo(self.zone)).date()
        return self.closed.names(day, day).get(day, "")

    def is_usual_length(self, start: datetime, end: datetime) -> bool:
        """Whether a span of time is as long as a session is now; one published before may have another length."""
        return end - start == timedelta(minutes=self.session_minutes)

    def slots(self) -> tuple[Slot, ...]:
        """Every candidate start, in order of time; each once a round, however many windows and clocks show it.

        Where windows overlap the protected one counts. A start that the clock skips in spring is the same moment as
        one an hour on, and is read so.
        """
        within = None if self.first_within_days is None else timedelta(days=self.first_within_days)
        return _slots(self.zone, self.session_minutes, self.rounds, self.windows, self.closed, within)

    def grade_name(self, stage: int) -> str:
        """What people of this stage are called; the number itself where the programme has not said."""
        return next((grade.name for grade in self.grades if grade.stage == stage), str(stage))


@lru_cache(maxsize=32)
def _slots(
    zone: str,
    session_minutes: int,
    rounds: tuple[Round, ...],
    windows: tuple[Window, ...],
    closed: ClosedDays,
    first_within: timedelta | None,
) -> tuple[Slot, ...]:
    """Worked out once for each programme as it is: a page asks for them again and again."""
    found: dict[tuple[datetime, int], Slot] = {}
    shut = closed.names(rounds[0].first_day, rounds[-1].last_day) if rounds else {}
    for span in rounds:
        for day in _open_days(span, shut, first_within if span is rounds[0] else None):
            for slot in _slots_of_day(day, span.index, zone, session_minutes, windows):
                if slot.protected or (slot.starts_at, slot.round) not in found:
                    found[slot.starts_at, slot.round] = slot
    return tuple(sorted(found.values(), key=lambda slot: (slot.starts_at, slot.round)))


def _open_days(span: Round, shut: Collection[date], within: timedelta | None) -> Iterator[date]:
    last_day = span.last_day if within is None else min(span.last_day, span.first_day + within - timedelta(days=1))
    for offset in range((last_day - span.first_day).days + 1):
        if (day := span.first_day + timedelta(days=offset)) not in shut:
            yield day


def _slots_of_day(
    day: date, index: int, zone: str, session_minutes: int, windows: tuple[Window, ...]
) -> Iterator[Slot]:
    for window in windows:
        if window.weekday == day.weekday():
            for start in _starts(window, day, zone, session_minutes):
                yield Slot(start, index, window.protected)


def _starts(window: Window, day: date, zone: str, session_minutes: int) -> Iterator[datetime]:
    """Starts on a wall clock: a window keeps its hours through a clock change."""
    start = datetime.combine(day, window.opens_at)
    last = datetime.combine(day, window.closes_at) - timedelta(minutes=session_minutes)
    while start <= last:
        yield start.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
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
"""Models to start from; a programme keeps copies."""
