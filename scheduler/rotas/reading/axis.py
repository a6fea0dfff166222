"""Finding the row of dates that a grid hangs on. A column of dates is the row of the turned sheet."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from types import MappingProxyType

from scheduler.rotas.model import AGAINST_WEEKDAYS, FLIPPED, ORDER, PATTERN_DAY, YEAR
from scheduler.rotas.reading.calendar_words import ANY_WEEKDAY, WEEKDAYS_BY_LANGUAGE
from scheduler.rotas.reading.cells import folded, text_of
from scheduler.rotas.reading.dates import (
    Axis,
    Hints,
    Partial,
    mentioned_month,
    mentioned_year,
    month_of,
    partial,
    resolve,
    weekday_of,
)
from scheduler.rotas.reading.headings import is_date_heading, is_person_heading
from scheduler.rotas.reading.workbook import Sheet

_LEAST_DATES, _LEAST_NUMBERS, _LEAST_UNDER_TITLE, _LEAST_UNDER_BANNER, _LEAST_WEEKDAYS = 2, 7, 5, 3, 5
_NEAR = 3
_MOST_RUNS = 2
"""So often a date comes back in a row of dates; codes such as ``6-2`` come back more often."""
_LONGEST_GAP = 4
"""Days from one day number to the next over a weekend and a holiday."""
_LENGTHS_OF_MONTHS = (28, 29, 30, 31)

Banner = tuple[int, int | None]
"""Month and, if written, year."""


@dataclass(frozen=True)
class Header:
    """A row of dates: the date of each of its columns. It governs the rows below, down to ``last_row``.

    ``wrong`` are columns whose date cannot be placed, ``mended`` those whose day number was a slip, such as 0 for 10.
    ``parts`` say what of each date is certain. Days of a month that nothing names are ``undated``: they stand for days
    from :data:`~scheduler.rotas.model.PATTERN_DAY` on. The columns that name its lines begin with ``left``;
    its notes end before ``right``, if another block stands beside it.
    """

    row: int
    last_row: int
    dates: Mapping[int, date]
    doubt: str = ""
    wrong: tuple[int, ...] = ()
    mended: tuple[int, ...] = ()
    parts: Mapping[int, Partial] = field(default_factory=lambda: MappingProxyType({}))
    undated: bool = False
    left: int = 0
    right: int | None = None

    @cached_property
    def first_column(self) -> int:
        """The first column with a date; found once, for a list of duties has thousands of them."""
        return min(self.dates)

    @cached_property
    def last_column(self) -> int:
        """The last column with a date."""
        return max(self.dates)


def find_headers(sheet: Sheet, hints: Hints, title: str, pointed: Collection[int] = ()) -> tuple[Header, ...]:
    """Every row of dates on the sheet, or those of them that were ``pointed`` at. ``title`` is what else may name month
    and year, such as the file's name."""
    rows = [(row, parts) for row in pointed if (parts := _dates_in(sheet, row) or _parts(sheet, row))]
    rows = sorted(rows, key=lambda each: each[0]) if pointed else _without_copies(list(_rows_of_dates(sheet)))
    headers: list[Header] = []
    for position, (row, parts) in enumerate(rows):
        last_row = rows[position + 1][0] - 1 if position + 1 < len(rows) else sheet.height - 1
        slips = _slips(sheet, row, parts)
        completed, axis = _resolved(sheet, row, {**parts, **slips}, _continued(hints, headers), title)
        if axis.dates:
            certain = {column: _certain(completed[column], day, axis.doubt) for column, day in axis.dates.items()}
            header = Header(row, last_row, axis.dates, axis.doubt, axis.wrong, tuple(sorted(slips)), certain)
            headers.append(header)
        elif axis.wrong:
            before = max((day for each in headers if each.undated for day in each.dates.values()), default=None)
            begins = PATTERN_DAY if before is None else before + timedelta(days=1)
            doubt = AGAINST_WEEKDAYS if _say_other_weekdays(completed.values()) else ""
            headers.append(_undated(Header(row, last_row, {}, doubt, axis.wrong), completed, begins))
    return tuple(headers)


def _say_other_weekdays(parts: Collection[Partial]) -> bool:
    """Whether it is for their weekdays that no date could be made: all else is written."""
    return all(part.month is not None for part in parts) and any(part.weekday is not None for part in parts)


def _undated(header: Header, parts: Mapping[int, Partial], begins: date) -> Header:
    """The header of day numbers that no month is known for, from some day on; as it is if anything of a date is
    written."""
    if not all(part.month is None for part in parts.values()):
        return header
    axis = resolve(sorted(parts.items()), Hints(year=PATTERN_DAY.year, month=PATTERN_DAY.month))
    first = min(axis.dates.values())
    dates = {column: day - (first - begins) for column, day in axis.dates.items()}
    return replace(header, dates=dates, wrong=axis.wrong, parts=dict(parts), undated=True)


def _certain(part: Partial, day: date, doubt: str) -> Partial:
    """What of a date is certain: all of it but what is asked about."""
    if doubt == ORDER:
        return replace(part, year=day.year, weekday=None)
    if doubt == FLIPPED and (part.day, part.month) != (day.day, day.month):
        return replace(part, swappable=True)
    year = None if doubt == YEAR else day.year
    return Partial(day.day, day.month, year)


def weekday_columns(sheet: Sheet, row: int) -> dict[int, int]:
    """Columns headed by weekdays, Monday 0; empty if the row does not name at least five different ones.

    A code that comes often, such as ``PT``, may be some language's abbreviation of one weekday.
    """
    found = {column: day for column, cell in sheet.filled(row) if (day := weekday_of(cell)) is not None}
    return found if len(set(found.values())) >= _LEAST_WEEKDAYS else _in_one_language(sheet, row)


def _in_one_language(sheet: Sheet, row: int) -> dict[int, int]:
    """The same by the shortest names, which tell a day only among others of their language."""
    names = {column: folded(cell) for column, cell in sheet.filled(row) if isinstance(cell, str)}
    names = {column: name for column, name in names.items() if name in ANY_WEEKDAY}
    if len(set(names.values())) < _LEAST_WEEKDAYS:
        return {}
    found = ({column: days[name] for column, name in names.items() if name in days} for days in WEEKDAYS_BY_LANGUAGE)
    best = max(found, key=lambda columns: len(set(columns.values())))
    return best if len(set(best.values())) >= _LEAST_WEEKDAYS else {}


def _slips(sheet: Sheet, row: int, parts: Mapping[int, Partial]) -> dict[int, Partial]:
    """Day numbers that lost a figure, such as the 0 between 9 and 11; a 3 between 12 and 14 stands for 13 as well."""
    slips = {}
    for column, part in parts.items():
        after = parts.get(column + 2)
        written = text_of(sheet.at(row, column + 1))
        if part.is_number_only and after is not None and after.is_number_only and after.day == part.day + 2:
            day = str(part.day + 1)
            if written.isdecimal() and written != day and (day.startswith(written) or day.endswith(written)):
                slips[column + 1] = replace(part, day=part.day + 1)
    return slips


def _rows_of_dates(sheet: Sheet) -> Iterator[tuple[int, dict[int, Partial]]]:
    """Rows of dates with their parts. Beside whole dates a run of numbers is something else, such as weeks; a row
    headed like the others is one even if it holds a single date."""
    found = {row: parts for row in range(sheet.height) if (parts := _dates_in(sheet, row))}
    whole = {row: parts for row, parts in found.items() if not all(part.is_number_only for part in parts.values())}
    if whole:
        is_of_codes = _most_different(whole.values()) * 2 < _most_different(found.values())
        found = {row: parts for row, parts in found.items() if (row in whole) is not is_of_codes}
    headings = {heading for row in found if (heading := _heading(sheet, row))}
    last: Mapping[int, Partial] = {}
    for row in range(sheet.height):
        if row in found or (last and (found := found | _going_on(sheet, row, last)).get(row)):
            last = found[row]
            yield row, last
        elif headings and _heading(sheet, row) in headings and (parts := _parts(sheet, row)):
            yield row, parts


def _without_copies(rows: Sequence[tuple[int, dict[int, Partial]]]) -> list[tuple[int, dict[int, Partial]]]:
    """The rows of dates but for those that only say again what the row before or after them says, as merged cells
    do."""
    copies = set[int]()
    for (above, upper), (below, lower) in pairwise(rows):
        if below == above + 1 and lower.items() <= upper.items():
            copies.add(below)
        elif below == above + 1 and upper.items() <= lower.items():
            copies.add(above)
    return [(row, parts) for row, parts in rows if row not in copies]


def _most_different(rows: Iterable[Mapping[int, Partial]]) -> int:
    """How many different days the row has that has most. Codes such as ``6-2`` look like dates, but are few."""
    return max((len({(part.day, part.month) for part in parts.values()}) for parts in rows), default=0)


def _parts(sheet: Sheet, row: int) -> dict[int, Partial]:
    """Whatever in a row may be a date."""
    if not 0 <= row < sheet.height:
        return {}
    return {column: part for column, cell in sheet.filled(row) if (part := partial(cell)) is not None}


def _going_on(sheet: Sheet, row: int, before: Mapping[int, Partial]) -> dict[int, dict[int, Partial]]:
    """The row, if all it holds under earlier day numbers are the next ones: the last days of a month are few."""
    if not all(part.is_number_only for part in before.values()):
        return {}
    first = min(before)
    cells = [(column, partial(cell)) for column, cell in sheet.filled(row) if column >= first]
    parts = {column: part for column, part in cells if part is not None and part.is_number_only and column in before}
    days = [part.day for _, part in sorted(parts.items())]
    if not days or len(parts) < len(cells):
        return {}
    is_next = _is_next_day(before[max(before)].day, days[0])
    return {row: parts} if is_next and days == list(range(days[0], days[0] + len(days))) else {}


def _is_next_day(last: int, day: int) -> bool:
    """Whether a day number goes on from the one before, perhaps over a weekend and into the next month."""
    return any(0 < day + length - last <= _LONGEST_GAP for length in (0, *_LENGTHS_OF_MONTHS))


def _heading(sheet: Sheet, row: int) -> str:
    """What stands before the dates of a row."""
    _, first = next(sheet.filled(row), (0, ""))
    return folded(first) if isinstance(first, str) and partial(first) is None else ""


def _dates_in(sheet: Sheet, row: int) -> dict[int, Partial]:
    """The row's dates if it is a row of dates: some whole ones, or a run of day numbers."""
    parts = _parts(sheet, row)
    dates = {column: part for column, part in parts.items() if not part.is_number_only}
    if _is_row_of_dates(sheet, row, dates):
        return parts if len(parts) - len(dates) >= _LEAST_NUMBERS else dates
    run = _longest_run(parts)
    different = len({part.day for part in run.values()})
    is_most = 2 * len(run) >= sum(part.is_number_only for part in parts.values())  # counts go up by chance, for a while
    enough = different >= _LEAST_UNDER_BANNER and different >= _least_numbers(sheet, row, run)
    return run if enough and is_most else {}


def _least_numbers(sheet: Sheet, row: int, run: Mapping[int, Partial]) -> int:
    """How many different day numbers make a row of dates: fewer where a month or weekdays stand at them and the row
    holds little else."""
    if any(month_of(cell) for near in (row - 1, row) if near >= 0 for _, cell in sheet.filled(near)):
        return _LEAST_UNDER_BANNER
    others = sum(1 for column, _ in sheet.filled(row) if column not in run and column >= min(run, default=0))
    explained = _weekdays_beside(sheet, row) or mentioned_month(" | ".join(_texts_above(sheet, row)))
    return _LEAST_UNDER_TITLE if explained and others * 5 <= len(run) else _LEAST_NUMBERS


def _is_row_of_dates(sheet: Sheet, row: int, dates: Mapping[int, Partial]) -> bool:
    """At least two different dates, and not just a start and an end among other cells; or one beside a heading for
    people."""
    heading = _heading(sheet, row)
    if not dates or is_person_heading(heading):
        return bool(dates)
    days = [(part.day, part.month) for _, part in sorted(dates.items())]
    different, runs = len(set(days)), 1 + sum(before != after for before, after in pairwise(days))
    if different < _LEAST_DATES or runs > _MOST_RUNS * different:
        return False
    others = sum(1 for column, _ in sheet.filled(row) if column not in dates)
    dense = len(dates) >= 5 and max(dates) - min(dates) < len(dates) * 2
    return is_date_heading(heading) or len(dates) > others or dense


def _longest_run(parts: Mapping[int, Partial]) -> dict[int, Partial]:
    """The longest run of day numbers that count up and begin again; repeats are halves of a day, gaps weekends."""
    runs: list[dict[int, Partial]] = [{}]
    last: int | None = None
    for column, part in sorted(parts.items()):
        fits = last is None or 0 <= part.day - last <= _LONGEST_GAP or (part.day <= _LONGEST_GAP and last >= 25)
        if not fits:
            runs.append({})
        runs[-1][column] = part
        last = part.day
    return max(runs, key=len)


def _continued(hints: Hints, headers: Sequence[Header]) -> Hints:
    """Later rows of dates go on where the earlier ones ended."""
    known = [header for header in headers if header.dates and not header.undated]
    if not known or hints.month is not None:
        return hints
    last = max(known[-1].dates.values())
    return replace(hints, year=last.year, after=last)


def _resolved(
    sheet: Sheet, row: int, parts: Mapping[int, Partial], hints: Hints, title: str
) -> tuple[dict[int, Partial], Axis]:
    """The parts with what stands around them, and the dates that they make."""
    banners = _begun(_banners(sheet, row, parts))
    weekdays = _weekdays_beside(sheet, row)
    completed = [
        (column, _completed(part, banners.get(column), weekdays.get(column))) for column, part in sorted(parts.items())
    ]
    if hints.after is not None:
        return dict(completed), resolve(completed, hints)
    above = " | ".join(_texts_above(sheet, row))
    around = replace(
        hints,
        year=hints.year or mentioned_year(above) or mentioned_year(title),
        month=hints.month or mentioned_month(above) or _last_mentioned(sheet, row) or mentioned_month(title),
    )
    return dict(completed), resolve(completed, around)


def _completed(part: Partial, banner: Banner | None, weekday: int | None) -> Partial:
    month, year = banner or (None, None)
    if part.month is None and month is not None:
        part = replace(part, month=month, year=part.year or year)
    return replace(part, weekday=weekday) if part.weekday is None and weekday is not None else part


def _banners(sheet: Sheet, row: int, parts: Mapping[int, Partial]) -> dict[int, Banner]:
    """The month that stands over each column: a banner holds until the next one in its row."""
    for near in (row, *range(row - 1, max(-1, row - 1 - _NEAR), -1)):
        months = {
            column: month
            for column, cell in sheet.filled(near)
            if (month := month_of(cell)) and (near != row or column not in parts)
        }
        if months:
            return {column: months[max(place)] for column in parts if (place := [c for c in months if c <= column])}
    return {}


def _begun(banners: Mapping[int, Banner]) -> dict[int, Banner]:
    """The banners where they begin: under the last one the months may go on."""
    begun: dict[int, Banner] = {}
    last: Banner | None = None
    for column, banner in sorted(banners.items()):
        if banner != last:
            begun[column] = last = banner
    return begun


def _weekdays_beside(sheet: Sheet, row: int) -> dict[int, int]:
    for near in (row + 1, row - 1):
        if 0 <= near < sheet.height and (found := weekday_columns(sheet, near) or _only_weekdays(sheet, near)):
            return found
    return {}


def _only_weekdays(sheet: Sheet, row: int) -> dict[int, int]:
    """The weekdays of a row that holds nothing else, but for what heads it."""
    cells = list(sheet.filled(row))
    found = {column: day for column, cell in cells if (day := weekday_of(cell)) is not None}
    return found if len(found) >= _LEAST_DATES and len(found) >= len(cells) - 1 else {}


def _texts_above(sheet: Sheet, row: int) -> Iterator[str]:
    """Words above the dates or before them in their row: titles, also those of a turned sheet."""
    for above in range(max(0, row - 8), row + 1):
        seen = {text_of(cell) for _, cell in sheet.filled(above) if isinstance(cell, str) and not partial(cell)}
        yield from sorted(text for text in seen if len(text) > 3)


def _last_mentioned(sheet: Sheet, row: int) -> int | None:
    months = [month for text in _texts_above(sheet, row) if (month := mentioned_month(text)) is not None]
    return months[-1] if months else None
