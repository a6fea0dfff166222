"""The long form: one row a duty, with person, date, code or start and end in columns of any order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from scheduler.languages import mark, say, say_many
from scheduler.rotas.model import AWAY, Question, wall_span
from scheduler.rotas.reading.at_once import about_contradictions, each_once
from scheduler.rotas.reading.cell_names import about_slips
from scheduler.rotas.reading.cells import Cell, clock, folded, is_blank, is_number, minutes_of, span_of, text_of
from scheduler.rotas.reading.codes import CANCELLED, certain_kind
from scheduler.rotas.reading.context import Context
from scheduler.rotas.reading.dates import Hints, Partial, partial, resolve, weekday_of
from scheduler.rotas.reading.layout import Entry, Layout, Reading, SheetReader, Sign, Use
from scheduler.rotas.reading.list_columns import Columns, find_columns, share
from scheduler.rotas.reading.list_dates import ListDates, Written, list_dates
from scheduler.rotas.reading.one_person import ONE_PERSON, whose_is_it
from scheduler.rotas.reading.questions import half_a_name
from scheduler.rotas.reading.slots import is_numbered, slot_of
from scheduler.rotas.reading.spellings import Spelling
from scheduler.rotas.reading.workbook import Sheet

_MOST = 0.7
_LEAST_BELOW, _MANY_BELOW = 3, 0.2
"""Number and share of rows without a date from which a date is written once for all rows of its day."""
_LONGEST_ABSENCE = timedelta(days=366)
_OFFSET = re.compile(r"(?:\.\d+)?\s*(?:Z|[+-]\d{2}:?\d{2})$")
LONG_FORM = Layout("long", mark("a list with a row for each duty"))


@dataclass(slots=True)
class _Outcome:
    entries: list[Entry] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)

    def ask(self, cell: str, text: str) -> None:
        self.questions.append(Question("cell", cell, text, (), cell))


def read_long_form(sheet: Sheet, context: Context) -> Reading | None:
    """The sheet as a list of duties; None if no row heads it as one. Without a column of people it is layout E."""
    columns = find_columns(sheet, context)
    if columns is None:
        return None
    outcome = _Outcome()
    rows = [row for row in range(columns.row + 1, sheet.height) if row not in context.skip]
    written = _written(sheet, columns, rows)
    below = _below_dates(sheet, columns, rows, written)
    dates = list_dates({**written, **below}, context.hints)
    outcome.questions.extend(dates.questions())
    outcome.questions.extend(_about_below(sheet, columns, below))
    for row in rows:
        if any(not is_blank(cell) for cell in sheet.rows[row]):
            _read_row(sheet, columns, row, dates, context.owner, outcome)
    outcome.questions.extend(_half_named(sheet, columns, rows))
    listed = _list_of(columns, outcome, _sites(sheet, columns, outcome.entries), context.owner)
    if all(map(is_numbered, listed.people)):  # when the periods of a rota begin and end
        return None
    return replace(listed, uses=_uses(sheet, columns), slots=dates.slots())


def _half_named(sheet: Sheet, columns: Columns, rows: Iterable[int]) -> Iterator[Question]:
    """What is asked about rows with one of a first name and a surname where most have both; each name once."""
    named = {row: [text_of(sheet.at(row, column)) for column in columns.person] for row in rows}
    some = {row: parts for row, parts in named.items() if any(parts)}
    lacking = {row: " ".join(filter(None, parts)) for row, parts in some.items() if not all(parts)}
    if 2 * len(lacking) < len(some):
        for name, row in {name: row for row, name in reversed(lacking.items())}.items():
            yield half_a_name(name, sheet.address(row, columns.person[0]))


def _sites(sheet: Sheet, columns: Columns, entries: Sequence[Entry]) -> dict[str, str]:
    """Where duties are, by their cells, as far as a column says it."""
    if "site" not in columns.roles:
        return {}
    column = columns.roles.get("code", columns.date_column)
    places = {sheet.address(row, column): row for row in range(columns.row + 1, sheet.height)}
    return {entry.cell: text_of(columns.cell(sheet, places[entry.cell], "site")) for entry in entries}


def _list_of(columns: Columns, outcome: _Outcome, sites: Mapping[str, str], title: str) -> Reading:
    spelling = Spelling(each.person for each in outcome.entries)
    entries = tuple(each_once((replace(each, person=spelling.of(each.person)) for each in outcome.entries), sites))
    questions = [*outcome.questions, *about_slips(entries), *about_contradictions(entries, sites)]
    if not columns.person:
        questions.append(whose_is_it(title))
    people = tuple(dict.fromkeys(each.person for each in entries)) or (() if columns.person else (title,))
    days = tuple(sorted({each.day for each in entries}))
    return Reading(LONG_FORM if columns.person else ONE_PERSON, people, entries, days, tuple(questions))


def _uses(sheet: Sheet, columns: Columns) -> dict[str, Use]:
    """Every cell of the list, by its column."""
    by_column = dict.fromkeys(columns.roles.values(), Use.CODE)
    by_column |= {columns.date_column: Use.DATE} | dict.fromkeys(columns.person, Use.PERSON)
    return {
        sheet.address(row, column): Use.HEADING if row <= columns.row else by_column.get(column, Use.NOTE)
        for row in range(sheet.height)
        for column, _ in sheet.filled(row)
    }


def _written(sheet: Sheet, columns: Columns, rows: Sequence[int]) -> dict[int, Written]:
    """What each row says of its days."""
    weekdays = _weekday_column(sheet, columns, rows)
    found: dict[int, Written] = {}
    for row in rows:
        column = columns.date_column if "date" in columns.roles else columns.roles["start"]
        cell = sheet.at(row, column)
        if is_blank(cell) and "start" in columns.roles:
            column, cell = columns.roles["start"], columns.cell(sheet, row, "start")
        part = partial(cell)
        if part is not None and not part.is_number_only:
            if part.weekday is None and weekdays is not None:
                part = replace(part, weekday=weekday_of(sheet.at(row, weekdays)))
            found[row] = Written(sheet.address(row, column), text_of(cell), part, _last_part(sheet, columns, row))
        elif part is None and (stretch := slot_of(cell, sheet.address(row, column))) is not None and stretch.first:
            found[row] = Written(stretch.cell, stretch.written, stretch.first, stretch.last)
    return found


def _below_dates(
    sheet: Sheet, columns: Columns, rows: Sequence[int], written: Mapping[int, Written]
) -> dict[int, Written]:
    """The rows without a date of a list in which a date is written once for all rows of its day, with the date above
    them: many are without, and the dates go on from each other. None where a date is missing here and there."""
    found: dict[int, Written] = {}
    above: Written | None = None
    for row in rows:
        above = written.get(row, above)
        if row not in written and above is not None and _is_of_a_duty(sheet, columns, row):
            found[row] = above
    parts = list(dict.fromkeys(each.first for each in written.values()))
    days = resolve(list(enumerate(parts)), Hints(year=2001) if any(part.year is None for part in parts) else Hints())
    ordered = [days.dates[number] for number in range(len(parts)) if number in days.dates]
    is_grouped = len(found) >= _LEAST_BELOW and len(found) >= _MANY_BELOW * (len(found) + len(written))
    return found if is_grouped and len(ordered) == len(parts) and ordered == sorted(ordered) else {}


def _is_of_a_duty(sheet: Sheet, columns: Columns, row: int) -> bool:
    """Whether a row says who and what, and no day."""
    what = [columns.cell(sheet, row, role) for role in ("code", "type", "start", "times")]
    who = [sheet.at(row, column) for column in columns.person]
    return is_blank(sheet.at(row, columns.date_column)) and all(
        any(not is_blank(c) for c in each) for each in (who, what)
    )


def _about_below(sheet: Sheet, columns: Columns, below: Mapping[int, Written]) -> Iterator[Question]:
    """The line about rows that have the date above them."""
    if below:
        place = sheet.address(min(below), columns.date_column)
        text = say_many(
            "%(num)s row has no date; we read it as of the date above it. Is that right?",
            "%(num)s rows have no date; we read each as of the date above it. Is that right?",
            len(below),
        )
        yield Question("layout", place, text, (), place)


def _weekday_column(sheet: Sheet, columns: Columns, rows: Sequence[int]) -> int | None:
    """The column of weekdays beside the dates."""
    others = (column for column in range(sheet.width) if column != columns.date_column)
    return next(
        (each for each in others if share(sheet, rows, each, lambda cell: weekday_of(cell) is not None) > _MOST), None
    )


def _last_part(sheet: Sheet, columns: Columns, row: int) -> Partial | None:
    """The last of several days that a row without times speaks for."""
    for role in ("end_date", "end"):
        part = partial(cell := columns.cell(sheet, row, role))
        if part is not None and part.month is not None and _time_part(cell) is None:
            return part
    return None


def _read_row(sheet: Sheet, columns: Columns, row: int, dates: ListDates, title: str, outcome: _Outcome) -> None:
    person = " ".join(text for column in columns.person if (text := text_of(sheet.at(row, column)))) or (
        "" if columns.person else title
    )
    place = sheet.address(row, columns.roles.get("code", columns.date_column))
    if not person:
        outcome.ask(place, say("This row was left out: it has no name."))
    elif row not in dates.first:
        written = text_of(sheet.at(row, columns.date_column))
        why = (
            say("“%(text)s” is not a date, or not on that weekday; the row was left out.", text=written)
            if written
            else say("This row was left out: it has no date.")
        )
        outcome.ask(sheet.address(row, columns.date_column), why)
    elif text_of(columns.cell(sheet, row, "struck")).lower() not in ("true", "yes", "1"):
        _read_duty(
            sheet,
            columns,
            row,
            Entry(person, dates.first[row], "", place, slot=dates.written[row].cell),
            dates,
            outcome,
        )


def _read_duty(sheet: Sheet, columns: Columns, row: int, base: Entry, dates: ListDates, outcome: _Outcome) -> None:
    span = _span(sheet, columns, row, base, dates, outcome)
    code = text_of(columns.cell(sheet, row, "code")) or text_of(columns.cell(sheet, row, "type"))
    if not is_blank(columns.cell(sheet, row, "cancelled")) and certain_kind(code) not in AWAY:
        code = CANCELLED
    if not code and span is None:
        outcome.ask(base.cell, say("This row was left out: it has neither a code nor times."))
        return
    if folded(code) == folded(base.person) or any(map(_is_whole_date, (code, base.person))):
        outcome.ask(
            base.cell, say("We left out this row: the person and the post are the same, or one of them is a date.")
        )
        return
    last = dates.last.get(row, base.day + timedelta(days=_length(columns.cell(sheet, row, "days")) - 1))
    if span is None and timedelta() < last - base.day <= _LONGEST_ABSENCE:
        for offset in range((last - base.day).days + 1):
            outcome.entries.append(replace(base, day=base.day + timedelta(days=offset), text=code))
        return
    start, end = span or (None, None)
    text = code or f"{start:%H:%M}-{end:%H:%M}"
    half = {"am": "AM", "pm": "PM"}.get(folded(text_of(columns.cell(sheet, row, "half"))), "")
    outcome.entries.append(replace(base, text=text, half=half, start=start, end=end))


def _is_whole_date(text: str) -> bool:
    part = partial(text)
    return part is not None and part.month is not None


def _length(cell: Cell) -> int:
    """For how many days a row speaks that gives their number; one where it does not."""
    return max(1, int(float(text_of(cell)))) if is_number(cell) else 1


def _span(
    sheet: Sheet, columns: Columns, row: int, base: Entry, dates: ListDates, outcome: _Outcome
) -> tuple[datetime, datetime] | None:
    times = span_of(text_of(columns.cell(sheet, row, "times")))
    if times:
        return wall_span(base.day, *times)
    cells = [columns.cell(sheet, row, role) for role in ("start", "end")]
    if all(is_blank(cell) or _is_day_only(cell) for cell in cells):
        return None
    start, end = (_time_part(cell) for cell in cells)
    if start is None or end is None:
        written = " – ".join(text_of(cell) for cell in cells)
        place = sheet.address(row, columns.roles.get("start", 0))
        outcome.ask(
            place,
            say("“%(text)s” is not a pair of times; it was left out.", text=written),
        )
        return None
    ends = (columns.cell(sheet, row, role) for role in ("end_date", "end"))
    return _with_end_day(wall_span(base.day, clock(start), clock(end)), ends, dates.month_first)


def _is_day_only(cell: Cell) -> bool:
    """Whether the cell is a date without a time of day."""
    return _whole_date(cell, None) is not None and _time_part(cell) is None


def _time_part(cell: Cell) -> int | None:
    """The clock time of a cell that may also hold a date, and how far its clock is from UTC, which is not asked."""
    if isinstance(cell, str) and partial(cell.strip().split(" ")[0].split("T")[0]) is not None:
        words = cell.strip().replace("T", " ").split()
        return minutes_of(_OFFSET.sub("", " ".join(words[1:]))) if len(words) > 1 else minutes_of(words[0])
    if isinstance(cell, float) and cell > 20_000:  # a serial date with its time as the fraction
        return round(cell % 1 * 24 * 60)
    return minutes_of(cell)


def _with_end_day(
    span: tuple[datetime, datetime], ends: Iterable[Cell], month_first: bool | None
) -> tuple[datetime, datetime]:
    """The span with the end's own date where the list gives one and it makes sense."""
    for cell in ends:
        ends_on = cell if isinstance(cell, datetime) else _whole_date(cell, month_first)
        if ends_on is not None:
            end = datetime.combine(ends_on, span[1].time())
            return (span[0], end) if timedelta() < end - span[0] <= timedelta(days=60) else span
    return span


def _whole_date(cell: Cell, month_first: bool | None) -> date | None:
    part = partial(cell)
    if part is None or part.year is None or part.month is None:
        return None
    axis = resolve([(0, part)], Hints(month_first=month_first))
    return axis.dates.get(0)


READER = SheetReader((LONG_FORM, ONE_PERSON), Sign.COLUMNS, read_long_form)
