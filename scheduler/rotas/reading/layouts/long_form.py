"""The long form: one row a duty, with person, date, code or start and end in columns of any order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from scheduler.languages import mark, say
from scheduler.rotas.model import AWAY, Question, wall_span
from scheduler.rotas.pointing import PointedSheet
from scheduler.rotas.reading.cell_names import looks_like_name
from scheduler.rotas.reading.cell_parts import names_in
from scheduler.rotas.reading.cells import Cell, clock, folded, is_blank, is_number, minutes_of, span_of, text_of
from scheduler.rotas.reading.code_meanings import looks_like_code
from scheduler.rotas.reading.codes import CANCELLED, certain_kind
from scheduler.rotas.reading.context import Context
from scheduler.rotas.reading.dates import Hints, Partial, partial, resolve, weekday_of
from scheduler.rotas.reading.headings import (
    column_role,
    heads_posts_or_codes,
    is_date_heading,
    is_given_name_heading,
    is_notes_heading,
    is_person_heading,
    names_a_post,
)
from scheduler.rotas.reading.layout import Entry, Layout, Reading, SheetReader, Sign, Use
from scheduler.rotas.reading.list_dates import ListDates, Written, list_dates
from scheduler.rotas.reading.nobody import is_nobody
from scheduler.rotas.reading.one_person import ONE_PERSON, whose_is_it
from scheduler.rotas.reading.slots import is_numbered, slot_of
from scheduler.rotas.reading.spellings import Spelling
from scheduler.rotas.reading.workbook import Sheet

_HEADING_WITHIN_ROWS = 30
_LEAST_UNHEADED, _MOST = 3, 0.7
_LONGEST_ABSENCE = timedelta(days=366)
_OFFSET = re.compile(r"(?:\.\d+)?\s*(?:Z|[+-]\d{2}:?\d{2})$")
LONG_FORM = Layout("long", mark("a list with a row for each duty"))


@dataclass(frozen=True, slots=True)
class _Columns:
    """The heading row and which column has which role. ``person`` lists given name and surname, or one column."""

    row: int
    person: tuple[int, ...]
    roles: Mapping[str, int]

    @property
    def date_column(self) -> int:
        """Where each row's date stands, be it the date of its start."""
        return self.roles.get("date", self.roles.get("start", 0))

    def as_pointed(self, said: PointedSheet) -> _Columns:
        """The columns with those for people and dates that somebody has pointed at."""
        taken = {*said.name_columns, *said.date_columns[:1]}
        roles = {role: column for role, column in self.roles.items() if column not in taken}
        roles |= dict(zip(("date",), said.date_columns, strict=False))
        return replace(self, person=said.name_columns or self.person, roles=roles if taken else self.roles)

    def cell(self, sheet: Sheet, row: int, role: str) -> Cell:
        return sheet.at(row, self.roles[role]) if role in self.roles else ""


@dataclass(slots=True)
class _Outcome:
    entries: list[Entry] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)

    def ask(self, cell: str, text: str) -> None:
        self.questions.append(Question("cell", cell, text, (), cell))


def read_long_form(sheet: Sheet, context: Context) -> Reading | None:
    """The sheet as a list of duties; None if no row heads it as one. Without a column of people it is layout E."""
    top = [row for row in range(min(sheet.height, _HEADING_WITHIN_ROWS)) if row not in context.skip]
    columns = next((found for row in top if (found := _columns(sheet, row, context.beside))), None) or _unheaded(
        sheet, context
    )
    if columns is None:
        return None
    columns = _with_people(sheet, columns.as_pointed(context.pointed), context)
    if _holds_people_for_codes(sheet, columns, context):
        return None
    outcome = _Outcome()
    rows = [row for row in range(columns.row + 1, sheet.height) if row not in context.skip]
    dates = list_dates(_written(sheet, columns, rows), context.hints)
    outcome.questions.extend(dates.questions())
    for row in rows:
        if any(not is_blank(cell) for cell in sheet.rows[row]):
            _read_row(sheet, columns, row, dates, context.owner, outcome)
    listed = _list_of(columns, outcome, context.owner)
    if all(map(is_numbered, listed.people)):  # when the periods of a rota begin and end
        return None
    return replace(listed, uses=_uses(sheet, columns), slots=dates.slots())


def _list_of(columns: _Columns, outcome: _Outcome, title: str) -> Reading:
    spelling = Spelling(each.person for each in outcome.entries)
    entries = tuple(replace(each, person=spelling.of(each.person)) for each in outcome.entries)
    questions = list(outcome.questions)
    if not columns.person:
        questions.append(whose_is_it(title))
    people = tuple(dict.fromkeys(each.person for each in entries)) or (() if columns.person else (title,))
    days = tuple(sorted({each.day for each in entries}))
    return Reading(LONG_FORM if columns.person else ONE_PERSON, people, entries, days, tuple(questions))


def _uses(sheet: Sheet, columns: _Columns) -> dict[str, Use]:
    """Every cell of the list, by its column."""
    by_column = dict.fromkeys(columns.roles.values(), Use.CODE)
    by_column |= {columns.date_column: Use.DATE} | dict.fromkeys(columns.person, Use.PERSON)
    return {
        sheet.address(row, column): Use.HEADING if row <= columns.row else by_column.get(column, Use.NOTE)
        for row in range(sheet.height)
        for column, _ in sheet.filled(row)
    }


def _columns(sheet: Sheet, row: int, beside: frozenset[int]) -> _Columns | None:
    """The columns by their headings in a row; None if it heads no list of duties."""
    roles: dict[str, int] = {}
    names: list[int] = []
    given: list[int] = []
    dated: list[int] = []
    for column, cell in ((column, cell) for column, cell in sheet.filled(row) if column not in beside):
        heading = folded(cell) if isinstance(cell, str) else ""
        if is_given_name_heading(heading):
            given.append(column)
        elif is_person_heading(heading):
            names.append(column)
        elif is_date_heading(heading):
            dated.append(column)
        elif role := column_role(heading):
            roles.setdefault(role, column)
    if dated:  # a column headed *Day* may hold weekdays
        roles["date"] = max(dated, key=lambda column: _share(sheet, _below(sheet, row), column, _is_whole_date))
    person = (*given[:1], *names[:1])
    roles = _with_what(sheet, row, roles, person)
    says_when = "date" in roles or ("start" in roles and bool(person))
    says_what = bool(roles.keys() & {"code", "type", "times"}) or {"start", "end"} <= roles.keys()
    return _Columns(row, person, roles) if says_when and says_what else None


def _below(sheet: Sheet, row: int) -> list[int]:
    """The rows under a heading that hold anything."""
    return [below for below in range(row + 1, sheet.height) if any(not is_blank(cell) for cell in sheet.rows[below])]


def _with_what(sheet: Sheet, row: int, roles: dict[str, int], person: Sequence[int]) -> dict[str, int]:
    """The columns with that of what is done, where its heading does not say so: as what somebody is on duty, or the
    only other column of words."""
    if roles.keys() & {"code", "type", "times", "start", "end", "end_date"}:
        return roles
    if "role" in roles:
        return roles | {"code": roles["role"]}
    if not person or "date" not in roles:
        return roles
    rows = _below(sheet, row)
    free = [column for column in range(sheet.width) if column not in (*person, *roles.values())]
    words = [column for column in free if _share(sheet, rows, column, _is_words) > _MOST]
    return roles | {"code": words[0]} if len(words) == 1 else roles


def _is_words(cell: Cell) -> bool:
    is_figures = is_number(cell) or partial(cell) is not None or weekday_of(cell) is not None
    return not (is_blank(cell) or is_figures or "@" in text_of(cell))


def _unheaded(sheet: Sheet, context: Context) -> _Columns | None:
    """Columns told by what stands in them, where nothing heads them: whole dates, codes, and names that repeat.

    Above them may stand a line that says who is on the rota, as long as it is not a heading: it has its own width.
    """
    rows = [row for row in range(sheet.height) if any(not is_blank(cell) for cell in sheet.rows[row])]
    dated = [column for column in range(sheet.width) if _share(sheet, rows, column, _is_whole_date) > _MOST]
    if len(dated) != 1 or len(rows) < _LEAST_UNHEADED:
        return None
    first = next(position for position, row in enumerate(rows) if _is_whole_date(sheet.at(row, dated[0])))
    if not _may_stand_above(sheet, rows[:first], rows[first]):
        return None
    rows = rows[first:]
    others = [column for column in range(sheet.width) if column not in dated]
    coded = [column for column in others if _share(sheet, rows, column, lambda cell: _says_what(cell, context)) > _MOST]
    others = [column for column in others if column not in coded]
    named = [column for column in others if _share(sheet, rows, column, lambda cell: _is_name(cell, context)) > _MOST]
    if len(coded) != 1 or len(named) != 1:
        return None
    return _Columns(rows[0] - 1, (named[0],), {"date": dated[0], "code": coded[0]})


def _may_stand_above(sheet: Sheet, above: Sequence[int], first: int) -> bool:
    """Whether rows above a list are titles, or head it with words that are no posts: under posts stand people."""
    if len(above) == 1 and not any(names_a_post(text_of(cell)) for _, cell in sheet.filled(above[0])):
        return True
    return not any(len(list(sheet.filled(row))) <= len(list(sheet.filled(first))) for row in above)


def _says_what(cell: Cell, context: Context) -> bool:
    """Whether a cell is a code, or as what somebody is on duty."""
    return _is_code(cell, context) or names_a_post(text_of(cell))


def _holds_people_for_codes(sheet: Sheet, columns: _Columns, context: Context) -> bool:
    """Whether what is headed as a code holds names: of the people in the other column, or of whoever fills the posts
    that head these columns."""
    if "code" not in columns.roles or columns.roles.keys() & {"start", "end", "times"}:
        return False
    rows, column = _below(sheet, columns.row), columns.roles["code"]
    filled = [row for row in rows if not is_blank(sheet.at(row, column))]
    if _share(sheet, filled, column, lambda cell: _are_names(cell, context)) < _MOST:
        return False
    written = {name for row in rows for name in _folded_names(sheet.at(row, column))}
    others = {name for person in columns.person for row in rows for name in _folded_names(sheet.at(row, person))}
    is_post = heads_posts_or_codes(folded(text_of(sheet.at(columns.row, column))))
    beside = [each for each in range(sheet.width) if each not in (column, *columns.roles.values(), *columns.person)]
    named = [each for each in beside if _share(sheet, rows, each, lambda cell: _is_name(cell, context)) > _MOST]
    return len(written & others) * 2 > len(written) or (not columns.person and (is_post or bool(named)))


def _are_names(cell: Cell, context: Context) -> bool:
    parts = names_in(text_of(cell), commas=True)
    return all(is_nobody(name) or looks_like_name(name, context.legend) for name in parts)


def _folded_names(cell: Cell) -> list[str]:
    return [folded(name) for name in names_in(text_of(cell), commas=True)]


def _with_people(sheet: Sheet, columns: _Columns, context: Context) -> _Columns:
    """The columns with that of the people told by what stands in it, where its heading does not say so."""
    if columns.person or "code" not in columns.roles:
        return columns
    rows = [row for row in range(columns.row + 1, sheet.height) if any(not is_blank(cell) for cell in sheet.rows[row])]
    free = [
        column
        for column in range(sheet.width)
        if column not in columns.roles.values() and not is_notes_heading(folded(text_of(sheet.at(columns.row, column))))
    ]
    named = [column for column in free if _share(sheet, rows, column, lambda cell: _is_name(cell, context)) > _MOST]
    return replace(columns, person=(named[0],)) if len(named) == 1 else columns


def _share(sheet: Sheet, rows: Sequence[int], column: int, is_one: Callable[[Cell], bool]) -> float:
    return sum(is_one(sheet.at(row, column)) for row in rows) / len(rows) if rows else 0


def _is_whole_date(cell: Cell) -> bool:
    part = partial(cell)
    return part is not None and part.month is not None


def _is_code(cell: Cell, context: Context) -> bool:
    text = text_of(cell)
    is_plain = bool(text) and partial(cell) is None and weekday_of(cell) is None
    return is_plain and looks_like_code(text, context.legend)


def _is_name(cell: Cell, context: Context) -> bool:
    text = text_of(cell)
    return (
        len(text) > 2
        and not is_number(cell)
        and "@" not in text
        and partial(cell) is None
        and weekday_of(cell) is None
        and not _is_code(cell, context)
    )


def _written(sheet: Sheet, columns: _Columns, rows: Sequence[int]) -> dict[int, Written]:
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


def _weekday_column(sheet: Sheet, columns: _Columns, rows: Sequence[int]) -> int | None:
    """The column of weekdays beside the dates."""
    others = (column for column in range(sheet.width) if column != columns.date_column)
    return next(
        (each for each in others if _share(sheet, rows, each, lambda cell: weekday_of(cell) is not None) > _MOST), None
    )


def _last_part(sheet: Sheet, columns: _Columns, row: int) -> Partial | None:
    """The last of several days that a row without times speaks for."""
    for role in ("end_date", "end"):
        part = partial(cell := columns.cell(sheet, row, role))
        if part is not None and part.month is not None and _time_part(cell) is None:
            return part
    return None


def _read_row(sheet: Sheet, columns: _Columns, row: int, dates: ListDates, title: str, outcome: _Outcome) -> None:
    person = " ".join(text for column in columns.person if (text := text_of(sheet.at(row, column)))) or (
        "" if columns.person else title
    )
    place = sheet.address(row, columns.roles.get("code", columns.date_column))
    if not person:
        outcome.ask(place, say("This row was left out: it has no name."))
    elif row not in dates.first:
        written = text_of(columns.cell(sheet, row, "date")) or text_of(columns.cell(sheet, row, "start"))
        outcome.ask(
            sheet.address(row, columns.date_column),
            say("“%(text)s” is not a date; the row was left out.", text=written),
        )
    elif text_of(columns.cell(sheet, row, "struck")).lower() not in ("true", "yes", "1"):
        _read_duty(
            sheet,
            columns,
            row,
            Entry(person, dates.first[row], "", place, slot=dates.written[row].cell),
            dates,
            outcome,
        )


def _read_duty(sheet: Sheet, columns: _Columns, row: int, base: Entry, dates: ListDates, outcome: _Outcome) -> None:
    span = _span(sheet, columns, row, base, dates, outcome)
    code = text_of(columns.cell(sheet, row, "code")) or text_of(columns.cell(sheet, row, "type"))
    if not is_blank(columns.cell(sheet, row, "cancelled")) and certain_kind(code) not in AWAY:
        code = CANCELLED
    if not code and span is None:
        outcome.ask(base.cell, say("This row was left out: it has neither a code nor times."))
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


def _length(cell: Cell) -> int:
    """For how many days a row speaks that gives their number; one where it does not."""
    return max(1, int(float(text_of(cell)))) if is_number(cell) else 1


def _span(
    sheet: Sheet, columns: _Columns, row: int, base: Entry, dates: ListDates, outcome: _Outcome
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
