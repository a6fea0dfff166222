"""Rounds from a first day on, in which weeks without a session are not counted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from scheduler.programmes.closed_days import ClosedDays
from scheduler.programmes.model import Programme, Round

_WEEK: Final = timedelta(days=7)
MOST_WEEKS_LONGER: Final = 26
"""A round is not made longer than this by weeks that are off: else it would have no end where everything is closed."""


def rounds_around(
    first_day: date, rounds: int, weeks: int, closed: ClosedDays, weekdays: Collection[int]
) -> tuple[Round, ...]:
    """Rounds one after another, each of so many weeks in which there is a day to meet on.

    A week in which every one of the ``weekdays`` is closed makes its round a week longer.
    """
    found: list[Round] = []
    start = first_day
    for index in range(rounds):
        end = _end(start, weeks, closed, weekdays)
        found.append(Round(index, start, end - timedelta(days=1)))
        start = end
    return tuple(found)


def _end(start: date, weeks: int, closed: ClosedDays, weekdays: Collection[int]) -> date:
    end, counted, longer = start, 0, 0
    while counted < weeks:
        is_off = longer < MOST_WEEKS_LONGER and _is_off(end, closed, weekdays)
        longer, counted = longer + is_off, counted + (not is_off)
        end += _WEEK
    return end


def _is_off(first_day: date, closed: ClosedDays, weekdays: Collection[int]) -> bool:
    shut = closed.names(first_day, first_day + timedelta(days=6))
    days = (first_day + timedelta(days=offset) for offset in range(7))
    meant = [day for day in days if day.weekday() in weekdays]
    return bool(meant) and all(day in shut for day in meant)


@dataclass(frozen=True, slots=True)
class Evenly:
    """How rounds were spread: from which day, how many, of how many weeks, and whether weeks off are not counted."""

    first_day: date
    count: int
    weeks: int
    around: bool


def spread(wanted: Evenly, programme: Programme) -> tuple[Round, ...]:
    """The rounds of this spread with a programme's closed days and times of the week."""
    weekdays = _weekdays(programme) if wanted.around else set[int]()
    return rounds_around(wanted.first_day, wanted.count, wanted.weeks, programme.closed, weekdays)


def evenly(programme: Programme) -> Evenly | None:
    """The spread that gives the programme's rounds; None where they are uneven."""
    weeks = min(round((each.last_day - each.first_day).days / 7) for each in programme.rounds)
    for around in (True, False):
        found = Evenly(programme.first_day, len(programme.rounds), max(1, weeks), around)
        if spread(found, programme) == programme.rounds:
            return found
    return None


def moved_rounds(before: Programme, first_day: date, closed: ClosedDays) -> tuple[Round, ...]:
    """A programme's rounds from another first day on: spread anew around the weeks that are off then, if they were
    spread; else each with as many weeks to meet in as it had, and as far from the one before. A round with no day to
    meet on is made longer, and later ones follow it."""
    found = evenly(before)
    if found is not None and found.around:
        return spread(replace(found, first_day=first_day), replace(before, closed=closed))
    by, weekdays, moved = first_day - before.first_day, _weekdays(before), []
    for each in before.rounds:
        start = each.first_day + by
        end = _moved_end(each, start, before.closed, closed, weekdays)
        moved.append(Round(each.index, start, end))
        by = end - each.last_day
    return tuple(moved)


def _moved_end(
    before: Round, start: date, closed_then: ClosedDays, closed: ClosedDays, weekdays: Collection[int]
) -> date:
    """The last day of a round that begins on another day: weeks in which nobody could meet then are not counted."""
    weeks, rest = divmod((before.last_day - before.first_day).days + 1, 7)
    firsts = (before.first_day + number * _WEEK for number in range(weeks))
    counted = sum(not _is_off(day, closed_then, weekdays) for day in firsts)
    if counted:
        return _end(start, counted, closed, weekdays) + timedelta(days=rest - 1)
    end = start + (before.last_day - before.first_day)
    return end + _weeks_until_open(start, end, closed, weekdays)


def _weeks_until_open(start: date, end: date, closed: ClosedDays, weekdays: Collection[int]) -> timedelta:
    for weeks in range(MOST_WEEKS_LONGER):
        if _has_open_day(start, end + weeks * _WEEK, closed, weekdays):
            return weeks * _WEEK
    return timedelta()


def _has_open_day(first_day: date, last_day: date, closed: ClosedDays, weekdays: Collection[int]) -> bool:
    shut = closed.names(first_day, last_day)
    days = (first_day + timedelta(days=offset) for offset in range((last_day - first_day).days + 1))
    return any(day.weekday() in weekdays and day not in shut for day in days)


def _weekdays(programme: Programme) -> set[int]:
    return {window.weekday for window in programme.windows}
