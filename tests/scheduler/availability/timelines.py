"""Short ways to write down duties, slots and answers in tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from scheduler.availability.duties import duty_at
from scheduler.availability.intervals import Interval, moment
from scheduler.availability.marks import DEFAULT_POLICY, Availability, MarkCalculator
from scheduler.availability.model import Candidate, Duty, InPerson, OwnMark, Policy, Reason, Timeline, Weekly
from scheduler.availability.rest import PRESETS, RestRules
from scheduler.availability.slots import SlotTable
from scheduler.rotas.model import DutyKind

LONDON = ZoneInfo("Europe/London")
ENGLAND = PRESETS["england-2016"]
HOME, AWAY = 1, 2
"""Two sites."""


def availability(
    table: SlotTable, timeline: Timeline, rules: RestRules, policy: Policy = DEFAULT_POLICY
) -> Availability:
    """The answer for one person."""
    return MarkCalculator(table, rules, policy).of(timeline)


def wall(written: str) -> datetime:
    """A wall-clock time without its zone, as a rota gives it."""
    return datetime.fromisoformat(written)


def at(written: str, zone: ZoneInfo = LONDON) -> datetime:
    """The moment when a clock of the zone shows this."""
    return wall(written).replace(tzinfo=zone).astimezone(UTC)


def duty(kind: str, start: str, hours: float, zone: ZoneInfo = LONDON, code: str = "X") -> Duty:
    """A duty by the wall clock: it ends so many hours later *on the clock*, whatever the clock does at night."""
    begins = wall(start)
    ends = moment(begins + timedelta(hours=hours), zone, ends=True)
    return duty_at(DutyKind(kind), code, begins.date(), moment(begins, zone), ends, zone)


def nights(first: str, count: int, zone: ZoneInfo = LONDON) -> list[Duty]:
    """Nights of twelve hours by the clock, on consecutive days."""
    start = wall(first)
    return [duty("night", (start + timedelta(days=day)).isoformat(), 12, zone, "N") for day in range(count)]


def answer(
    slot: str,
    *duties: Duty,
    minutes: int = 60,
    rules: RestRules = ENGLAND,
    protected: bool = False,
    zone: ZoneInfo = LONDON,
    loaded: bool = True,
    own: tuple[OwnMark, ...] = (),
    weekly: tuple[Weekly, ...] = (),
    busy: tuple[Interval, ...] = (),
    policy: Policy = DEFAULT_POLICY,
    in_person: InPerson = InPerson.NOT,
) -> tuple[str, Reason]:
    """The mark and the reason for one slot, on a rota that speaks for everything unless ``loaded`` is off."""
    spans = [(date(2020, 1, 1), date(2030, 1, 1))] if loaded else []
    table = SlotTable([Candidate(at(slot, zone), protected)], minutes, zone)
    timeline = Timeline(zone, duties, spans, weekly, own, busy, site_id=HOME, in_person=in_person)
    found = availability(table, timeline, rules, policy)
    return found.marks[0], found.reasons[0]


def mark(slot: str, *duties: Duty, **options: object) -> str:
    """The mark alone."""
    return answer(slot, *duties, **options)[0]  # type: ignore[arg-type]


def weekly(weekday: int, start: str, end: str, what: str, category: str) -> Weekly:
    """A weekly pattern."""
    marks = {"0": "0", "1": "1", "2": "2"}
    return Weekly(weekday, time.fromisoformat(start), time.fromisoformat(end), marks[what], category)  # type: ignore[arg-type]


def marks(
    slots: Sequence[Candidate], session_minutes: int, timeline: Timeline, rules: RestRules
) -> tuple[str, tuple[Reason, ...]]:
    """The marks and reasons of one person for several slots."""
    found = availability(SlotTable(slots, session_minutes, timeline.zone), timeline, rules)
    return found.marks, found.reasons
