"""What makes dates doubtful: an order of day and month that nothing shows, days that a spreadsheet has turned round,
and dates that lie years away from all others."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from statistics import median_low

from scheduler.languages import say
from scheduler.rotas.model import AS_WRITTEN, EXCHANGED, FLIPPED, Question
from scheduler.rotas.written_days import Partial

_FAR = timedelta(days=200)
_LEAST_DAYS, _MOST_ASTRAY = 6, 0.1
_LEAP_YEAR = 366
_MOST_OUT_OF_ORDER = 0.05
"""Share of dates that fall back, up to which a list counts as one in order."""
_IN_STEP = 3
"""Dates lie this many usual steps apart at most, if just one between them is wrong."""


def shown_order(parts: Iterable[Partial]) -> bool | None:
    """Whether the month comes first, as all the dates that leave no choice show together; None if none does, or if
    they contradict each other."""
    shown = {part.month > 12 for part in parts if part.swappable and part.month and max(part.day, part.month) > 12}
    return shown.pop() if len(shown) == 1 else None


def turned_back(parts: Sequence[Partial]) -> tuple[Partial, ...] | None:
    """The parts with those turned back that a spreadsheet has probably turned round: where it reads the month first,
    it makes dates of days up to the twelfth and leaves the others as text. None if there is no sign of that."""
    left = [part for part in parts if part.swappable and part.month is not None and part.day > 12]
    made = [part for part in parts if _may_be_turned(part)]
    if not left or not made:
        return None
    found = tuple(
        replace(part, day=part.month or 0, month=part.day) if _may_be_turned(part) else part for part in parts
    )
    return found if 2 * _reach(found) <= _reach(parts) else None


def _may_be_turned(part: Partial) -> bool:
    is_whole = not part.swappable and part.year is not None and part.month is not None
    return is_whole and part.day <= 12 and part.day != part.month


def _reach(parts: Iterable[Partial]) -> timedelta:
    days = [day for part in parts if (day := _day(part)) is not None]
    return max(days) - min(days) if days else timedelta()


def _day(part: Partial) -> date | None:
    try:
        return date(part.year, part.month, part.day) if part.year and part.month else None
    except ValueError:
        return None


def out_of_step(parts: Sequence[Partial]) -> frozenset[int]:
    """The positions of written dates that cannot be right: those before and after them follow on each other, and they
    do not lie between. Taken at their word they would turn the year."""
    days = [_day_of_any_year(part) for part in parts]
    steps = [
        (after - before) % _LEAP_YEAR for before, after in pairwise(days) if before is not None and after is not None
    ]
    if len(steps) < _LEAST_DAYS:
        return frozenset()
    near = _IN_STEP * median_low(steps)
    return frozenset(
        position
        for position, (before, day, after) in enumerate(zip(days, days[1:], days[2:], strict=False), start=1)
        if before is not None
        and day is not None
        and after is not None
        and (gap := (after - before) % _LEAP_YEAR) <= near
        and (day - before) % _LEAP_YEAR > gap
    )


def _day_of_any_year(part: Partial) -> int | None:
    """Which day of a year it is; None if a year is written, or if day and month may be or are exchanged."""
    if part.month is None or part.month > 12 or part.year is not None or part.is_ambiguous:
        return None
    return sum(monthrange(2000, month)[1] for month in range(1, part.month)) + part.day


def against_the_weekdays(parts: Sequence[Partial], days: Sequence[date | None]) -> tuple[int, ...]:
    """The positions of the dates that do not fall on the weekday beside them."""
    return tuple(
        position
        for position, (part, day) in enumerate(zip(parts, days, strict=True))
        if day is not None and part.weekday is not None and day.weekday() != part.weekday
    )


def out_of_order(lists: Iterable[Sequence[date]]) -> Iterator[tuple[int, int]]:
    """The list and the position of each date that lies before the one above it or after the one below it, where all
    other dates of these lists go up: their order is what speaks against it."""
    ordered = [list(days) for days in lists]
    falls = [
        (number, position) for number, days in enumerate(ordered) for position in range(1, len(days))
        if days[position] < days[position - 1]
    ]  # fmt: skip
    if len(falls) > _MOST_OUT_OF_ORDER * sum(map(len, ordered)):
        return
    for number, position in falls:
        days = ordered[number]
        before = days[position - 2] if position > 1 else None
        is_above = before is not None and before <= days[position] and position + 1 < len(days)
        yield number, position - 1 if is_above and days[position - 1] > days[position + 1] else position


def astray(days: Collection[date]) -> frozenset[date]:
    """The few days that lie further from all others than these do from each other."""
    ordered = sorted(set(days))
    if len(ordered) < _LEAST_DAYS:
        return frozenset()
    gaps = [(after - before, position) for position, (before, after) in enumerate(pairwise(ordered), start=1)]
    gap, position = max(gaps)
    few, many = sorted((ordered[:position], ordered[position:]), key=len)
    is_far = gap > max(_FAR, many[-1] - many[0])
    return frozenset(few) if is_far and len(few) <= max(1, _MOST_ASTRAY * len(ordered)) else frozenset()


def astray_questions(days: Mapping[str, date], written: Mapping[str, str]) -> Iterable[Question]:
    """A question for each date, by its cell, that lies years away from all others."""
    far = astray(days.values())
    near = [day for day in days.values() if day not in far]
    for cell, day in days.items():
        if day in far:
            likely = _in_a_year_near(day, min(near), max(near))
            text = say(
                "“%(text)s” is far from all other dates, %(first)s to %(last)s. Which day is it?",
                text=written[cell],
                first=min(near),
                last=max(near),
            )
            yield Question("date", cell, text, tuple(dict.fromkeys(map(str, (likely, day)))), cell)


def _in_a_year_near(day: date, first: date, last: date) -> date:
    """The same day in the year in which it lies nearest to the others."""
    middle = first + (last - first) / 2
    years = [year for year in range(first.year - 1, last.year + 2) if (day.month, day.day) != (2, 29) or year % 4 == 0]
    return min((day.replace(year=year) for year in years), key=lambda each: abs(each - middle), default=day)


def not_in_order(cell: str, written: str) -> Question:
    """The question about the one date of a list that breaks the order of all others."""
    text = say("“%(text)s” stands out of order: all other dates of the list go up. Is it right?", text=written)
    return Question("date", cell, text, (written,), cell)


def flipped(cell: str) -> Question:
    """The question about days and months that a spreadsheet seems to have exchanged."""
    text = say(
        "A spreadsheet seems to have exchanged days and months up to the twelfth; we exchanged them back. Is that "
        "right?"
    )
    return Question("date", cell, text, (EXCHANGED, AS_WRITTEN), FLIPPED)
