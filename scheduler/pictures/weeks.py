"""The sessions of a plan week by week: as things stand where it is published, as it was made where it is a draft.

Which sessions there are is looked up for the whole term, by a few columns; who can come only for the weeks shown.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from scheduler.db import Db
from scheduler.equity.plan_shown import PlanShown
from scheduler.people.model import Actor, Role
from scheduler.pictures.sessions_shown import Light, ShownSession, leads_of, light_sessions, loaded
from scheduler.programmes.model import Programme

LENGTHS: Final = (1, 2, 4)
"""So many weeks a page can show."""
_MANY: Final = 80
"""More sessions than this in four weeks are shown week by week, unless somebody wants otherwise."""
_WEEK: Final = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class TermAsk:
    """Which sessions of a term are wanted, from the week of ``day`` on (None: this week); None leaves the rest open."""

    day: date | None = None
    weeks: int | None = None
    site_id: int | None = None
    room_id: int | None = None
    lead_id: int | None = None
    in_trouble: bool = False
    q: str = ""


@dataclass(frozen=True, slots=True)
class WeekCount:
    """A week of the term, by its Monday: how many sessions it has, and how many of them are in trouble."""

    first_day: date
    sessions: int
    in_trouble: int


@dataclass(frozen=True, slots=True)
class TermWeek:
    """A week as it is shown: its sessions in order of time, and the days on which the programme does not meet."""

    first_day: date
    rounds: tuple[int, ...]
    closed: Mapping[date, str]
    sessions: tuple[ShownSession, ...]


@dataclass(frozen=True, slots=True)
class TermShown:
    """Some weeks of a term. ``counts`` has all of its weeks, ``leads`` everybody who facilitates, by id and name;
    ``earlier`` and ``later`` are the first days of the pages before and after."""

    weeks: tuple[TermWeek, ...]
    counts: tuple[WeekCount, ...]
    length: int
    sessions: int
    earlier: date | None
    later: date | None
    leads: tuple[tuple[int, str], ...]


def weeks_of_term(db: Db, actor: Actor, plan: PlanShown, ask: TermAsk, now: datetime) -> TermShown:
    """The weeks of the term that are asked for."""
    programme = plan.programme
    actor.must_have(programme.id, Role.COORDINATOR)
    zone = ZoneInfo(programme.zone)
    found = light_sessions(db, plan, ask.q, ask.site_id, ask.room_id, ask.lead_id, ask.in_trouble)
    counts = _counts(programme, found, zone)
    length = ask.weeks or _length(counts)
    first = _first_week(counts, ask.day or now.astimezone(zone).date(), length, is_wanted=ask.day is not None)
    mondays = [first + n * _WEEK for n in range(length)]
    of_weeks = [one for one in found if first <= one.day(zone) < first + length * _WEEK]
    sessions = loaded(db, plan, of_weeks)
    return TermShown(
        weeks=tuple(_week(programme, monday, sessions, zone) for monday in mondays),
        counts=counts,
        length=length,
        sessions=len(found),
        earlier=first - length * _WEEK if counts and first > counts[0].first_day else None,
        later=first + length * _WEEK if counts and mondays[-1] < counts[-1].first_day else None,
        leads=leads_of(db, plan),
    )


def monday_of(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(days=day.weekday())


def _counts(programme: Programme, found: Sequence[Light], zone: ZoneInfo) -> tuple[WeekCount, ...]:
    """Every week from the first round or session to the last."""
    days = [one.day(zone) for one in found]
    mondays = Counter(map(monday_of, days))
    troubled = Counter(monday_of(one.day(zone)) for one in found if one.in_trouble)
    ends = [*days, *([programme.first_day, programme.last_day] if programme.rounds else ())]
    if not ends:
        return ()
    first, last = monday_of(min(ends)), monday_of(max(ends))
    every = (first + n * _WEEK for n in range((last - first).days // 7 + 1))
    return tuple(WeekCount(monday, mondays[monday], troubled[monday]) for monday in every)


def _length(counts: Sequence[WeekCount]) -> int:
    """Four weeks, or one where four would be too much to look at."""
    sessions = [week.sessions for week in counts]
    most = max((sum(sessions[n : n + 4]) for n in range(len(sessions))), default=0)
    return 4 if most <= _MANY else 1


def _first_week(counts: Sequence[WeekCount], day: date, length: int, *, is_wanted: bool) -> date:
    """The week of the day, as far as it lies in the term; before the term begins the first week with a session."""
    monday = monday_of(day)
    if not counts:
        return monday
    busy = [week.first_day for week in counts if week.sessions] or [counts[0].first_day]
    if monday < counts[0].first_day or (not is_wanted and monday < busy[0]):
        return busy[0]
    if monday > counts[-1].first_day:
        return max(counts[0].first_day, counts[-1].first_day - (length - 1) * _WEEK)
    return monday


def _week(programme: Programme, monday: date, sessions: Iterable[ShownSession], zone: ZoneInfo) -> TermWeek:
    sunday = monday + timedelta(days=6)
    rounds = (span.index for span in programme.rounds if span.first_day <= sunday and monday <= span.last_day)
    here = (one for one in sessions if monday <= one.starts_at.astimezone(zone).date() <= sunday)
    return TermWeek(monday, tuple(rounds), programme.closed.names(monday, sunday), tuple(here))


def by_day(week: TermWeek, zone: str, weekdays: Collection[int]) -> Mapping[date, list[ShownSession]]:
    """The week's sessions by day; days of these weekdays, and closed ones, also where there is none."""
    found: dict[date, list[ShownSession]] = defaultdict(list)
    for one in week.sessions:
        found[one.starts_at.astimezone(ZoneInfo(zone)).date()].append(one)
    every = [week.first_day + timedelta(days=n) for n in range(7)]
    return {day: found.get(day, []) for day in every if day in found or day.weekday() in weekdays}
