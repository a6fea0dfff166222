"""When somebody can come to a session, and why: the values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from scheduler.availability.intervals import Interval
from scheduler.rotas.model import DutyKind
from solvers.instance import CAN, CANNOT, IF_NEED_BE, Mark


class Category(StrEnum):
    """What sort of reason it is: all that a coordinator is told."""

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


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an answer is what it is: a ``key`` into the sentences of :mod:`scheduler.availability.wording`, with what
    fills them. Details are text (moments and days in ISO form), so that they can be kept as JSON."""

    category: Category
    key: str
    details: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty as moments. ``day`` is the day it stands under on the rota, by the clocks of ``zone``.

    ``may_be_night`` marks a duty of unknown kind whose code often means a night: the rest after one is kept too.
    """

    kind: DutyKind
    code: str
    day: date
    start: datetime
    end: datetime
    may_be_night: bool = False


@dataclass(frozen=True, slots=True)
class Weekly:
    """A weekly pattern: on this weekday (Monday 0) between two wall-clock times of the person's site.

    ``category`` is ``clinic``, ``working_hours``, ``not_working`` (a part-time day off) or ``own``.
    """

    weekday: int
    start: time
    end: time
    mark: Mark
    category: str
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class OwnMark:
    """What the person said of a span of time."""

    span: Interval
    mark: Mark


@dataclass(frozen=True, slots=True)
class Timeline:
    """All that is known of when one person can come. ``loaded`` are the spans of days, both ends included, that a
    rota speaks for; ``busy`` is time taken in the person's other calendars; ``absences`` are long leave, open-ended
    where the last day is None."""

    zone: ZoneInfo
    duties: Sequence[Duty] = ()
    loaded: Sequence[tuple[date, date]] = ()
    weekly: Sequence[Weekly] = ()
    own: Sequence[OwnMark] = ()
    busy: Sequence[Interval] = ()
    absences: Sequence[tuple[date, date | None]] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A moment at which a session may start; in a ``protected`` window people on a day duty are released."""

    start: datetime
    protected: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """How duties of each kind leave room for sessions.

    ``lunch``: from when until when, by the ward's clock, a session may start during a day duty without release.
    ``beside_work``: how long before or after a day duty somebody may still be asked, if need be.
    ``during`` maps kinds whose answer does not depend on the hour.
    """

    lunch: tuple[time, time] = (time(12), time(14))
    beside_work: timedelta = timedelta(hours=2)
    during: Mapping[DutyKind, Mark] = field(
        default_factory=lambda: MappingProxyType(
            {
                DutyKind.LONG_DAY: IF_NEED_BE,
                DutyKind.LATE: IF_NEED_BE,
                DutyKind.NON_RESIDENT_ON_CALL: IF_NEED_BE,
                DutyKind.PROTECTED: CAN,
                DutyKind.NIGHT: CANNOT,
                DutyKind.RESIDENT_ON_CALL: CANNOT,
                DutyKind.OFF: CANNOT,
                DutyKind.LEAVE: CANNOT,
                DutyKind.STUDY_LEAVE: CANNOT,
                DutyKind.UNKNOWN: CANNOT,
            }
        )
    )
