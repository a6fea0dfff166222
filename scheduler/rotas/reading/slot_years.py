"""The calendar of a sheet's slots in the right year and order of day and month, by the strongest evidence there is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from scheduler.rotas.model import YEAR
from scheduler.rotas.reading.calendar_words import plain
from scheduler.rotas.reading.dates import Hints
from scheduler.rotas.reading.slot_calendar import (
    Calendar,
    Days,
    calendar_from,
    days_of,
    in_our_era,
    is_of_whole_weeks,
    is_of_working_weeks,
    own_year,
    without_year,
)
from scheduler.rotas.written_days import Slot

_YEARS_AROUND = 2
_FAR = 20
"""Years from today that no rota is ahead."""
_LATEST = 2060
_TRIED = 6
"""So many years that are written, from both ends of the axis, are tried as right."""
_ANY_YEARS = (2027, 2028)
_SECOND_HALF_FROM = 7
"""Academic years begin in July or later: of two years, months before it are those of the second."""

_MADE_READY = timedelta(days=92)
"""So long before its first day a rota is written."""

_TWO_YEARS = re.compile(
    r"(?<!\d)(?:(20\d\d)\s*[-–/]\s*(?:20)?(\d\d)"
    r"|(?:AY|FY|academic year)\s*'?(?:20)?(\d\d)\s*[-–/]\s*'?(?:20)?(\d\d))(?![\d/-])",
    re.IGNORECASE,
)
_ONE_YEAR = re.compile(r"(?<![\d/.-])(20\d\d)(?![\d/.-]\d|\d)")

Evidence = Callable[[bool], Calendar | None]


def years_in(text: str) -> tuple[int, int] | None:
    """The first and last year that a title names: ``AY 26-27``, ``2026/27``, ``Blocks 2026``."""
    found = _TWO_YEARS.search(plain(text))
    if found:
        first = int(found[1] or f"20{found[3]}")
        return (first, first + 1) if (first + 1) % 100 == int(found[2] or found[4]) else None
    years = [int(year) for year in _ONE_YEAR.findall(plain(text))]
    return (min(years), max(years)) if years and max(years) - min(years) <= 1 else None


def best_calendar(slots: Sequence[Slot], hints: Hints) -> Calendar | None:
    """The days of the slots, which all say some; None if nothing says a year."""
    latest = hints.today.year + _FAR if hints.today else _LATEST
    ours = [_ours(slot, latest) for slot in slots]
    return _Search(ours, hints, _possible_orders(ours, hints)).best()


def _possible_orders(slots: Sequence[Slot], hints: Hints) -> tuple[bool, ...]:
    if hints.month_first is not None:
        return (hints.month_first,)
    if not any(map(_is_swappable, slots)):
        return (False,)
    bare = [replace(slot, first=without_year(slot.first), last=without_year(slot.last)) for slot in slots]
    missing = {
        order: min(calendar_from(bare, year, month_first=order).score[0] for year in _ANY_YEARS)
        for order in (False, True)
    }
    return tuple(order for order in (False, True) if missing[order] == min(missing.values()))


def _ours(slot: Slot, latest: int) -> Slot:
    """The slot with years of the common era."""
    return replace(slot, first=in_our_era(slot.first, latest), last=in_our_era(slot.last, latest))


@dataclass(frozen=True, slots=True)
class _Search:
    """The search for the first slot's year; ``orders`` are those of day and month that make as many days as can be,
    true with the month first."""

    slots: Sequence[Slot]
    hints: Hints
    orders: tuple[bool, ...]

    def best(self) -> Calendar | None:
        """The calendar by the first evidence that gives one."""
        kinds = (
            self._written,
            self._given,
            self._title,
            self._sheet_before,
            self._changed,
            self._weekdays,
            self._today,
        )
        found = next((found for kind in kinds if (found := self._ordered(kind)) is not None), None)
        if found is not None and not found.doubt and self._is_against_its_weekdays(found):
            return replace(found, doubt=YEAR)
        return found

    def _is_against_its_weekdays(self, calendar: Calendar) -> bool:
        """Whether most days do not fall on the weekdays beside them, in the year that something else gives."""
        fits = [
            days is not None and days[0].weekday() == slot.first.weekday
            for slot, days in zip(self.slots, calendar.days, strict=True)
            if slot.first is not None and slot.first.weekday is not None and slot.first.year is None
        ]
        return sum(fits) * 2 < len(fits)

    def _ordered(self, evidence: Evidence) -> Calendar | None:
        """The calendar with the day or the month first, whichever is better."""
        if len(self.orders) == 1:
            found = evidence(self.orders[0])
            return found and replace(found, month_first=self.orders[0])
        day_first, month_first = (evidence(order) for order in self.orders)
        if day_first is None or month_first is None or day_first.days == month_first.days:
            return day_first or month_first
        shorter = min(day_first, month_first, key=lambda each: each.score)
        undecided = day_first.score[:3] == month_first.score[:3] and _are_as_long(day_first, month_first)
        best = day_first if undecided else shorter
        return replace(best, is_undecided=undecided, month_first=best is month_first)

    def _written(self, month_first: bool) -> Calendar | None:
        """The first year from which the years that are written are reached, as many of them as can be."""
        own = [year for slot in self.slots if (year := own_year(slot, month_first=month_first)) is not None]
        tried = own[:_TRIED] + own[-_TRIED:]
        found = self._from(month_first, dict.fromkeys(year - back for year in tried for back in range(3)))
        best = min((each for each in found if any(each.days)), key=lambda each: _contradicted(each, own), default=None)
        return replace(best, doubt=YEAR) if best is not None and self._is_outside_title(best) else best

    def _is_outside_title(self, calendar: Calendar) -> bool:
        """Whether years that are written contradict those of a title."""
        if self.hints.years is None or calendar.span is None:
            return False
        first, last = self.hints.years
        begins, ends = calendar.span
        return begins.year > last or ends.year < first or (last > first and ends.year > last)

    def _given(self, month_first: bool) -> Calendar | None:
        year = self.hints.year
        return None if year is None else _best(self._from(month_first, (year,)))

    def _title(self, month_first: bool) -> Calendar | None:
        """The years of a title, in which all days lie. A sheet that fits in both is of the first, unless it is a second
        half."""
        if self.hints.years is None:
            return None
        first, last = self.hints.years
        inside = [
            each
            for each in self._fitting(month_first, range(first, last + 1))
            if each.span and (each.span[1].year <= last or first == last)
        ]
        if len(inside) < 2 or inside[0].span is None:
            found = next(iter(inside), None)
            return replace(found, doubt=YEAR) if found is not None and self._is_before_its_title(found) else found
        begins, ends = inside[0].span
        if ends.month < _SECOND_HALF_FROM:
            return inside[-1]
        return inside[0] if begins.month >= _SECOND_HALF_FROM else replace(inside[0], doubt=YEAR)

    def _is_before_its_title(self, calendar: Calendar) -> bool:
        """Whether it begins before the one month that a title names, as where a rota from December goes on in the next
        year and has lost its first head."""
        assert self.hints.years is not None
        month, begins = self.hints.title_month, calendar.span[0] if calendar.span else None
        first, last = self.hints.years
        return month is not None and begins is not None and first == last and begins < date(first, month, 1)

    def _sheet_before(self, month_first: bool) -> Calendar | None:
        """The year in which the sheet begins with the one before it, or follows it."""
        before = (self.hints.after, self.hints.after) if self.hints.after else self.hints.sheet_before
        if before is None:
            return None
        first, last = before
        assert first is not None
        assert last is not None
        found = self._fitting(month_first, range(first.year - 1, last.year + 2))
        return min(found, key=lambda each: min(_begins_from(each, day) for day in before if day), default=None)

    def _changed(self, month_first: bool) -> Calendar | None:
        """The year whose days hold the day on which the sheet was changed. Towards its end, or before any, the next
        year may be meant that is made ready then: the one whose weeks begin on Mondays, or else it is in doubt."""
        changed = self._day_of_change(month_first)
        if changed is None:
            return None
        found = self._fitting(month_first, range(changed.year - 1, changed.year + 2))
        holding = [each for each in found if each.span and each.span[0] <= changed <= each.span[1]]
        ahead = [each for each in found if each.span and changed < each.span[0] <= changed + _MADE_READY]
        if len(holding) > 1 or not (holding or ahead):
            return None
        return _of_mondays(holding[0], ahead[0]) if holding and ahead else (*holding, *ahead)[0]

    def _weekdays(self, month_first: bool) -> Calendar | None:
        """The one year near today in which weekdays that are written are right, or working weeks begin on Mondays."""
        found = self._around_today(month_first)
        if not any(_names_weekday(slot) for slot in self.slots):
            found = [each for each in found if is_of_working_weeks(self.slots, each.days)]
        return found[0] if len(found) == 1 else None

    def _today(self, month_first: bool) -> Calendar | None:
        """The year that lies nearest, which is in doubt."""
        near = self._day_of_change(month_first) or self.hints.today
        if near is None:
            return None
        found = self._around_today(month_first)
        nearest = min(found, key=lambda each: _distance(each.span, near), default=None)
        return None if nearest is None else replace(nearest, doubt=YEAR)

    def _day_of_change(self, month_first: bool) -> date | None:
        changed = self.hints.changed
        days = () if changed is None else days_of(changed.swapped() if month_first else changed)
        return next(iter(days), None)

    def _around_today(self, month_first: bool) -> list[Calendar]:
        near = self._day_of_change(month_first) or self.hints.today
        if near is None:
            return []
        return self._fitting(month_first, range(near.year - _YEARS_AROUND, near.year + _YEARS_AROUND + 1))

    def _fitting(self, month_first: bool, years: Iterable[int]) -> list[Calendar]:
        """The calendars from these years on that leave out as few slots, and have as few wrong weekdays, as any."""
        found = [each for each in self._from(month_first, years) if any(each.days)]
        best = min((each.score[:2] for each in found), default=None)
        return [each for each in found if each.score[:2] == best]

    def _from(self, month_first: bool, years: Iterable[int]) -> list[Calendar]:
        return [calendar_from(self.slots, year, month_first=month_first) for year in years]


def _contradicted(calendar: Calendar, years: Sequence[int]) -> tuple[int, ...]:
    """The score, with the written years that lie outside of the calendar."""
    assert calendar.span is not None
    begins, ends = calendar.span
    outside = sum(not begins.year <= year <= ends.year for year in years)
    return (calendar.score[0] + outside, outside, *calendar.score[1:3])


def _of_mondays(one: Calendar, next_: Calendar) -> Calendar:
    """Which of two calendars has weeks from Monday on, if only one has; else the first, in doubt."""
    mondays = [each for each in (one, next_) if is_of_whole_weeks(each.days)]
    return mondays[0] if len(mondays) == 1 else replace(one, doubt=YEAR)


def _best(calendars: Sequence[Calendar]) -> Calendar | None:
    return min((each for each in calendars if any(each.days)), key=lambda each: each.score, default=None)


def _are_as_long(one: Calendar, other: Calendar) -> bool:
    """Whether neither spreads over much more time than the other."""
    shorter, longer = sorted((one.score[3], other.score[3]))
    return longer <= 2 * shorter


def _is_swappable(slot: Slot) -> bool:
    return any(part is not None and part.swappable and part.swapped() != part for part in (slot.first, slot.last))


def _names_weekday(slot: Slot) -> bool:
    return any(part is not None and part.weekday is not None for part in (slot.first, slot.last))


def _begins_from(calendar: Calendar, day: date) -> int:
    """Days between a day and the calendar's beginning."""
    return abs((calendar.span[0] - day).days) if calendar.span else 10_000


def _distance(span: Days | None, day: date) -> int:
    """Days between a day and the nearer end; none if it lies within."""
    if span is None:
        return 10_000
    return 0 if span[0] <= day <= span[1] else min(abs((end - day).days) for end in span)
