"""Layout D: a rolling rota of lines, a row a week and a column a weekday. Person k starts on line k.

Also the near relation whose rows are dated weeks: there each cell has its day, and no line rolls.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from scheduler.languages import mark, say
from scheduler.rotas.model import FIRST_DAY, PATTERN_DAY, Question
from scheduler.rotas.reading.axis import find_headers, weekday_columns
from scheduler.rotas.reading.cells import Cell, folded, is_blank, is_number, text_of
from scheduler.rotas.reading.context import Context
from scheduler.rotas.reading.dates import Hints, partial, resolve
from scheduler.rotas.reading.headings import is_person_heading, is_total
from scheduler.rotas.reading.layout import Entry, Layout, Reading, SheetReader, Sign, Use
from scheduler.rotas.reading.name_forms import has_form_of_name
from scheduler.rotas.reading.one_person import ONE_PERSON, whose_is_it
from scheduler.rotas.reading.questions import note_left_out
from scheduler.rotas.reading.weekday_blocks import find_blocks
from scheduler.rotas.reading.workbook import Sheet

_MOSTLY_NUMBERED, _MOSTLY_NAMES, _DAYS = 0.6, 0.8, 7
ROLLING_LINES = Layout("D", mark("a rolling rota: a row for each week, everyone moving down a row every week"))
_MOST_OF_A_REMARK, _MOST_ODD, _MOST_ASKED = 2, 8, 5
_WEEKS = re.compile(r"\b(\d{1,3})\s*(?:-\s*)?weeks?\b", re.IGNORECASE)
_LENGTH = re.compile(r"\d{1,4}[:.]\d{2}(?::\d{2})?")
_DATE_INSIDE = re.compile(
    r"\d{4}-\d\d-\d\d|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2}(?:st|nd|rd|th)?\s+[A-Za-z]+,?\s+20\d\d|[A-Za-z]+\s+\d{1,2},?\s+20\d\d"
)


@dataclass(frozen=True, slots=True)
class _Line:
    """One week of the pattern: who starts on it, its codes with their cells by weekday column, and its own date."""

    row: int
    number: str
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
    columns = _all_weekdays(sheet, row)
    every = _without_counts(list(_lines(sheet, row, columns, context)))
    aside = _unnumbered(every)
    lines = [line for line in every if line not in aside]
    if not lines:
        return None
    is_dated = all(line.week is not None for line in lines)
    found = _dated(lines, columns, context.owner) if is_dated else _rolled(sheet, row, lines, columns, context)
    asked = (
        *_odd_hours(sheet, row, lines),
        *(note_left_out(text, at) for each in aside for text, at in each.codes.values()),
    )
    return replace(found, uses=_uses(sheet, row, lines), questions=(*found.questions, *asked))


def _all_weekdays(sheet: Sheet, row: int) -> dict[int, int]:
    """The columns of weekdays; with those that have lost their name only, where the others stand evenly and are headed
    alike."""
    columns = weekday_columns(sheet, row)
    starts = sorted(columns)
    step = min((after - before for before, after in pairwise(starts)), default=0)
    if not step or len(starts) == _DAYS:
        return columns
    first, day = starts[0], columns[starts[0]]
    evenly = {first + step * each: (day + each) % _DAYS for each in range(1 - _DAYS, _DAYS)}
    if not columns.items() <= evenly.items():
        return columns
    head = text_of(sheet.at(row + 1, first))
    alike = {
        column: each
        for column, each in evenly.items()
        if column in columns
        or (starts[0] < column < starts[-1] and len(starts) == _DAYS - 1)
        or (step > 1 and column > 0 and head and text_of(sheet.at(row + 1, column)) == head)
    }
    return alike if len(alike) <= _DAYS else columns


def _unnumbered(lines: Sequence[_Line]) -> list[_Line]:
    """Lines without a number that hold little, where the others have one: averages, remarks."""
    without = [line for line in lines if not (line.number.isdecimal() or line.is_named)]
    few = [line for line in without if len(line.codes) <= _MOST_OF_A_REMARK]
    return few if len(without) * 4 < len(lines) else []


def _odd_hours(sheet: Sheet, heading: int, lines: Sequence[_Line]) -> Iterator[Question]:
    """Days of a line that give other times than a beginning and an end."""
    blocks = find_blocks(sheet, heading, _all_weekdays(sheet, heading))
    if blocks is None:
        return
    odd = [
        line.codes[column] for line in lines for column in line.codes if blocks.has_odd_hours(sheet, line.row, column)
    ]
    if len(odd) > _MOST_ODD:
        text = say(
            "We couldn’t tell the hours of %(num)s duties; the first is “%(text)s”.", num=len(odd), text=odd[0][0]
        )
        yield Question("layout", odd[0][1], text, (), odd[0][1])
        return
    for text, cell in odd:
        yield Question("cell", cell, say("We couldn’t tell the hours of “%(text)s”.", text=text), (), cell)


def _uses(sheet: Sheet, heading: int, lines: Sequence[_Line]) -> dict[str, Use]:
    """The titles, the weekdays and whatever stands before them."""
    blocks = find_blocks(sheet, heading, _all_weekdays(sheet, heading))
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
            yield _Line(
                row, number, name or f"Line {number}", bool(name), sheet.address(row, 0), places, codes, weeks.get(row)
            )


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
    people, unplaced = _people(lines, (sheet, *context.others))
    asked = (*_vacant(lines, people, may_be_elsewhere=bool(context.others)), *unplaced)
    first = rolling.first_day or _written_date(sheet, heading)
    if first is None:
        text = say(
            "This is a rolling rota. On which day does everyone start on their line, and for how many weeks does it "
            "run?"
        )
        question = Question("date", sheet.address(heading, min(columns)), text, (), FIRST_DAY)
        pattern = tuple(_turns(("",), lines, columns, _begin(PATTERN_DAY, columns), len(lines)))
        return Reading(ROLLING_LINES, people, (), (), (question, *asked), pattern, len(lines), columns[min(columns)])
    written = rolling.weeks or _written_weeks(sheet)
    weeks = written or len(lines)
    asked = asked if written else (*asked, _how_many_weeks(sheet.address(heading, min(columns)), weeks))
    monday_or_so = first - timedelta(days=(first.weekday() - columns[min(columns)]) % 7)
    entries = tuple(each for each in _turns(people, lines, columns, monday_or_so, weeks) if each.day >= first)
    last = monday_or_so + timedelta(days=7 * weeks - 1)
    days = tuple(first + timedelta(days=day) for day in range((last - first).days + 1))
    return Reading(ROLLING_LINES, people, entries, days, asked, lines=len(lines))


def _how_many_weeks(cell: str, weeks: int) -> Question:
    text = say("The rota doesn’t say how many weeks it runs for; we read %(num)s, one for each line.", num=weeks)
    return Question("layout", cell, text, (), cell)


def _begin(monday: date, columns: Mapping[int, int]) -> date:
    return monday + timedelta(days=columns[min(columns)])


def _vacant(lines: Sequence[_Line], people: Sequence[str], *, may_be_elsewhere: bool) -> Iterator[Question]:
    """Lines on which nobody starts, though somebody does on others; the first where nobody is named, though the file
    has other sheets."""
    vacant = [
        line for place, line in enumerate(lines) if place >= len(people) or people[place] == _unnamed(line, place)
    ]
    if len(vacant) == len(lines):
        vacant = vacant if may_be_elsewhere else []
    is_whole = len(vacant) > _MOST_ASKED  # then the list of people was not found
    for line in vacant[:1] if is_whole else vacant:
        text = say("Nobody is named for line %(number)s. Who starts on it?", number=line.number)
        yield Question("layout" if is_whole else "person", line.cell, text, (), f"Line {line.number}")


def _unnamed(line: _Line, place: int) -> str:
    """What a line is called on which nobody starts."""
    return f"Line {line.number if line.number.isdecimal() else place + 1}"


def _people(lines: Sequence[_Line], sheets: Sequence[Sheet]) -> tuple[tuple[str, ...], tuple[Question, ...]]:
    """Who starts on each line: named on it, or listed elsewhere, or the line's own number; with a question for each who
    is listed without a line."""
    if any(line.is_named for line in lines):
        return tuple(line.name for line in lines), ()
    listed = (found for sheet in sheets if (found := _listed(sheet, len(lines)))[0] and len(found[0]) <= len(lines))
    return next(listed, None) or (tuple(line.name for line in lines), ())


def _listed(sheet: Sheet, lines: int) -> tuple[tuple[str, ...], tuple[Question, ...]]:
    """A column of names under a heading for people, on a sheet or beside the lines, or one beside the numbers of lines;
    by the numbers of their lines where these stand beside them."""
    for row, column in _columns_of_names(sheet):
        below = range(row + 1, sheet.height)
        named = [each for each in below if (text := _text(sheet.at(each, column))) and not is_number(text)]
        names = [text_of(sheet.at(each, column)) for each in named]
        numbers = _line_numbers(sheet, named, lines)
        if numbers is None and _heads_names(sheet, row, column):
            return tuple(names), ()
        if numbers is not None:
            return _by_number(sheet, column, list(zip(numbers, names, named, strict=True)))
    return (), ()


def _columns_of_names(sheet: Sheet) -> Iterator[tuple[int, int]]:
    """Headings of people, then the tops of columns that hold hardly anything but names."""
    for row in range(sheet.height):
        yield from ((row, column) for column, _ in sheet.filled(row) if _heads_names(sheet, row, column))
    for column in range(sheet.width):
        texts = [text for row in range(1, sheet.height) if (text := _text(sheet.at(row, column)))]
        if len(texts) > 1 and sum(map(has_form_of_name, texts)) >= _MOSTLY_NAMES * len(texts):
            yield 0, column


def _by_number(
    sheet: Sheet, column: int, listed: Sequence[tuple[int | None, str, int]]
) -> tuple[tuple[str, ...], tuple[Question, ...]]:
    """Who starts on each line, and a question about everybody whose line is not known."""
    on_line = {number: name for number, name, _ in listed if number is not None}
    unplaced = (_which_line(name, sheet.address(row, column)) for number, name, row in listed if number is None)
    return tuple(on_line.get(line, f"Line {line}") for line in range(1, max(on_line) + 1)), tuple(unplaced)


def _which_line(name: str, cell: str) -> Question:
    return Question("person", cell, say("On which line does “%(name)s” start?", name=name), (), name)


def _line_numbers(sheet: Sheet, rows: Sequence[int], lines: int) -> list[int | None] | None:
    """The numbers of lines in a column beside names, most of them known; None for one that is missing or stands
    twice."""
    for column in range(sheet.width):
        cells = [text_of(sheet.at(row, column)) for row in rows]
        numbers = [int(cell) if cell.isdecimal() and 1 <= int(cell) <= lines else None for cell in cells]
        counts = Counter(numbers)
        sure = [number if number is not None and counts[number] == 1 else None for number in numbers]
        if cells and sum(number is not None for number in sure) > _MOSTLY_NUMBERED * len(cells):
            return sure
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
