"""Layout D: a rolling rota of lines, a row a week and a column a weekday. Person k starts on line k.

Also the near relation whose rows are dated weeks: there each cell has its day, and no line rolls.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from scheduler.languages import mark, say
from scheduler.rotas.model import FIRST_DAY, PATTERN_DAY, Question
from scheduler.rotas.reading.axis import find_headers, weekday_columns
from scheduler.rotas.reading.cells import Cell, folded, is_blank, is_number, text_of
from scheduler.rotas.reading.context import Context
from scheduler.rotas.reading.dates import Hints, partial, resolve
from scheduler.rotas.reading.headings import is_person_heading, is_total
from scheduler.rotas.reading.layout import Entry, Layout, Reading, SheetReader, Sign, Use
from scheduler.rotas.reading.one_person import ONE_PERSON, whose_is_it
from scheduler.rotas.reading.weekday_blocks import find_blocks
from scheduler.rotas.reading.workbook import Sheet

ROLLING_LINES = Layout("D", mark("a rolling rota: a row for each week, everyone moving down a row every week"))
_WEEKS = re.compile(r"\b(\d{1,3})\s*(?:-\s*)?weeks?\b", re.IGNORECASE)
_LENGTH = re.compile(r"\d{1,4}[:.]\d{2}(?::\d{2})?")
_DATE_INSIDE = re.compile(
    r"\d{4}-\d\d-\d\d|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2}(?:st|nd|rd|th)?\s+[A-Za-z]+,?\s+20\d\d|[A-Za-z]+\s+\d{1,2},?\s+20\d\d"
)


@dataclass(frozen=True, slots=True)
class _Line:
    """One week of the pattern: who starts on it, its codes with their cells by weekday column, and its own date."""

    name: str
    is_named: bool
    cell: str
    labels: tuple[str, ...]
    codes: Mapping[int, tuple[str, str]]
    week: date | None


def read_by_week(sheet: Sheet, context: Context) -> Reading | None:
    """The sheet as layout D; None if no row of weekdays stands alone, without dates beside it."""
    row = next((row for row in range(sheet.height) if _is_heading(sheet, row)), None)
    if row is None:
        return None
    columns = weekday_columns(sheet, row)
    lines = _without_counts(list(_lines(sheet, row, columns, context)))
    if not lines:
        return None
    is_dated = all(line.week is not None for line in lines)
    found = _dated(lines, columns, context.owner) if is_dated else _rolled(sheet, row, lines, columns, context)
    return replace(found, uses=_uses(sheet, row, lines))


def _uses(sheet: Sheet, heading: int, lines: Sequence[_Line]) -> dict[str, Use]:
    """The titles, the weekdays and whatever stands before them."""
    blocks = find_blocks(sheet, heading, weekday_columns(sheet, heading))
    last = blocks.row if blocks else heading
    uses = {sheet.address(row, column): Use.HEADING for row in range(last + 1) for column, _ in sheet.filled(row)}
    if blocks:
        below = range(last + 1, sheet.height)
        uses |= {sheet.address(row, column): Use.COUNT for row in below for column, _ in sheet.filled(row)}
        taken = (column for columns in blocks.columns.values() for column in columns)
        uses |= {sheet.address(row, column): Use.CODE for column in taken for row in below}
    uses |= {place: Use.CODE for line in lines for _, place in line.codes.values()}
    return uses | {place: Use.PERSON for line in lines for place in line.labels}


def _is_heading(sheet: Sheet, row: int) -> bool:
    if not weekday_columns(sheet, row):
        return False
    beside = [near for near in (row - 1, row, row + 1) if 0 <= near < sheet.height]
    dated = find_headers(Sheet(sheet.name, tuple(sheet.rows[near] for near in beside)), Hints(year=2000, month=1), "")
    return not dated


def _lines(sheet: Sheet, heading: int, columns: Mapping[int, int], context: Context) -> Iterator[_Line]:
    before = range(min(columns))
    after = next(
        (
            column
            for column, _ in sheet.filled(heading)
            if column > max(columns) and _heads_names(sheet, heading, column)
        ),
        None,
    )
    weeks = _weeks(sheet, heading, before, context.hints)
    blocks = find_blocks(sheet, heading, columns)
    for row in range((blocks.row if blocks else heading) + 1, sheet.height):
        codes = {
            column: (text, sheet.address(row, column))
            for column in columns
            if (text := blocks.text(sheet, row, column) if blocks else _text(sheet.at(row, column)))
        }
        labels = [text_of(sheet.at(row, column)) for column in before if not is_blank(sheet.at(row, column))]
        names = [label for label in labels if _may_name(label)]
        is_sum = any(is_total(label) for label in labels[:1])
        if row not in context.skip and (codes or labels) and not is_sum and not weekday_columns(sheet, row):
            name = text_of(sheet.at(row, after)) if after is not None else (names[0] if names else "")
            number = next(iter(labels), str(row - heading))
            places = tuple(sheet.address(row, column) for column, _ in sheet.filled(row) if column not in columns)
            yield _Line(name or f"Line {number}", bool(name), sheet.address(row, 0), places, codes, weeks.get(row))


def _may_name(label: str) -> bool:
    return not is_number(label) and partial(label) is None and _LENGTH.fullmatch(label) is None


def _text(cell: Cell) -> str:
    return "" if is_blank(cell) else text_of(cell)


def _without_counts(lines: Sequence[_Line]) -> list[_Line]:
    """Lines of figures only are counts, unless the whole pattern is written in figures."""
    counts = [line for line in lines if line.codes and all(is_number(text) for text, _ in line.codes.values())]
    kept = [line for line in lines if line not in counts]
    return kept if any(line.codes for line in kept) else [line for line in lines if not is_total(line.name)]


def _weeks(sheet: Sheet, heading: int, before: Sequence[int], hints: Hints) -> dict[int, date]:
    """The date that each row begins its week on, where a column before the weekdays gives it."""
    for column in before:
        parts = [(row, part) for row in range(heading + 1, sheet.height) if (part := partial(sheet.at(row, column)))]
        if len(parts) >= 2 and all(not part.is_number_only for _, part in parts):
            return resolve(parts, hints).dates
    return {}


def _dated(lines: Sequence[_Line], columns: Mapping[int, int], title: str) -> Reading:
    """Dated weeks of one person's codes: layout E over two dimensions."""
    entries = []
    days: set[date] = set()
    for line in lines:
        assert line.week is not None
        monday = line.week - timedelta(days=line.week.weekday())
        days.update(monday + timedelta(days=weekday) for weekday in columns.values())
        for column, (text, cell) in line.codes.items():
            entries.append(Entry(title, monday + timedelta(days=columns[column]), text, cell))
    return Reading(ONE_PERSON, (title,), tuple(entries), tuple(sorted(days)), (whose_is_it(title, lines[0].cell),))


def _rolled(
    sheet: Sheet, heading: int, lines: Sequence[_Line], columns: Mapping[int, int], context: Context
) -> Reading:
    rolling = context.rolling
    people = _people(lines, (sheet, *context.others))
    first = rolling.first_day or _written_date(sheet, heading)
    if first is None:
        text = say(
            "This is a rolling rota. On which day does everyone start on their line, and for how many weeks does it "
            "run?"
        )
        question = Question("date", sheet.address(heading, min(columns)), text, (), FIRST_DAY)
        pattern = tuple(_turns(("",), lines, columns, _begin(PATTERN_DAY, columns), len(lines)))
        return Reading(ROLLING_LINES, people, (), (), (question,), pattern, len(lines), columns[min(columns)])
    weeks = rolling.weeks or _written_weeks(sheet) or len(lines)
    monday_or_so = first - timedelta(days=(first.weekday() - columns[min(columns)]) % 7)
    entries = tuple(each for each in _turns(people, lines, columns, monday_or_so, weeks) if each.day >= first)
    last = monday_or_so + timedelta(days=7 * weeks - 1)
    days = tuple(first + timedelta(days=day) for day in range((last - first).days + 1))
    return Reading(ROLLING_LINES, people, entries, days, lines=len(lines))


def _begin(monday: date, columns: Mapping[int, int]) -> date:
    return monday + timedelta(days=columns[min(columns)])


def _people(lines: Sequence[_Line], sheets: Sequence[Sheet]) -> tuple[str, ...]:
    """Who starts on each line: named on it, or listed elsewhere in order, or the line's own number."""
    if any(line.is_named for line in lines):
        return tuple(line.name for line in lines)
    listed = (names for sheet in sheets if (names := _listed(sheet, len(lines))) and len(names) <= len(lines))
    return next(listed, ()) or tuple(line.name for line in lines)


def _listed(sheet: Sheet, lines: int) -> tuple[str, ...]:
    """A column of names under a heading for people, on a sheet or beside the lines; by the numbers of their lines where
    these stand beside them."""
    for row in range(sheet.height):
        for column, _ in sheet.filled(row):
            if _heads_names(sheet, row, column):
                below = range(row + 1, sheet.height)
                named = [each for each in below if (text := _text(sheet.at(each, column))) and not is_number(text)]
                names = [text_of(sheet.at(each, column)) for each in named]
                numbers = _line_numbers(sheet, named, lines)
                if numbers is None:
                    return tuple(names)
                on_line = dict(zip(numbers, names, strict=True))
                return tuple(on_line.get(line, f"Line {line}") for line in range(1, max(numbers) + 1))
    return ()


def _line_numbers(sheet: Sheet, rows: Sequence[int], lines: int) -> list[int] | None:
    """The numbers of lines in a column beside names, each one once."""
    for column in range(sheet.width):
        cells = [text_of(sheet.at(row, column)) for row in rows]
        if cells and all(cell.isdecimal() and 1 <= int(cell) <= lines for cell in cells):
            numbers = [int(cell) for cell in cells]
            if len(set(numbers)) == len(numbers):
                return numbers
    return None


def _heads_names(sheet: Sheet, row: int, column: int) -> bool:
    return is_person_heading(folded(text_of(sheet.at(row, column))))


def _turns(
    people: Sequence[str], lines: Sequence[_Line], columns: Mapping[int, int], first: date, weeks: int
) -> Iterator[Entry]:
    """Everybody goes down one line each week, and from the last line to the first."""
    for position, person in enumerate(people):
        for week in range(weeks):
            line = lines[(position + week) % len(lines)]
            for column, (text, cell) in line.codes.items():
                ahead = (columns[column] - first.weekday()) % 7
                yield Entry(person, first + timedelta(days=7 * week + ahead), text, cell)


def _written_date(sheet: Sheet, heading: int) -> date | None:
    for row in range(heading):
        for _, cell in sheet.filled(row):
            found = _DATE_INSIDE.search(cell) if isinstance(cell, str) else None
            part = partial(found[0] if found else cell)
            if part is not None and part.year is not None:
                return resolve([(0, replace(part, weekday=None))], Hints()).dates.get(0)
    return None


def _written_weeks(sheet: Sheet) -> int | None:
    """The number of weeks in words such as ``for 26 weeks``, or beside a cell that says *weeks*."""
    for row in range(sheet.height):
        for column, cell in sheet.filled(row):
            text = folded(cell) if isinstance(cell, str) else ""
            found = _WEEKS.search(text)
            beside = sheet.at(row, column + 1)
            if text.endswith("weeks") and is_number(beside):
                return int(float(text_of(beside)))
            if found and "line" not in text:
                return int(found[1])
    return None


READER = SheetReader((ROLLING_LINES, ONE_PERSON), Sign.WEEKDAYS, read_by_week)
