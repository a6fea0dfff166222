"""Wall calendars: pages with a row of weekdays and, for each week, a row of day numbers with rows of entries below."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from scheduler.rotas.reading.axis import weekday_columns
from scheduler.rotas.reading.cells import Cell, is_blank, is_number, text_of
from scheduler.rotas.reading.dates import (
    Hints,
    Partial,
    may_be_weekday,
    mentioned_year,
    partial,
    weekday_of,
)
from scheduler.rotas.reading.month_titles import named_months, named_years
from scheduler.rotas.reading.workbook import Sheet

_DAY_AND_MORE = re.compile(r"\s*(\d{1,2})\s*[\n\s]\s*([^\d\W].*)", re.DOTALL)
_TITLE_WITHIN = 4
_YEARS_AROUND = 2
_MOST_WEEKS_LEFT_OUT = 4
_LATE_IN_MONTH = 23
_WEEK = timedelta(days=7)
_LEAST_WEEKDAYS = 3
_SHORTEST_MONTH, _LONGEST_MONTH = 28, 31
_MOSTLY = 0.7
"""Of the day numbers of a column, how many must follow their neighbours’ for its weekday to be known."""


@dataclass(frozen=True, slots=True)
class Week:
    """A row of day numbers: what each column's cell says of its day. Rows of entries follow, down to ``last_row``."""

    row: int
    last_row: int
    parts: Mapping[int, Partial]
    monday: date | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """The weeks under one row of weekdays: ``columns`` are its columns with their weekdays, Monday 0; labels of rows
    stand from column ``labels`` on. ``titles`` are words that may name month and year, the nearest first."""

    row: int
    labels: int
    columns: Mapping[int, int]
    weeks: tuple[Week, ...]
    titles: tuple[str, ...]

    @property
    def end(self) -> int:
        """The last row that may hold entries: below the last week there may stand more, which is none of its."""
        last = self.weeks[-1]
        longest = max((week.last_row - week.row for week in self.weeks[:-1]), default=last.last_row - last.row)
        return min(last.last_row, last.row + longest)

    def rows(self, week: Week) -> range:
        """The rows of a week's entries."""
        return range(week.row + 1, min(week.last_row, self.end) + 1)

    @property
    def anchor(self) -> int:
        """The first column whose day number agrees with its neighbour's, so that it is no slip."""
        days = sorted(self.weeks[0].parts.items())
        agreeing = (one for (one, part), (other, later) in pairwise(days) if self.agrees((one, part), (other, later)))
        return next(agreeing, days[0][0])

    def agrees(self, one: tuple[int, Partial], other: tuple[int, Partial]) -> bool:
        """Whether two day numbers are as far apart as their columns' weekdays."""
        return _agree(one, other, self.columns)

    @property
    def placed(self) -> tuple[Week, ...]:
        """The weeks that have their place."""
        return tuple(week for week in self.weeks if week.monday is not None)

    def day(self, week: Week, column: int) -> date | None:
        """The date of a column in a week that has its place."""
        return None if week.monday is None else week.monday + timedelta(days=self.offset(column))

    def offset(self, column: int) -> int:
        """Days from the Monday of the week's first column; a week may begin on Sunday."""
        first = self.columns[min(self.columns)]
        return self.columns[column] if self.columns[column] >= first else self.columns[column] + 7


def find_pages(sheet: Sheet) -> tuple[Page, ...]:
    """Every page of the sheet that has at least one week. Pages side by side have more: a week beside a week is a row
    of dates."""
    rows = [(row, columns) for row in range(sheet.height) if (columns := _weekdays(sheet, row))]
    found: list[Page] = []
    before = -1
    for position, (row, columns) in enumerate(rows):
        last = rows[position + 1][0] - 1 if position + 1 < len(rows) else sheet.height - 1
        beside = list(_beside(sheet, row, (before, last), columns))
        found += [page for page in beside if len(beside) == 1 or len(page.weeks) > 1]
        before = max((page.end for page in beside), default=row)
    return tuple(found)


def _weekdays(sheet: Sheet, row: int) -> dict[int, int]:
    """The columns that a row of weekdays heads, Monday 0. Their order tells what an abbreviation stands for: ``So``
    after ``Sa`` is no Saturday, and ``S M T W T F S`` is a week."""
    named = weekday_columns(sheet, row) or _but_for_some(sheet, row)
    cells = [(column, text_of(cell)) for column, cell in sheet.filled(row) if named or isinstance(cell, str)]
    if named:
        return _in_order([(column, text, named[column]) for column, text in cells if column in named])
    starts = (start for start in (6, 0) if _is_week_from(start, [text for _, text in cells]))
    return {column: (start + at) % 7 for start in starts for at, (column, _) in enumerate(cells)}


def _but_for_some(sheet: Sheet, row: int) -> dict[int, int]:
    """The weekdays of a week of which some are misspelt or lost: as far apart as their columns."""
    cells = list(sheet.filled(row))
    found = {column: day for column, cell in cells if (day := weekday_of(cell)) is not None}
    begins = {day - column for column, day in found.items()}
    return found if len(found) >= max(_LEAST_WEEKDAYS, len(cells) / 2) and len(begins) == 1 else {}


def _is_week_from(start: int, texts: Sequence[str]) -> bool:
    """Whether single letters are the days of a week that begins so."""
    length = 7 if start else len(texts)
    fits = (may_be_weekday(text, (start + at) % 7) for at, text in enumerate(texts))
    return length == len(texts) in (5, 7) and all(len(text) <= 2 for text in texts) and all(fits)


def _in_order(named: Sequence[tuple[int, str, int]]) -> dict[int, int]:
    """The weekdays by their columns, each the day after the one before it if its name can mean that."""
    columns: dict[int, int] = {}
    before = ""
    last = (_later_text(named)[1] - 1) % 7 if named else 0
    for column, text, weekday in named:
        after = (last + (1 if columns else 0)) % 7
        last = after if text != before and may_be_weekday(text, after) else weekday
        columns[column] = last
        before = text
    return columns


def _later_text(named: Sequence[tuple[int, str, int]]) -> tuple[str, int]:
    """The second weekday of a row, which is not the same cell merged over two columns."""
    return next(((text, weekday) for _, text, weekday in named if text != named[0][1]), named[0][1:])


def _beside(sheet: Sheet, row: int, between: tuple[int, int], columns: Mapping[int, int]) -> Iterator[Page]:
    """The pages under one row of weekdays: titles stand after the first of the rows ``between``, weeks end with the
    other."""
    above, last = between
    start = 0
    for run in _runs(columns):
        whole, weeks = run, tuple(_weeks(sheet, run, row + 1, last))
        while (wider := _with_lost(sheet, whole, weeks)) != whole:  # each that is found may tell of the one beside it
            whole, weeks = wider, tuple(_weeks(sheet, wider, row + 1, last))
        if weeks:
            yield Page(row, start, whole, weeks, tuple(_titles(sheet, row, above, range(start, max(whole) + 1))))
        start = max(whole) + 1


def _with_lost(sheet: Sheet, columns: Mapping[int, int], weeks: Sequence[Week]) -> dict[int, int]:
    """The weekdays with those whose name is lost or misspelt, by the day numbers between or beside the others."""
    found = dict(columns)
    for column in range(max(0, min(columns) - 1), min(max(columns) + 2, sheet.width)):
        before, after = found.get(column - 1), found.get(column + 1)
        weekday = (before + 1) % 7 if before is not None else None if after is None else (after - 1) % 7
        if column not in found and weekday is not None and weekday not in found.values():
            signs = list(_follows(sheet, column, weeks))
            if sum(signs) > 1 and sum(signs) > _MOSTLY * len(signs):
                found[column] = weekday
    return found


def _follows(sheet: Sheet, column: int, weeks: Sequence[Week]) -> Iterator[bool]:
    """Of each week whether what stands in a column is the day before or after its neighbour's."""
    for week in weeks:
        part = partial(day_and_rest(sheet.at(week.row, column))[0])
        beside = [(near, week.parts[near].day) for near in (column - 1, column + 1) if near in week.parts]
        if part is not None or not is_blank(sheet.at(week.row, column)):
            yield from (part is not None and _is_so_far(part.day - day, column - near) for near, day in beside)


def _is_so_far(days: int, columns: int) -> bool:
    """Whether two day numbers are as far apart as their columns, be it over the end of a month."""
    return days == columns or (days * columns < 0 and _SHORTEST_MONTH <= abs(days - columns) <= _LONGEST_MONTH)


def _runs(columns: Mapping[int, int]) -> Iterator[dict[int, int]]:
    """Weekdays that follow each other; where they begin again, another page stands beside."""
    run: dict[int, int] = {}
    seen: list[int] = []
    for column, weekday in sorted(columns.items()):
        if weekday in seen and seen[-1] != weekday:
            yield run
            run, seen = {}, []
        run[column] = weekday
        seen.append(weekday)
    yield run


def _titles(sheet: Sheet, row: int, after: int, columns: range) -> Iterator[str]:
    for above in range(row, max(after, row - _TITLE_WITHIN), -1):
        cells = [cell for column in columns if not is_blank(cell := sheet.at(above, column))]
        texts = [text_of(cell) for cell in cells if _names_time(cell) and (above < row or weekday_of(cell) is None)]
        yield from dict.fromkeys(texts)


def _names_time(cell: Cell) -> bool:
    return not is_number(cell) and bool(named_months(text_of(cell)) or mentioned_year(text_of(cell)))


def _weeks(sheet: Sheet, columns: Mapping[int, int], first: int, last: int) -> Iterator[Week]:
    rows = [(row, parts) for row in range(first, last + 1) if (parts := _week_in(sheet, row, columns))]
    for position, (row, parts) in enumerate(rows):
        yield Week(row, rows[position + 1][0] - 1 if position + 1 < len(rows) else last, parts)


def _week_in(sheet: Sheet, row: int, columns: Mapping[int, int]) -> dict[int, Partial]:
    """The row's days if it is a row of day numbers and of hardly anything else, and they fit the weekdays."""
    filled = {column: cell for column in columns if not is_blank(cell := sheet.at(row, column))}
    parts = {column: part for column, cell in filled.items() if (part := partial(day_and_rest(cell)[0])) is not None}
    others = len(filled) - len(parts)
    is_of_days = not others or (len(parts) > 2 and len(parts) >= 2 * others)
    return parts if parts and is_of_days and _follow_each_other(parts, columns) else {}


def day_and_rest(cell: Cell) -> tuple[Cell, str]:
    """The day's number and what stands in the same cell below or behind it: names, or the name of a holiday."""
    found = _DAY_AND_MORE.fullmatch(cell) if isinstance(cell, str) and partial(cell) is None else None
    return (found[1], found[2].strip()) if found else (cell, "")


def _follow_each_other(parts: Mapping[int, Partial], columns: Mapping[int, int]) -> bool:
    """Whether day numbers are as far apart as the weekdays above them; of three or more one may be a slip."""
    pairs = [_agree(one, other, columns) for one, other in pairwise(sorted(parts.items()))]
    return all(pairs) or (len(pairs) > 1 and sum(pairs) * 2 >= len(pairs))


def _agree(one: tuple[int, Partial], other: tuple[int, Partial], columns: Mapping[int, int]) -> bool:
    (before, first), (after, later) = one, other
    turns = first.day >= _LATE_IN_MONTH and later.day < _WEEK.days
    return turns or (first.day < later.day and (later.day - first.day - columns[after] + columns[before]) % 7 == 0)


@dataclass(frozen=True, slots=True)
class PlacedPages:
    """Pages whose weeks have their dates. ``month_unknown`` are those that nothing places, ``year_assumed`` is the
    page whose year was taken for lack of any."""

    pages: tuple[Page, ...]
    month_unknown: tuple[Page, ...] = ()
    year_assumed: Page | None = None


def placed_pages(pages: Sequence[Page], hints: Hints, title: str) -> PlacedPages:
    """The pages with dates: by the month and year in their titles and in ``title``, by the weekdays, and by the page
    before."""
    done: list[Page] = []
    unknown: list[Page] = []
    assumed: Page | None = None
    for page in pages:
        before = _last_day(done[-1]) if done else hints.sheet_before[1] if hints.sheet_before else None
        found, is_assumed = _placed(page, _Known(page, hints, "" if done else title, before))
        if found is None:
            unknown.append(page)
            continue
        assumed = assumed or (found if is_assumed else None)
        done.append(found)
    return PlacedPages(tuple(done), tuple(unknown), assumed)


def _placed(page: Page, known: _Known) -> tuple[Page | None, bool]:
    """The page in its place, and whether its year was assumed."""
    fits = [fit for start in dict.fromkeys(known.starts()) if (fit := _fitted(page, start)) is not None]
    most = max((len(fit.placed) for fit in fits), default=0)
    if most * 2 <= len(page.weeks):
        return None, False
    good = [fit for fit in fits if len(fit.placed) == most]
    return good[0], not known.is_year_written and len(good) > 1


class _Known:
    """What is known of a page's month and year from its titles, from ``title``, and from what was read before."""

    def __init__(self, page: Page, hints: Hints, title: str, before: date | None) -> None:
        self._first = page.weeks[0].parts[page.anchor]
        self._before = before
        near = next((months for text in page.titles if (months := named_months(text))), None)
        self._months = near or named_months(title)
        years = [year for text in page.titles for year in named_years(text)]
        years = years or ([hints.year] if hints.year else named_years(title))
        self.is_year_written = bool(years) or before is not None or any(year for year, _ in self._months)
        if before is not None and not years:
            years = [before.year, before.year + 1]
        self._years = years or _years_around(hints)

    def starts(self) -> Iterator[date]:
        """Dates on which the page's first day number may lie, likeliest first."""
        if self._first.month is not None:
            for own in [self._first.year] if self._first.year else self._years:
                yield from _on_day(date(own, self._first.month, 1), self._first.day)
        elif self._months:
            for year, month in self._months:
                for each in [year] if year is not None else self._years:
                    yield from _in_month(date(each, month, 1), self._first.day)
        elif self._before is not None:
            after = self._before + timedelta(days=1)
            starts = (
                start for month in (self._before, _later(self._before)) for start in _on_day(month, self._first.day)
            )
            yield from sorted(starts, key=lambda start: abs(start - after))


def _in_month(first: date, day: int) -> Iterator[date]:
    """The day of the month that begins so, or of the month before it, if its last days come first on the page."""
    yield from _on_day(first, day)
    yield from (start for start in _on_day(first - timedelta(days=1), day) if first - start < _WEEK)


def _later(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _years_around(hints: Hints) -> list[int]:
    """Years near today, the nearest first."""
    if hints.today is None:
        return []
    now = hints.today.year
    return sorted(range(now - _YEARS_AROUND, now + _YEARS_AROUND + 1), key=lambda year: (abs(year - now), year < now))


def _on_day(month: date, day: int) -> Iterator[date]:
    try:
        yield month.replace(day=day)
    except ValueError:
        return


def _fitted(page: Page, start: date) -> Page | None:
    """The page with its first day number on ``start``; weeks that fit nowhere after it keep no place."""
    column = page.anchor
    if start.weekday() != page.columns[column]:
        return None
    monday = start - timedelta(days=page.offset(column))
    weeks: list[Week] = []
    for week in page.weeks:
        at = next((each for each in _next_mondays(monday) if _fits(page, week, each)), None)
        weeks.append(replace(week, monday=at))
        monday = at + _WEEK if at is not None else monday
    return replace(page, weeks=tuple(weeks))


def _next_mondays(monday: date) -> Iterable[date]:
    return (monday + _WEEK * weeks for weeks in range(_MOST_WEEKS_LEFT_OUT + 1))


def _fits(page: Page, week: Week, monday: date) -> bool:
    """Whether all day numbers are those of the week that begins so, or of three and more two thirds."""
    days = {column: monday + timedelta(days=page.offset(column)) for column in week.parts}
    fitting = [is_day(part, days[column]) for column, part in week.parts.items()]
    return all(fitting) or (len(fitting) > 2 and sum(fitting) * 3 >= 2 * len(fitting))


def is_day(part: Partial, day: date) -> bool:
    """Whether what is written is that day."""
    return day.day == part.day and part.month in (None, day.month)


def _last_day(page: Page) -> date:
    days = (page.day(week, column) for week in page.placed for column in week.parts)
    return max(day for day in days if day is not None)
