"""When somebody can come to a session, and why: the values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from scheduler.availability.intervals import Interval
from scheduler.rotas.model import DutyKind
from solvers.vocabulary import CAN, CANNOT, IF_NEED_BE, Mark


class Category(StrEnum):
    """The kind of reason: all that a coordinator sees."""

    ON_DUTY = "on_duty"
    REST = "rest"
    OFF = "off"
    LEAVE = "leave"
    PATTERN = "pattern"
    OWN = "own"
    CALENDAR = "calendar"
    FREE = "free"
    UNCLEAR = "unclear"
    NOT_LOADED = "not_loaded"


_FINAL_KEYS = frozenset(("night", "resident_on_call", "long_leave", "paused"))


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an answer is what it is: a ``key`` into the sentences of :mod:`scheduler.availability.wording`, with what
    fills them. Details are text (moments and days in ISO form), so that they can be kept as JSON."""

    category: Category
    key: str
    details: tuple[tuple[str, str], ...] = ()

    @property
    def is_final(self) -> bool:
        """Whether no word of the person's own outranks it: a night or a call in the house, rest, long leave."""
        return self.category is Category.REST or self.key in _FINAL_KEYS


class PatternCategory(StrEnum):
    """What a weekly pattern is: a clinic or list, hours at work, a part-time day off, or the person's own word."""

    CLINIC = "clinic"
    WORKING_HOURS = "working_hours"
    NOT_WORKING = "not_working"
    OWN = "own"


class AllDay(StrEnum):
    """What all-day events of a person's other calendar mean; to be asked until the person has said."""

    LEAVE = "leave"
    IGNORE = "ignore"
    ASK = "ask"


class Level(StrEnum):
    """What a duty of some kind leaves open. ``BEST`` is a time made for meeting, such as protected teaching."""

    BLOCKED = "blocked"
    IF_NEED_BE = "if_need_be"
    CAN = "can"
    BEST = "best"

    @property
    def mark(self) -> Mark:
        """The answer that it gives: the best time is one at which people can."""
        return _MARKS[self]


_MARKS: Mapping[Level, Mark] = MappingProxyType(
    {Level.BLOCKED: CANNOT, Level.IF_NEED_BE: IF_NEED_BE, Level.CAN: CAN, Level.BEST: CAN}
)


class InPerson(StrEnum):
    """How much meeting in person matters to somebody: all that they accept, what they like best, or neither."""

    ONLY = "only"
    RATHER = "rather"
    NOT = "not"


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty as moments. ``day`` is the day it stands under on the rota, by the clocks of ``zone``, those of its site;
    without a zone it is read by the clocks of whoever does it. ``site_id`` is where it is worked, 0 where unknown.

    ``may_be_night`` marks a duty of unknown kind whose code often means a night: the rest after one is kept too.
    """

    kind: DutyKind
    code: str
    day: date
    start: datetime
    end: datetime
    may_be_night: bool = False
    zone: ZoneInfo | None = None
    site_id: int = 0


@dataclass(frozen=True, slots=True)
class Weekly:
    """A weekly pattern: on this weekday (Monday 0) between two wall-clock times of the person's site, from
    ``first_day`` to ``last_day`` (open where None) but on no day of ``except_days``.
    """

    weekday: int
    start: time
    end: time
    mark: Mark
    category: PatternCategory
    first_day: date | None = None
    last_day: date | None = None
    except_days: frozenset[date] = frozenset()

    def holds_on(self, day: date) -> bool:
        """Whether it holds on a day of its weekday."""
        begun = self.first_day is None or self.first_day <= day
        return begun and (self.last_day is None or day <= self.last_day) and day not in self.except_days


@dataclass(frozen=True, slots=True)
class OwnMark:
    """What the person said of a span of time; with ``one_start`` of the session that starts with it alone."""

    span: Interval
    mark: Mark
    one_start: bool = False


@dataclass(frozen=True, slots=True)
class Timeline:
    """All that is known of when one person can come. ``loaded`` are the spans of days, both ends included, that a
    rota speaks for; ``busy`` is time taken in the person's other calendars; ``absences`` are long leave. ``site_id``
    is where they would meet in person. Who is ``paused`` facilitates nothing for now. ``later`` is the same person at
    the sites at which they work from a day on, in order."""

    zone: ZoneInfo
    duties: Sequence[Duty] = ()
    loaded: Sequence[tuple[date, date]] = ()
    weekly: Sequence[Weekly] = ()
    own: Sequence[OwnMark] = ()
    busy: Sequence[Interval] = ()
    absences: Sequence[Interval] = ()
    site_id: int = 0
    in_person: InPerson = InPerson.NOT
    paused: bool = False
    later: Sequence[tuple[date, Timeline]] = ()

    def without_a_way(self) -> Timeline:
        """The same for who needs not be anywhere in person."""
        later = tuple((first, timeline.without_a_way()) for first, timeline in self.later)
        return replace(self, in_person=InPerson.NOT, later=later)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A moment at which a session may start; in a ``protected`` window people on a day duty are released."""

    start: datetime
    protected: bool = False


DEFAULT_LEVELS: Mapping[DutyKind, Level] = MappingProxyType(
    {
        DutyKind.DAY: Level.IF_NEED_BE,
        DutyKind.LONG_DAY: Level.IF_NEED_BE,
        DutyKind.LATE: Level.IF_NEED_BE,
        DutyKind.NIGHT: Level.BLOCKED,
        DutyKind.RESIDENT_ON_CALL: Level.BLOCKED,
        DutyKind.NON_RESIDENT_ON_CALL: Level.IF_NEED_BE,
        DutyKind.PROTECTED: Level.BEST,
        DutyKind.OFF: Level.BLOCKED,
        DutyKind.LEAVE: Level.BLOCKED,
        DutyKind.STUDY_LEAVE: Level.BLOCKED,
        DutyKind.UNKNOWN: Level.BLOCKED,
    }
)


@dataclass(frozen=True, slots=True)
class Policy:
    """What duties leave open in one programme, and what a session needs around it.

    ``lunch``: from when until when, by the ward's clock, a session may start during a day duty without release.
    ``beside_work``: how long before or after a day duty somebody may still be asked, if need be.
    ``during``: a level for each kind; for a day duty that of its hours outside lunch and protected windows.
    ``buffer``: how long before and after a session nothing else may take hold of anybody.
    ``journeys``: (from, to) site → how long the way takes.
    """

    lunch: tuple[time, time] = (time(12), time(14))
    beside_work: timedelta = timedelta(hours=2)
    during: Mapping[DutyKind, Level] = field(default_factory=lambda: DEFAULT_LEVELS)
    buffer: timedelta = timedelta()
    journeys: Mapping[tuple[int, int], timedelta] = field(default_factory=lambda: MappingProxyType({}))
