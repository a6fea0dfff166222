"""The columns of a list with a row for each duty: by their headings, or by what stands in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import time
from itertools import islice

from scheduler.rotas.pointed_sheets import PointedSheet
from scheduler.rotas.reading.cell_names import looks_like_name
from scheduler.rotas.reading.cell_parts import names_in
from scheduler.rotas.reading.cells import Cell, folded, is_blank, is_number, minutes_of, text_of
from scheduler.rotas.reading.code_meanings import looks_like_code
from scheduler.rotas.reading.context import Context
from scheduler.rotas.reading.dates import partial, weekday_of
from scheduler.rotas.reading.headings import (
    column_role,
    heads_posts_or_codes,
    is_date_heading,
    is_given_name_heading,
    is_notes_heading,
    is_person_heading,
    names_a_post,
    numbers_people,
    words_of_heading,
)
from scheduler.rotas.reading.name_columns import name_columns
from scheduler.rotas.reading.nobody import is_nobody
from scheduler.rotas.reading.workbook import Sheet
from scheduler.rotas.written_days import Partial

_ENOUGH_ROWS = 3000
_HEADING_WITHIN_ROWS = 30
_LEAST_UNHEADED, _LEAST_POSTS, _MOST, _NEARLY_ALL = 3, 2, 0.7, 0.9
_MOST_OF_A_DAY = 6
"""Duties for each date, at most, where a date stands once for all rows of its day."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The heading row and which column has which role. ``person`` lists given name and surname, or one column."""

    row: int
    person: tuple[int, ...]
    roles: Mapping[str, int]

    @property
    def date_column(self) -> int:
        """Where each row's date stands, be it the date of its start."""
        return self.roles.get("date", self.roles.get("start", 0))

    def as_pointed(self, said: PointedSheet) -> Columns:
        """The columns with those for people and dates that somebody has pointed at."""
        taken = {*said.name_columns, *said.date_columns[:1]}
        roles = {role: column for role, column in self.roles.items() if column not in taken}
        roles |= dict(zip(("date",), said.date_columns, strict=False))
        return replace(self, person=said.name_columns or self.person, roles=roles if taken else self.roles)

    def cell(self, sheet: Sheet, row: int, role: str) -> Cell:
        return sheet.at(row, self.roles[role]) if role in self.roles else ""


def find_columns(sheet: Sheet, context: Context) -> Columns | None:
    """The columns of a list of duties; None if the sheet is none."""
    top = [row for row in range(min(sheet.height, _HEADING_WITHIN_ROWS)) if row not in context.skip]
    columns = next((found for row in top if (found := _columns(sheet, row, context.beside))), None) or _unheaded(
        sheet, context
    )
    if columns is None:
        return None
    columns = _with_people(sheet, columns.as_pointed(context.pointed), context)
    is_other = _holds_people_for_codes(sheet, columns, context) or _numbers_its_people(sheet, columns)
    return None if is_other else columns


def _columns(sheet: Sheet, row: int, beside: frozenset[int]) -> Columns | None:
    """The columns by their headings in a row; None if it heads no list of duties."""
    roles: dict[str, int] = {}
    dated: list[int] = []
    headings = {column: folded(cell) for column, cell in sheet.filled(row) if isinstance(cell, str)}
    person = name_columns({column: heading for column, heading in headings.items() if column not in beside})
    for column, cell in ((column, cell) for column, cell in sheet.filled(row) if column not in beside):
        heading = folded(cell) if isinstance(cell, str) else ""
        if column in person or is_given_name_heading(heading) or is_person_heading(heading):
            continue
        if is_date_heading(heading):
            dated.append(column)
        elif role := column_role(heading):
            roles.setdefault(role, column)
    if dated:  # a column headed *Day* may hold weekdays
        roles["date"] = max(dated, key=lambda column: share(sheet, _below(sheet, row), column, _is_whole_date))
    roles = _with_when(sheet, row, roles, person)
    roles = _with_what(sheet, row, roles, person)
    from_days = {"start", "end", "code"} <= roles.keys() and _are_days(sheet, row, roles)
    says_when = "date" in roles or ("start" in roles and bool(person)) or from_days
    says_what = bool(roles.keys() & {"code", "type", "times"}) or {"start", "end"} <= roles.keys()
    return Columns(row, person, roles) if says_when and says_what else None


def _below(sheet: Sheet, row: int) -> list[int]:
    """The rows under a heading that hold anything: enough of them to tell what a column holds, since each row that may
    be a heading is tried, with each column."""
    filled = (below for below in range(row + 1, sheet.height) if any(not is_blank(cell) for cell in sheet.rows[below]))
    return list(islice(filled, _ENOUGH_ROWS))


def _with_when(sheet: Sheet, row: int, roles: dict[str, int], person: Sequence[int]) -> dict[str, int]:
    """The columns with those of dates and clock times that have another heading or none, where headings beside them say
    what they belong to."""
    free = [column for column in range(sheet.width) if column not in (*person, *roles.values())]
    rows = _below(sheet, row)
    dates = [column for column in free if not _is_whole_date(sheet.at(row, column))]
    dates = [column for column in dates if _is_of_dates(sheet, rows, column)]
    if len(dates) == 1 and not roles.keys() & {"end", "end_date"} and _are_ends(sheet, rows, roles, dates[0]):
        roles = roles | {"end_date": dates[0]}
    elif "date" not in roles and len(dates) == 1 and roles.keys() & {"code", "times", "start", "end", "role"}:
        roles = roles | {"date": dates[0]}
    missing = {"start", "end"} - roles.keys()
    times = [column for column in free if share(sheet, rows, column, _is_clock_time) > _MOST]
    return roles | {missing.pop(): times[0]} if len(missing) == len(times) == 1 else roles


def _are_ends(sheet: Sheet, rows: Sequence[int], roles: Mapping[str, int], column: int) -> bool:
    """Whether a column holds days that never come before those with which the rows begin."""
    begins = roles.get("start", roles.get("date", column))
    pairs = [(partial(sheet.at(row, begins)), partial(sheet.at(row, column))) for row in rows]
    known = [(one, other) for one, other in pairs if one and other and one.year and other.year]
    return column != begins and bool(known) and all(_order(one) <= _order(other) for one, other in known)


def _order(part: Partial) -> tuple[int, int, int]:
    return part.year or 0, part.month or 0, part.day


def _is_of_dates(sheet: Sheet, rows: Sequence[int], column: int) -> bool:
    """Whether a column holds dates, be it once for all rows of a day."""
    if share(sheet, rows, column, _is_whole_date) > _MOST:
        return True
    filled = [row for row in rows if not is_blank(sheet.at(row, column))]
    begins = filled[:1] == rows[:1] and _MOST_OF_A_DAY * len(filled) >= len(rows) > 0
    return begins and share(sheet, filled, column, _is_whole_date) > _NEARLY_ALL


def _is_clock_time(cell: Cell) -> bool:
    return isinstance(cell, time) or (isinstance(cell, str) and ":" in cell and minutes_of(cell) is not None)


def _with_what(sheet: Sheet, row: int, roles: dict[str, int], person: Sequence[int]) -> dict[str, int]:
    """The columns with that of what is done, where its heading does not say so: as what somebody is on duty, or the
    only other column of words."""
    rows = _below(sheet, row)
    are_days = {"start", "end"} <= roles.keys() and _are_days(sheet, row, roles)
    if roles.keys() & {"code", "type", "times", "end_date"}:
        return roles
    free = [column for column in range(sheet.width) if column not in (*person, *roles.values())]
    if roles.keys() & {"start", "end"} and not are_days:
        lost = [column for column in free if is_blank(sheet.at(row, column)) and _repeats_words(sheet, rows, column)]
        return roles | {"code": lost[0]} if person and len(lost) == 1 else roles
    if "role" in roles:
        return roles | {"code": roles["role"]}
    if not person or not ("date" in roles or are_days):
        return roles if "site" not in roles else roles | {"code": roles["site"]}
    words = [column for column in free if share(sheet, rows, column, _is_words) > _MOST]
    return (
        roles | {"code": found} if (found := words[0] if len(words) == 1 else roles.get("site")) is not None else roles
    )


def _repeats_words(sheet: Sheet, rows: Sequence[int], column: int) -> bool:
    """Whether a column holds a few words again and again, as one of duties does."""
    written = {folded(text_of(sheet.at(row, column))) for row in rows if not is_blank(sheet.at(row, column))}
    return share(sheet, rows, column, _is_words) > _MOST and len(written) * 2 <= len(rows)


def _are_days(sheet: Sheet, row: int, roles: Mapping[str, int]) -> bool:
    """Whether what begins and ends are days rather than times of day."""
    rows = _below(sheet, row)
    return all(share(sheet, rows, roles[role], _is_whole_date) > _MOST for role in ("start", "end"))


def _is_words(cell: Cell) -> bool:
    is_figures = is_number(cell) or partial(cell) is not None or weekday_of(cell) is not None
    return not (is_blank(cell) or is_figures or "@" in text_of(cell))


def _unheaded(sheet: Sheet, context: Context) -> Columns | None:
    """Columns told by what stands in them, where nothing heads them: whole dates, codes, and names that repeat.

    Above them may stand a line that says who is on the rota, as long as it is not a heading: it has its own width.
    """
    rows = [row for row in range(sheet.height) if any(not is_blank(cell) for cell in sheet.rows[row])]
    dated = [column for column in range(sheet.width) if _is_of_dates(sheet, rows, column)]
    if len(dated) != 1 or len(rows) < _LEAST_UNHEADED:
        return None
    first = next(position for position, row in enumerate(rows) if _is_whole_date(sheet.at(row, dated[0])))
    if not _may_stand_above(sheet, rows[:first], rows[first]):
        return None
    rows = rows[first:]
    others = [column for column in range(sheet.width) if column not in dated]
    coded = [column for column in others if share(sheet, rows, column, lambda cell: _says_what(cell, context)) > _MOST]
    others = [column for column in others if column not in coded]
    named = [column for column in others if share(sheet, rows, column, lambda cell: _is_name(cell, context)) > _MOST]
    if len(coded) != 1 or len(named) != 1:
        return None
    return Columns(rows[0] - 1, (named[0],), {"date": dated[0], "code": coded[0]})


def _may_stand_above(sheet: Sheet, above: Sequence[int], first: int) -> bool:
    """Whether rows above a list are titles, or head it with words that are no posts: under posts stand people."""
    posts = [sum(names_a_post(text_of(cell)) for _, cell in sheet.filled(row)) for row in above]
    if len(above) == 1 and not any(posts):
        return True
    wider = all(len(list(sheet.filled(row))) > len(list(sheet.filled(first))) for row in above)
    return wider and max(posts, default=0) < _LEAST_POSTS


def _says_what(cell: Cell, context: Context) -> bool:
    """Whether a cell is a code, or as what somebody is on duty."""
    return _is_code(cell, context) or names_a_post(text_of(cell))


def _holds_people_for_codes(sheet: Sheet, columns: Columns, context: Context) -> bool:
    """Whether what is headed as a code holds names: of the people in the other column, or of whoever fills the posts
    that head these columns, on a day a row."""
    if "code" not in columns.roles or columns.roles.keys() & {"start", "end", "times"}:
        return False
    rows, column = _below(sheet, columns.row), columns.roles["code"]
    filled = [row for row in rows if not is_blank(sheet.at(row, column))]
    if share(sheet, filled, column, lambda cell: _are_names(cell, context)) < _MOST:
        return False
    written = {name for row in rows for name in _folded_names(sheet.at(row, column))}
    others = {name for person in columns.person for row in rows for name in _folded_names(sheet.at(row, person))}
    is_post = heads_posts_or_codes(folded(text_of(sheet.at(columns.row, column))))
    beside = [each for each in range(sheet.width) if each not in (column, *columns.roles.values(), *columns.person)]
    named = [each for each in beside if share(sheet, rows, each, lambda cell: _is_name(cell, context)) > _MOST]
    if len(written & others) * 2 > len(written):
        return True
    return _are_posts_by_day(sheet, columns, rows) if columns.person else is_post or bool(named)


def _numbers_its_people(sheet: Sheet, columns: Columns) -> bool:
    """Whether people are named by their numbers only."""
    heads = (cell for _, cell in sheet.filled(columns.row)) if columns.row >= 0 else ()
    return not columns.person and any(numbers_people(words_of_heading(head)) for head in heads)


def _are_posts_by_day(sheet: Sheet, columns: Columns, rows: Sequence[int]) -> bool:
    """Whether posts head both columns, and hardly any day stands on two rows."""
    heads = [text_of(sheet.at(columns.row, column)) for column in (*columns.person, columns.roles["code"])]
    days = [text_of(cell) for row in rows if not is_blank(cell := sheet.at(row, columns.date_column))]
    return all(map(names_a_post, heads)) and len(set(days)) >= _NEARLY_ALL * len(days)


def _are_names(cell: Cell, context: Context) -> bool:
    parts = names_in(text_of(cell), commas=True)
    return all(is_nobody(name) or looks_like_name(name, context.legend) for name in parts)


def _folded_names(cell: Cell) -> list[str]:
    return [folded(name) for name in names_in(text_of(cell), commas=True)]


def _with_people(sheet: Sheet, columns: Columns, context: Context) -> Columns:
    """The columns with that of the people told by what stands in it, where its heading does not say so."""
    if columns.person or "code" not in columns.roles:
        return columns
    rows = [row for row in range(columns.row + 1, sheet.height) if any(not is_blank(cell) for cell in sheet.rows[row])]
    free = [
        column
        for column in range(sheet.width)
        if column not in columns.roles.values() and not is_notes_heading(folded(text_of(sheet.at(columns.row, column))))
    ]
    named = [column for column in free if share(sheet, rows, column, lambda cell: _is_name(cell, context)) > _MOST]
    return replace(columns, person=(named[0],)) if len(named) == 1 else columns


def share(sheet: Sheet, rows: Sequence[int], column: int, is_one: Callable[[Cell], bool]) -> float:
    """The share of these rows whose cell in a column is such."""
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
