"""Weeks down a column with weekdays across, such as ``Week commencing | Role | Mon | Tue``, as a band of dates for each
week."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from scheduler.rotas.model import YEAR
from scheduler.rotas.reading.cells import Cell, is_blank, is_number, text_of
from scheduler.rotas.reading.dates import Hints, partial, resolve
from scheduler.rotas.reading.name_forms import has_form_of_name
from scheduler.rotas.reading.slot_text import Stretch, stretch_in
from scheduler.rotas.reading.week_heads import named_weekdays, written_day
from scheduler.rotas.reading.workbook import Sheet
from scheduler.rotas.written_days import Partial

_WEEK, _LEAST_WEEKS, _MOSTLY = 7, 2, 0.8


@dataclass(frozen=True, slots=True)
class Banded:
    """A sheet with a row of dates before the rows of each week, and the corners of rows that have lost their week."""

    sheet: Sheet
    undated: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Weeks:
    """The row of weekdays with their columns, the column that says the weeks, and what it says on which row; the rows
    at ``odd`` hold something else there."""

    heading: int
    days: Mapping[int, int]
    column: int
    firsts: Mapping[int, Partial]
    odd: frozenset[int] = frozenset()


def with_a_band_a_week(sheet: Sheet, hints: Hints) -> Banded:
    """The sheet with a row of dates before the rows of each week; any other sheet as it is. What one person does by
    weeks, with nothing beside it, is none of these."""
    weeks = _weeks(sheet)
    if weeks is None or not (_has_labels(sheet, weeks) or _holds_names(sheet, weeks)):
        return Banded(sheet)
    axis = resolve(list(weeks.firsts.items()), hints)
    if axis.wrong or axis.doubt not in ("", YEAR) or not _are_weeks(list(axis.dates.values())):
        return Banded(sheet)
    lost = list(_lost(sheet, weeks))
    dropped = {row for rows in lost for row in rows}
    rows, numbers = list[tuple[Cell, ...]](), list[int]()
    for row, cells in enumerate(sheet.rows):
        if row in axis.dates:
            rows.append(_dated(sheet, weeks, axis.dates[row], with_year=not axis.doubt))
            numbers.append(row)
        gone = {weeks.column} if row > weeks.heading else set()
        rows.append(() if row in dropped else tuple("" if at in gone else cell for at, cell in enumerate(cells)))
        numbers.append(row)
    return Banded(replace(sheet, rows=tuple(rows), numbers=tuple(numbers)), tuple(_corners(sheet, lost)))


def _weeks(sheet: Sheet) -> _Weeks | None:
    """The weeks of a sheet with one row of weekdays, and below it a column of their first days."""
    headings = [(row, days) for row in range(sheet.height) if (days := named_weekdays(sheet, row))]
    if len(headings) != 1 or len(set(headings[0][1].values())) < len(headings[0][1]):
        return None
    heading, days = headings[0][0], _with_edges(sheet, *headings[0])
    found = [_of_column(sheet, heading, days, column) for column in range(min(days))]
    best = max(found, key=lambda each: len(each.firsts), default=None)
    return None if best is None or len(best.firsts) < _LEAST_WEEKS or _has_dates(sheet, best) else best


def _with_edges(sheet: Sheet, heading: int, named: Mapping[int, int]) -> dict[int, int]:
    """The weekdays with the first and the last, where these have lost their names: what stands under them stands under
    the others as well."""
    found = dict(named)
    rows = range(heading + 1, sheet.height)
    used = {text_of(cell) for row in rows for column in named if not is_blank(cell := sheet.at(row, column))}
    for column, weekday in ((min(named) - 1, named[min(named)] - 1), (max(named) + 1, named[max(named)] + 1)):
        texts = [text_of(cell) for row in rows if not is_blank(cell := sheet.at(row, column))]
        if weekday % _WEEK not in found.values() and len(texts) < 2 * sum(text in used for text in texts):
            found[column] = weekday % _WEEK
    return found


def _of_column(sheet: Sheet, heading: int, days: Mapping[int, int], column: int) -> _Weeks:
    """The weeks that a column says, each where it begins; none if it mostly holds other things."""
    cells = [(row, cell) for row in range(heading + 1, sheet.height) if not is_blank(cell := sheet.at(row, column))]
    parts = {row: part for row, cell in cells if (part := _first_day(cell)) is not None}
    if len(parts) < _MOSTLY * len(cells):
        return _Weeks(heading, days, column, {})
    new = [row for before, row in pairwise([-1, *parts]) if before < 0 or parts[row] != parts[before]]
    odd = frozenset(row for row, _ in cells if row not in parts)
    return _Weeks(heading, days, column, {row: parts[row] for row in new}, odd)


def _lost(sheet: Sheet, weeks: _Weeks) -> Iterator[list[int]]:
    """Rows whose week is missing: before the first, where it cannot be read, and what a week has more than usual."""
    groups: dict[int, list[int]] = {}
    first = weeks.heading
    for row in _below(sheet, weeks):
        first = row if row in weeks.firsts or row in weeks.odd else first
        if any(not is_blank(sheet.at(row, column)) for column in weeks.days):
            groups.setdefault(first, []).append(row)
    counts = Counter(len(rows) for first, rows in groups.items() if first in weeks.firsts)
    usual = min(count for count, times in counts.items() if times == max(counts.values()))
    for first, rows in groups.items():
        labels = [_label(sheet, weeks, row) for row in rows]
        if first not in weeks.firsts:
            yield rows
        elif any(label in labels[:usual] for label in labels[usual:]):
            yield rows[usual:]


def _label(sheet: Sheet, weeks: _Weeks, row: int) -> list[str]:
    return [text_of(sheet.at(row, column)) for column in range(min(weeks.days)) if column != weeks.column]


def _corners(sheet: Sheet, lost: Sequence[Sequence[int]]) -> Iterator[tuple[str, str]]:
    """The first and the last filled cell of these rows."""
    for rows in lost:
        last = max(column for row in rows for column, _ in sheet.filled(row))
        yield sheet.address(rows[0], min(column for column, _ in sheet.filled(rows[0]))), sheet.address(rows[-1], last)


def _first_day(cell: Cell) -> Partial | None:
    part = partial(cell)
    if part is None and isinstance(cell, str):
        stretch = stretch_in(cell)
        part = _beginning(stretch) if stretch else None
    return None if part is None or part.month is None else replace(part, weekday=None)


def _beginning(stretch: Stretch) -> Partial | None:
    """The first day of ``3-7 August``, whose month stands behind its last."""
    first, last = stretch.first, stretch.last
    if first is None or first.month is not None or last is None or last.day < first.day:
        return first
    return replace(first, month=last.month, year=first.year or last.year)


def _are_weeks(firsts: Sequence[date]) -> bool:
    """Whether the days go up by whole weeks, but for a slip."""
    steps = [(after - before).days for before, after in pairwise(firsts)]
    return all(step > 0 for step in steps) and sum(step % _WEEK == 0 for step in steps) >= _MOSTLY * len(steps)


def _below(sheet: Sheet, weeks: _Weeks) -> range:
    return range(weeks.heading + 1, sheet.height)


def _entries(sheet: Sheet, weeks: _Weeks) -> Iterator[Cell]:
    cells = (sheet.at(row, column) for row in _below(sheet, weeks) for column in weeks.days)
    return (cell for cell in cells if not is_blank(cell))


def _has_dates(sheet: Sheet, weeks: _Weeks) -> bool:
    """Whether days of their own stand under the weekdays, as in a wall calendar."""
    cells = list(_entries(sheet, weeks))
    return 2 * len(weeks.days) * sum(partial(cell) is not None for cell in cells) > len(cells)


def _has_labels(sheet: Sheet, weeks: _Weeks) -> bool:
    """Whether words beside the weeks name the rows, as posts or people do."""
    beside = [column for column in range(min(weeks.days)) if column != weeks.column]
    rows = [row for row in _below(sheet, weeks) if any(not is_blank(sheet.at(row, column)) for column in weeks.days)]
    cells = [[cell for column in beside if not is_blank(cell := sheet.at(row, column))] for row in rows]
    return 2 * sum(any(not is_number(cell) for cell in each) for each in cells) > len(rows)


def _holds_names(sheet: Sheet, weeks: _Weeks) -> bool:
    """Whether most of what stands under the weekdays has the form of a name."""
    texts = Counter(text_of(cell) for cell in _entries(sheet, weeks))
    return 2 * sum(count for text, count in texts.items() if has_form_of_name(text)) > texts.total()


def _dated(sheet: Sheet, weeks: _Weeks, first: date, *, with_year: bool) -> tuple[Cell, ...]:
    """The row of weekdays with the dates of a week."""
    begins = first.weekday() if with_year else weeks.days[min(weeks.days)]
    dates = {column: first + timedelta(days=(day - begins) % _WEEK) for column, day in weeks.days.items()}
    cells = enumerate(sheet.rows[weeks.heading])
    return tuple(written_day(dates[at], with_year=with_year) if at in dates else cell for at, cell in cells)
