"""The rest that duties bring with them: spans in which nobody is asked to a session, whatever else they say."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from scheduler.availability.duties import USUAL_HOURS
from scheduler.availability.intervals import moment
from scheduler.availability.model import Category, Duty, Reason
from scheduler.availability.rest import RestRules
from scheduler.availability.slots import SlotTable
from scheduler.rotas.model import AWAY, DutyKind, wall_span

_NOT_TIRING = AWAY | {DutyKind.NON_RESIDENT_ON_CALL, DutyKind.PROTECTED, DutyKind.UNKNOWN}
_LONG = timedelta(hours=10)
_DAY_LONG = timedelta(hours=24)
_SAME_RUN = timedelta(hours=24)
_EVENING = time(20)
_CLOCK_CHANGE = timedelta(hours=2)
"""No clock is put forward or back by more."""


@dataclass(slots=True)
class Rest:
    """A span of rest, in UTC, and what it is rest from. The reason is put into words only where it is asked for:
    most rest lies where no session would be."""

    start: datetime
    end: datetime
    key: str
    details: dict[str, datetime | date]

    @property
    def reason(self) -> Reason:
        return Reason(Category.REST, self.key, tuple((name, _written(value)) for name, value in self.details.items()))


class RestOnSlots:
    """The rest by one set of rules that lies on the slots of a table; what duties bring with them one by one is
    remembered for all who have them."""

    def __init__(self, table: SlotTable, rules: RestRules) -> None:
        self.rules = rules
        self._table = table
        self._known: dict[Duty, tuple[tuple[range, Reason], ...]] = {}

    def of(self, duties: Sequence[Duty]) -> Iterator[tuple[range, Reason]]:
        """The slots that touch rest around the duties of one person, and why."""
        work = _work(duties, self._table.zone)
        for duty in work:
            if duty.kind is not DutyKind.NIGHT:
                yield from self._around(duty)
        yield from self._touched(_of_runs(work, self.rules))

    def _around(self, duty: Duty) -> tuple[tuple[range, Reason], ...]:
        if duty not in self._known:
            self._known[duty] = tuple(self._touched(_around_duty(duty, self.rules, self._table.zone)))
        return self._known[duty]

    def _touched(self, some: Iterable[Rest]) -> Iterator[tuple[range, Reason]]:
        for rest in some:
            if slots := self._table.touching(rest.start, rest.end):
                yield slots, rest.reason


def rests(duties: Sequence[Duty], rules: RestRules, zone: ZoneInfo) -> Iterator[Rest]:
    """All rest around the duties of one person."""
    work = _work(duties, zone)
    for duty in work:
        if duty.kind is not DutyKind.NIGHT:
            yield from _around_duty(duty, rules, zone)
    yield from _of_runs(work, rules)


def _work(duties: Iterable[Duty], zone: ZoneInfo) -> list[Duty]:
    """What has to be rested from, in order, with what may be a night as one."""
    tiring = (as_night(duty, zone) for duty in duties if duty.kind not in _NOT_TIRING or duty.may_be_night)
    return sorted(tiring, key=_start_of)


def _of_runs(work: Sequence[Duty], rules: RestRules) -> Iterator[Rest]:
    """Rest that runs of duties bring; that around nights is told last, since it is longest."""
    yield from _after_runs(work, rules)
    yield from _around_nights([duty for duty in work if duty.kind is DutyKind.NIGHT], rules)


def _start_of(duty: Duty) -> datetime:
    return duty.start


def as_night(duty: Duty, zone: ZoneInfo) -> Duty:
    """A duty that may well be a night, with the hours that a night usually has where it is worked."""
    if not duty.may_be_night:
        return duty
    zone = duty.zone or zone
    start, end = wall_span(duty.day, *USUAL_HOURS[DutyKind.NIGHT])
    return replace(duty, kind=DutyKind.NIGHT, start=moment(start, zone), end=moment(end, zone, ends=True))


def _around_nights(nights: Sequence[Duty], rules: RestRules) -> Iterator[Rest]:
    """Sleep before each night, and rest after the last of a run of any length."""
    sleep = timedelta(hours=rules.sleep_before_night_hours)
    after = timedelta(hours=max(rules.after_nights_hours, rules.between_duties_hours))
    for run in _runs(nights):
        if sleep:
            yield Rest(run[0].start - sleep, run[0].start, "before_night", {"until": run[0].start})
        for earlier, later in pairwise(run):
            if earlier.end < later.start:
                yield Rest(earlier.end, later.start, "between_nights", _nights(run, later.start))
        end = run[-1].end + max(after, _after_day_long(run[-1], rules))
        yield Rest(run[-1].end, end, "after_nights", _nights(run, end))


def _runs(nights: Sequence[Duty]) -> Iterator[list[Duty]]:
    run: list[Duty] = []
    for night in nights:
        if run and night.start - run[-1].end >= _SAME_RUN:
            yield run
            run = []
        run.append(night)
    if run:
        yield run


def _around_duty(duty: Duty, rules: RestRules, zone: ZoneInfo) -> Iterator[Rest]:
    """Daily rest after a duty and before it; longer after a day and a night in the house.

    The evening after an ordinary day's work is nobody's rest yet: there the person's own word counts.
    """
    daily = timedelta(hours=rules.between_duties_hours)
    yield from _after_duty(duty, rules, daily, zone)
    starts = duty.start.astimezone(zone)
    midnight = moment(datetime.combine(starts.date(), time()), zone)
    if duty.start - daily < midnight:
        yield Rest(duty.start - daily, midnight, "before_duty", {"until": duty.start})


def _after_duty(duty: Duty, rules: RestRules, daily: timedelta, zone: ZoneInfo) -> Iterator[Rest]:
    rest = max(daily, _after_day_long(duty, rules))
    ends = duty.end.astimezone(zone)
    ends_late = duty.kind is not DutyKind.DAY or ends.time() >= _EVENING
    start = duty.end if ends_late else moment(datetime.combine(ends.date() + timedelta(days=1), time()), zone)
    if start < duty.end + rest:
        yield Rest(start, duty.end + rest, "after_duty", {"until": duty.end + rest, "duty": duty.day})


def _after_day_long(duty: Duty, rules: RestRules) -> timedelta:
    """The rest that a day and a night in a row bring; a day on which the clock skips an hour is a day too."""
    if duty.end - duty.start < _DAY_LONG - _CLOCK_CHANGE:
        return timedelta()
    by_the_clock = _wall(duty.end, duty.zone) - _wall(duty.start, duty.zone)
    if max(duty.end - duty.start, by_the_clock) < _DAY_LONG:
        return timedelta()
    return timedelta(hours=rules.after_day_long_call_hours)


def _wall(at: datetime, zone: ZoneInfo | None) -> datetime:
    return at.astimezone(zone or UTC).replace(tzinfo=None)


def _after_runs(work: Sequence[Duty], rules: RestRules) -> Iterator[Rest]:
    """Rest after a run of long days or of duties of any length; the next duty of the rota ends it."""
    if rules.long_run:
        yield from _after_run(work, _long_days(work), rules.long_run, rules.after_long_run_hours, "after_long_days")
    if rules.duty_run:
        yield from _after_run(work, work, rules.duty_run, rules.after_duty_run_hours, "after_many_days")


def _long_days(work: Sequence[Duty]) -> list[Duty]:
    return [duty for duty in work if duty.end - duty.start > _LONG and duty.kind is not DutyKind.NIGHT]


def _after_run(work: Sequence[Duty], counted: Sequence[Duty], least: int, hours: float, key: str) -> Iterator[Rest]:
    starts = [duty.start for duty in work]
    length = 0
    for position, duty in enumerate(counted):
        previous = counted[position - 1].day if position else None
        length = _run_length(length, previous, duty.day)
        if length < least:
            continue
        end = duty.end + timedelta(hours=hours)
        following = bisect_left(starts, duty.end)
        next_start = starts[following] if following < len(starts) else end
        if duty.end < min(end, next_start):
            yield Rest(duty.end, min(end, next_start), key, {"until": min(end, next_start)})


def _run_length(length: int, previous: date | None, day: date) -> int:
    if previous is None or (day - previous).days > 1:
        return 1
    return length + (day - previous).days


def _nights(run: Sequence[Duty], until: datetime) -> dict[str, datetime | date]:
    return {"until": until, "first": run[0].day, "last": run[-1].day}


def _written(value: datetime | date) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value.isoformat()
