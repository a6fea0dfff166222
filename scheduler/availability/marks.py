"""One answer a slot for one person, with its reason: the rules of precedence, applied in sorted order.

From weakest to strongest: nothing known · weekly working hours and offers · the rota, and the way to and from its
duties · part-time days, clinics, calendars and weekly "not then" · own words for a date · nights and calls in the
house · rest · long leave · a facilitator's pause. These stand near the end because a resident on nights is not asked
into them, whatever they offered before the rota came. A part-time day stands above the rota because rotas are often
written as if everybody worked full time, and nobody is to be asked to come on a day off.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from scheduler.availability.effects import Effect, Effects, duty_as_reason, reason_about
from scheduler.availability.free_days import days_kept_free
from scheduler.availability.model import (
    Category,
    Duty,
    InPerson,
    Level,
    OwnMark,
    PatternCategory,
    Policy,
    Reason,
    Timeline,
    Weekly,
)
from scheduler.availability.rest import RestRules
from scheduler.availability.rest_periods import RestOnSlots, as_night
from scheduler.availability.slots import SlotTable, Span
from scheduler.rotas.model import AWAY, DutyKind
from solvers.vocabulary import CAN, CANNOT, IF_NEED_BE, NOT_KNOWN, Mark

_NOT_LOADED = Reason(Category.NOT_LOADED, "rota_not_loaded")
_DAY_OFF = Reason(Category.OFF, "no_duty_that_day")
_NOT_AT_WORK = Reason(Category.OFF, "not_at_work_then")
_OUTSIDE_HOURS = Reason(Category.PATTERN, "outside_working_hours")
_WORKING_HOURS = Reason(Category.FREE, "working_hours")
_CLINIC = Reason(Category.PATTERN, "clinic")
_NOT_WORKING = Reason(Category.OFF, "part_time_day")
_WEEKLY_OWN = Reason(Category.OWN, "weekly_own")
_SAID_SO = Reason(Category.OWN, "said_so")
_AWAY = Reason(Category.LEAVE, "long_leave")
_PAUSED = Reason(Category.OFF, "paused")
_BUSY = Reason(Category.CALENDAR, "calendar_busy")

_OFFERS: tuple[Mark, ...] = (CAN, IF_NEED_BE)
_IN_THE_HOUSE = frozenset((DutyKind.NIGHT, DutyKind.RESIDENT_ON_CALL))
_WITHOUT_A_WAY = AWAY | {DutyKind.NON_RESIDENT_ON_CALL}
_MORNING_AFTER_CALL_ENDS = time(12)
_WHOLE_DAY = timedelta(hours=20)
"""Leave that is shorter is for part of a day; days are of 23 hours at the least."""


@dataclass(frozen=True, slots=True)
class Availability:
    """A mark and a reason for every slot, in the order of the slots.

    ``credit`` are the marks as rota and patterns alone would have them where own words changed them; ``best`` are
    slots in time that is made for meeting.
    """

    marks: str
    reasons: tuple[Reason, ...]
    credit: str
    best: frozenset[int]


DEFAULT_POLICY = Policy()


class MarkCalculator:
    """Answers for many people on the same slots by the same rules: what their duties have in common is found once."""

    def __init__(self, table: SlotTable, rules: RestRules, policy: Policy = DEFAULT_POLICY) -> None:
        self._table, self._rules, self._policy = table, rules, policy
        self._effects = Effects(table, policy)
        self._resting = RestOnSlots(table, rules)

    def of(self, timeline: Timeline) -> Availability:
        """The answer for each slot of the table. ``timeline.zone`` is the table's."""
        marking = _MarkWriter(self._table, self._policy, self._effects)
        duties = sorted(timeline.duties, key=_start_of)
        marking.base(timeline)
        marking.rota(timeline.loaded, duties)
        marking.on_the_way(timeline, duties)
        marking.above_the_rota(timeline)
        marking.own_words(timeline.own)
        marking.in_the_house(duties)
        marking.rest(timeline, duties, self._resting)
        for span in timeline.absences:
            marking.write(self._table.touching(span.start, span.end), CANNOT, _AWAY)
        if timeline.paused:
            marking.write(range(len(self._table)), CANNOT, _PAUSED)
        return marking.found()


def _start_of(duty: Duty) -> datetime:
    return duty.start


class _MarkWriter:
    """The answers so far; what is stronger is written later."""

    def __init__(self, table: SlotTable, policy: Policy, effects: Effects) -> None:
        self._table, self._policy, self._effects = table, policy, effects
        self._marks: list[Mark] = [NOT_KNOWN] * len(table)
        self._credit: list[Mark] = [NOT_KNOWN] * len(table)
        self._reasons: list[Reason] = [_NOT_LOADED] * len(table)
        self._strength = [-1] * len(table)
        self._best: set[int] = set()

    def found(self) -> Availability:
        """All of it."""
        return Availability("".join(self._marks), tuple(self._reasons), "".join(self._credit), frozenset(self._best))

    def write(self, slots: Iterable[int], mark: Mark, reason: Reason) -> None:
        """Put an answer over whatever was there."""
        if isinstance(slots, range):
            stretch, length = slice(slots.start, slots.stop), len(slots)
            self._marks[stretch] = self._credit[stretch] = [mark] * length
            self._reasons[stretch] = [reason] * length
            return
        for index in slots:
            self._marks[index] = self._credit[index] = mark
            self._reasons[index] = reason

    def base(self, timeline: Timeline) -> None:
        """Weekly working hours and offers, for the time that no rota speaks of."""
        hours = [weekly for weekly in timeline.weekly if weekly.category == PatternCategory.WORKING_HOURS]
        if hours:
            self.write(range(len(self._table)), CANNOT, _OUTSIDE_HOURS)
        for mark in _OFFERS:
            self.write(self._inside(hours, mark), mark, _WORKING_HOURS)
        for mark in _OFFERS:
            self._say(self._inside(_own(timeline), mark), mark, _WEEKLY_OWN)

    def rota(self, loaded: Iterable[tuple[date, date]], duties: Sequence[Duty]) -> None:
        """The days that a rota speaks for: cannot, but for what its duties leave open."""
        spans = tuple(loaded)
        self._say_days_off(spans, duties)
        self._tell_closed_hours({duty.day for duty in duties if duty.kind not in AWAY})
        for duty in duties:
            for effect in self._effects.of(duty):
                self._put(effect)
        self._past_midnight(spans, duties)
        for duty in duties:
            if duty.kind is DutyKind.NON_RESIDENT_ON_CALL:
                self._morning_after_call(duty)

    def on_the_way(self, timeline: Timeline, duties: Iterable[Duty]) -> None:
        """Duties at other sites: who meets only in person cannot come until the way is behind them; who would rather
        meet in person can if need be, from afar."""
        if timeline.in_person is InPerson.NOT or not self._policy.journeys:
            return
        for duty in duties:
            for index in self._of_journey(duty, timeline.site_id):
                if timeline.in_person is InPerson.ONLY:
                    self.write((index,), CANNOT, reason_about("on_the_way", duty))
                elif self._marks[index] == CAN:
                    self.write((index,), IF_NEED_BE, reason_about("on_the_way", duty))

    def above_the_rota(self, timeline: Timeline) -> None:
        """Part-time days, but for what is offered of them; clinics, busy calendars and weekly "not then": a weekly
        offer does not outrank leave or a night."""
        offered = {index for mark in _OFFERS for index in self._inside(_own(timeline), mark)}
        for weekly in timeline.weekly:
            if weekly.category == PatternCategory.NOT_WORKING:
                self.write((index for index in self._touching(weekly) if index not in offered), CANNOT, _NOT_WORKING)
        for weekly in timeline.weekly:
            if weekly.category == PatternCategory.CLINIC:
                self.write(self._touching(weekly, buffered=True), weekly.mark, _CLINIC)
        for span in timeline.busy:
            self.write(self._beside(span.start, span.end), CANNOT, _BUSY)
        for weekly in timeline.weekly:
            if weekly.category == PatternCategory.OWN and weekly.mark == CANNOT:
                self._say(self._touching(weekly), CANNOT, _WEEKLY_OWN)

    def own_words(self, words: Iterable[OwnMark]) -> None:
        """The last word counts. A refusal closes every session that it touches; an offer opens a session only where
        offers cover all of it, and where it says less than was known it counts wherever it touches."""
        said = tuple(words)
        offered = self._offered(said)
        for own in said:
            touched = self._about(own)
            if own.mark == CANNOT or own.one_start:
                self._say(touched, own.mark, _SAID_SO)
            else:
                self._say((each for each in touched if each in offered), own.mark, _SAID_SO)
                if own.mark == IF_NEED_BE:
                    self._say((each for each in touched if self._marks[each] == CAN), IF_NEED_BE, _SAID_SO)

    def in_the_house(self, duties: Iterable[Duty]) -> None:
        """Nights and calls in the house, and whatever may be a night until somebody says what it is."""
        for duty in duties:
            if duty.kind not in _IN_THE_HOUSE and not duty.may_be_night:
                continue
            night = as_night(duty, self._table.zone)
            touching = self._table.touching(night.start, night.end)
            if touching and self._policy.during[night.kind] is Level.BLOCKED:
                self.write(touching, CANNOT, duty_as_reason(duty))

    def rest(self, timeline: Timeline, duties: Sequence[Duty], resting: RestOnSlots) -> None:
        """Rest around duties, and the days that have to stay free of everything."""
        for slots, reason in resting.of(duties):
            self.write(slots, CANNOT, reason)
        if in_days := resting.rules.free_day_in_days:
            for span, reason in days_kept_free(duties, timeline.loaded, timeline.zone, in_days):
                self.write(self._table.touching(span.start, span.end), CANNOT, reason)

    def _say_days_off(self, loaded: Iterable[tuple[date, date]], duties: Iterable[Duty]) -> None:
        """No duty means a day off. Of a day with half a day's leave and nothing else the rota does not say what the
        other half is."""
        halves = self._half_days(duties)
        before = {index: (self._marks[index], self._credit[index], self._reasons[index]) for index in halves}
        for first, last in loaded:
            self.write(self._table.on_days(first, last), CANNOT, _DAY_OFF)
        for index, (mark, credit, reason) in before.items():
            self._marks[index], self._credit[index], self._reasons[index] = mark, credit, reason

    def _half_days(self, duties: Iterable[Duty]) -> Iterable[int]:
        worked: set[date] = set()
        halves: set[date] = set()
        for duty in duties:
            is_half = duty.kind in AWAY and duty.end - duty.start < _WHOLE_DAY
            (halves if is_half else worked).add(duty.day)
        return [index for day in halves - worked for index in self._table.on_day(day)]

    def _past_midnight(self, loaded: Sequence[tuple[date, date]], duties: Sequence[Duty]) -> None:
        """A session that goes on into a day off is not asked for, unless it lies inside a duty."""
        if not self._table.past_midnight:
            return
        worked = {duty.day for duty in duties}
        for index, day in self._table.past_midnight.items():
            start = self._table.starts[index]
            ends = start + self._table.session
            is_off = day not in worked and any(first <= day <= last for first, last in loaded)
            if is_off and not any(duty.start <= start and ends <= duty.end for duty in duties):
                self.write((index,), CANNOT, _DAY_OFF)

    def _say(self, slots: Iterable[int], mark: Mark, reason: Reason) -> None:
        """The person's own answer: what rota and patterns would have said is still what it is credited with."""
        for index in slots:
            self._marks[index] = mark
            self._reasons[index] = reason

    def _about(self, own: OwnMark) -> range:
        if own.one_start:
            return self._table.starting(own.span.start)
        return self._table.touching(own.span.start, own.span.end)

    def _offered(self, said: Sequence[OwnMark]) -> frozenset[int]:
        """Slots that offers cover from start to end, several of them if need be."""
        spans = [(own.span.start, own.span.end) for own in said if own.mark != CANNOT and not own.one_start]
        return frozenset(index for span in _merged(spans) for index in self._table.inside(*span))

    def _touching(self, weekly: Weekly, *, buffered: bool = False) -> Iterable[int]:
        for start, end in self._table.spans_of(weekly):
            yield from self._beside(start, end) if buffered else self._table.touching(start, end)

    def _inside(self, patterns: Iterable[Weekly], mark: Mark) -> Iterable[int]:
        """Slots that lie inside the time of these patterns with this mark; patterns that meet are one."""
        spans = [span for weekly in patterns if weekly.mark == mark for span in self._table.spans_of(weekly)]
        for start, end in _merged(spans):
            yield from self._table.inside(start, end)

    def _beside(self, start: datetime, end: datetime) -> range:
        """Slots that come nearer to this time than the buffer around a session allows."""
        return self._table.touching(start - self._policy.buffer, end + self._policy.buffer)

    def _tell_closed_hours(self, worked: Iterable[date]) -> None:
        """On a day with work the reason for a closed hour is the hour, not the day."""
        for day in worked:
            if (slots := self._table.on_day(day)) and self._reasons[slots.start] is _DAY_OFF:
                self._reasons[slots.start : slots.stop] = [_NOT_AT_WORK] * len(slots)

    def _morning_after_call(self, duty: Duty) -> None:
        """Whoever was called at night decides in the morning: not more than if need be."""
        ends = duty.end.astimezone(self._table.zone).replace(tzinfo=None)
        for index in self._table.on_days(ends.date(), ends.date()):
            wall = self._table.walls[index]
            if self._marks[index] == CAN and wall >= ends and wall.time() < _MORNING_AFTER_CALL_ENDS:
                self.write((index,), IF_NEED_BE, reason_about("after_on_call", duty))

    def _of_journey(self, duty: Duty, home: int) -> Iterable[int]:
        """Slots for which somebody would have to be on the way, or at the other site."""
        ways = self._policy.journeys
        there = ways.get((home, duty.site_id)) or ways.get((duty.site_id, home))
        back = ways.get((duty.site_id, home)) or there
        if there is None or back is None or duty.kind in _WITHOUT_A_WAY:
            return ()
        return self._beside(duty.start - there, duty.end + back)

    def _put(self, effect: Effect) -> None:
        """Put an answer where no stronger duty has put one."""
        strength, reason = effect.strength, effect.reason
        mark, is_best = effect.level.mark, effect.level is Level.BEST
        for index in effect.slots:
            if strength > self._strength[index]:
                self._strength[index] = strength
                self._marks[index] = self._credit[index] = mark
                self._reasons[index] = reason
                if is_best:
                    self._best.add(index)
                elif self._best:
                    self._best.discard(index)


def _own(timeline: Timeline) -> list[Weekly]:
    """What somebody says of every week."""
    return [weekly for weekly in timeline.weekly if weekly.category == PatternCategory.OWN]


def _merged(spans: Iterable[Span]) -> list[Span]:
    """The same time as few spans as can be."""
    kept: list[Span] = []
    for start, end in sorted(spans):
        if kept and start <= kept[-1][1]:
            kept[-1] = kept[-1][0], max(kept[-1][1], end)
        else:
            kept.append((start, end))
    return kept
