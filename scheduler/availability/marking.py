"""One answer a slot for one person, with its reason: the rules of precedence, applied in sorted order.

From weakest to strongest: nothing known · weekly working hours, part-time days and offers · the rota · clinics,
calendars and weekly "not then" · own words for a date · nights and calls in the house · rest · long leave. These
stand near the end because a resident on nights is not asked into them, whatever they offered before the rota came.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from scheduler.availability.model import (
    Candidate,
    Category,
    Duty,
    Policy,
    Reason,
    Timeline,
    Weekly,
)
from scheduler.availability.rest import RestRules
from scheduler.availability.resting import as_night, rests
from scheduler.rotas.model import AWAY, DutyKind
from solvers.instance import CAN, CANNOT, IF_NEED_BE, NOT_KNOWN, Mark

_NOT_LOADED = Reason(Category.NOT_LOADED, "rota_not_loaded")
_DAY_OFF = Reason(Category.OFF, "no_duty_that_day")
_NOT_AT_WORK = Reason(Category.OFF, "not_at_work_then")
_OUTSIDE_HOURS = Reason(Category.PATTERN, "outside_working_hours")
_WORKING_HOURS = Reason(Category.FREE, "working_hours")
_CLINIC = Reason(Category.PATTERN, "clinic")
_NOT_WORKING = Reason(Category.OFF, "part_time_day")
_WEEKLY_OWN = Reason(Category.OWN, "weekly_own")
_SAID_SO = Reason(Category.OWN, "said_so")
_PAUSED = Reason(Category.LEAVE, "long_leave")
_BUSY = Reason(Category.CALENDAR, "calendar_busy")

_CATEGORIES: Mapping[DutyKind, Category] = MappingProxyType(
    {
        DutyKind.OFF: Category.OFF,
        DutyKind.LEAVE: Category.LEAVE,
        DutyKind.STUDY_LEAVE: Category.LEAVE,
        DutyKind.PROTECTED: Category.FREE,
        DutyKind.UNKNOWN: Category.UNCLEAR,
    }
)
_STRENGTH: Mapping[Mark, int] = MappingProxyType({CAN: 3, IF_NEED_BE: 2, CANNOT: 4})
"""Of two duties at one time the one that forbids wins, then protected time, then what is possible if need be."""
_IN_THE_HOUSE = frozenset((DutyKind.NIGHT, DutyKind.RESIDENT_ON_CALL))
_DAY_STRENGTH, _BESIDE_STRENGTH = 1, 0
_MORNING_AFTER_CALL_ENDS = time(12)


@dataclass(frozen=True, slots=True)
class Availability:
    """A mark and a reason for every slot, in the order of the slots."""

    marks: str
    reasons: tuple[Reason, ...]


class SlotTable:
    """The candidate slots seen on the clocks of one zone: prepared once, used for thousands of people.

    ``candidates`` are in order of their starts and all last ``session_minutes``.
    """

    def __init__(self, candidates: Sequence[Candidate], session_minutes: int, zone: ZoneInfo) -> None:
        self.zone = zone
        self.session = timedelta(minutes=session_minutes)
        self.starts = [candidate.start.astimezone(UTC) for candidate in candidates]
        if self.starts != sorted(self.starts):
            raise ValueError("slots must be in order of their starts")
        self.protected = [candidate.protected for candidate in candidates]
        self.walls = [start.astimezone(zone).replace(tzinfo=None) for start in self.starts]
        self.days = [wall.date() for wall in self.walls]
        self.by_weekday: list[list[int]] = [[] for _ in range(7)]
        for index, day in enumerate(self.days):
            self.by_weekday[day.weekday()].append(index)

    def __len__(self) -> int:
        return len(self.starts)

    def touching(self, start: datetime, end: datetime) -> range:
        """Slots of which any part lies between two moments."""
        return range(bisect_right(self.starts, start - self.session), bisect_left(self.starts, end))

    def on_days(self, first: date, last: date) -> range:
        """Slots that start on these days, both included."""
        return range(bisect_left(self.days, first), bisect_right(self.days, last))


DEFAULT_POLICY = Policy()


def availability(
    table: SlotTable, timeline: Timeline, rules: RestRules, policy: Policy = DEFAULT_POLICY
) -> Availability:
    """The answer for each slot of the table. ``timeline.zone`` is the table's."""
    marking = _Marking(table, policy)
    duties = sorted(timeline.duties, key=_start_of)
    marking.base(timeline)
    marking.rota(timeline.loaded, duties)
    marking.above_the_rota(timeline)
    for own in timeline.own:
        marking.write(table.touching(own.span.start, own.span.end), own.mark, _SAID_SO)
    marking.in_the_house(duties)
    for rest in rests(duties, rules, table.zone):
        if touching := table.touching(rest.start, rest.end):
            marking.write(touching, CANNOT, rest.reason)
    for first, last in timeline.absences:
        marking.write(table.on_days(first, last or date.max), CANNOT, _PAUSED)
    return Availability("".join(marking.marks), tuple(marking.reasons))


def marks(
    slots: Sequence[Candidate], session_minutes: int, timeline: Timeline, rules: RestRules
) -> tuple[str, tuple[Reason, ...]]:
    """The marks and reasons of one person; for many people prepare a :class:`SlotTable` a zone."""
    found = availability(SlotTable(slots, session_minutes, timeline.zone), timeline, rules)
    return found.marks, found.reasons


def _start_of(duty: Duty) -> datetime:
    return duty.start


class _Marking:
    """The answers so far; what is stronger is written later."""

    def __init__(self, table: SlotTable, policy: Policy) -> None:
        self._table, self._policy = table, policy
        self.marks: list[Mark] = [NOT_KNOWN] * len(table)
        self.reasons: list[Reason] = [_NOT_LOADED] * len(table)
        self._strength = [-1] * len(table)

    def write(self, slots: Iterable[int], mark: Mark, reason: Reason) -> None:
        """Put an answer over whatever was there."""
        for index in slots:
            self.marks[index] = mark
            self.reasons[index] = reason

    def base(self, timeline: Timeline) -> None:
        """Weekly working hours, part-time days and offers, for the time that no rota speaks of."""
        hours = [weekly for weekly in timeline.weekly if weekly.category == "working_hours"]
        if hours:
            self.write(range(len(self._table)), CANNOT, _OUTSIDE_HOURS)
        for weekly in hours:
            self.write(self._in_week(weekly, whole=True), weekly.mark, _WORKING_HOURS)
        for weekly in timeline.weekly:
            if weekly.category == "not_working":
                self.write(self._in_week(weekly), CANNOT, _NOT_WORKING)
        for weekly in timeline.weekly:
            if weekly.category == "own" and weekly.mark != CANNOT:
                self.write(self._in_week(weekly, whole=True), weekly.mark, _WEEKLY_OWN)

    def rota(self, loaded: Iterable[tuple[date, date]], duties: Sequence[Duty]) -> None:
        """The days that a rota speaks for: cannot, but for what its duties leave open."""
        for first, last in loaded:
            self.write(self._table.on_days(first, last), CANNOT, _DAY_OFF)
        self._tell_closed_hours({duty.day for duty in duties if duty.kind not in AWAY})
        for duty in duties:
            self._duty(duty)
        for duty in duties:
            if duty.kind is DutyKind.NON_RESIDENT_ON_CALL:
                self._morning_after_call(duty)

    def above_the_rota(self, timeline: Timeline) -> None:
        """Clinics, busy calendars and weekly "not then": a weekly offer does not outrank leave or a night."""
        for weekly in timeline.weekly:
            if weekly.category == "clinic":
                self.write(self._in_week(weekly), weekly.mark, _CLINIC)
        for span in timeline.busy:
            self.write(self._table.touching(span.start, span.end), CANNOT, _BUSY)
        for weekly in timeline.weekly:
            if weekly.category == "own" and weekly.mark == CANNOT:
                self.write(self._in_week(weekly), CANNOT, _WEEKLY_OWN)

    def in_the_house(self, duties: Iterable[Duty]) -> None:
        """Nights and calls in the house, and whatever may be a night until somebody says what it is."""
        for duty in duties:
            night = as_night(duty, self._table.zone)
            touching = self._table.touching(night.start, night.end)
            if touching and night.kind in _IN_THE_HOUSE and self._policy.during[night.kind] == CANNOT:
                self.write(touching, CANNOT, _reason_of(duty))

    def _in_week(self, weekly: Weekly, *, whole: bool = False) -> Iterable[int]:
        """Slots that the pattern touches; with ``whole`` those that lie inside it."""
        session, walls = self._table.session, self._table.walls
        for index in self._table.by_weekday[weekly.weekday]:
            wall = walls[index]
            day = wall.date()
            opens = datetime.combine(day, weekly.start)
            closes = datetime.combine(day, weekly.end) if weekly.end > weekly.start else _midnight_after(day)
            inside = opens <= wall and wall + session <= closes
            touches = wall < closes and opens < wall + session
            if (inside if whole else touches) and _holds_on(weekly, day):
                yield index

    def _tell_closed_hours(self, worked: set[date]) -> None:
        """On a day with work the reason for a closed hour is the hour, not the day."""
        for index, day in enumerate(self._table.days):
            if day in worked and self.reasons[index] is _DAY_OFF:
                self.reasons[index] = _NOT_AT_WORK

    def _duty(self, duty: Duty) -> None:
        touching = self._table.touching(duty.start, duty.end)
        if duty.kind is DutyKind.DAY:
            self._day_duty(duty, touching)
            return
        mark = self._policy.during[duty.kind]
        if touching:
            self._put_all(touching, mark, _STRENGTH[mark], _reason_of(duty))

    def _day_duty(self, duty: Duty, touching: range) -> None:
        """Lunch and protected windows are free, the rest needs release; so does the hour beside work."""
        opens, closes = self._policy.lunch
        for index in touching:
            if self._table.protected[index]:
                self._put(index, CAN, _DAY_STRENGTH, _details("protected_window", duty))
            elif opens <= self._table.walls[index].time() < closes:
                self._put(index, CAN, _DAY_STRENGTH, _details("lunch", duty))
            else:
                self._put(index, IF_NEED_BE, _DAY_STRENGTH, _details("needs_release", duty))
        beside = self._policy.beside_work
        for index in self._table.touching(duty.start - beside, duty.end + beside):
            start = self._table.starts[index]
            same_day = self._table.days[index] == duty.day
            before = duty.start - beside <= start and start + self._table.session <= duty.start
            if same_day and (before or duty.end <= start < duty.end + beside):
                self._put(index, IF_NEED_BE, _BESIDE_STRENGTH, _details("beside_work", duty))

    def _morning_after_call(self, duty: Duty) -> None:
        """Whoever was called at night decides in the morning: not more than if need be."""
        ends = duty.end.astimezone(self._table.zone).replace(tzinfo=None)
        for index in self._table.on_days(ends.date(), ends.date()):
            wall = self._table.walls[index]
            if self.marks[index] == CAN and wall >= ends and wall.time() < _MORNING_AFTER_CALL_ENDS:
                self.write((index,), IF_NEED_BE, _details("after_on_call", duty))

    def _put_all(self, slots: Iterable[int], mark: Mark, strength: int, reason: Reason) -> None:
        for index in slots:
            self._put(index, mark, strength, reason)

    def _put(self, index: int, mark: Mark, strength: int, reason: Reason) -> None:
        if strength > self._strength[index]:
            self._strength[index] = strength
            self.marks[index] = mark
            self.reasons[index] = reason


def _holds_on(weekly: Weekly, day: date) -> bool:
    return (weekly.first_day is None or weekly.first_day <= day) and (weekly.last_day is None or day <= weekly.last_day)


def _midnight_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time())


def _reason_of(duty: Duty) -> Reason:
    category = _CATEGORIES.get(duty.kind, Category.ON_DUTY)
    return Reason(category, duty.kind.value, (("code", duty.code), ("day", duty.day.isoformat())))


def _details(key: str, duty: Duty) -> Reason:
    category = Category.FREE if key in ("lunch", "protected_window") else Category.ON_DUTY
    return Reason(category, key, (("code", duty.code), ("day", duty.day.isoformat())))
