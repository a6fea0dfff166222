"""Layouts A, B and E: lines of people's codes that hang on a row or a column of dates.

A: lines are people, dates run across. B: the same turned. E: one line of codes beside a column of dates, so one
person's rota.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain

from scheduler.languages import mark, say
from scheduler.rotas.model import ORDER, YEAR, Question
from scheduler.rotas.reading.axis import Header, find_headers
from scheduler.rotas.reading.cell_parts import names_in
from scheduler.rotas.reading.cells import folded, text_of
from scheduler.rotas.reading.context import Context
from scheduler.rotas.reading.filled_posts import cells_hold_names
from scheduler.rotas.reading.grid import Grid, Line, read_grid
from scheduler.rotas.reading.headings import column_role
from scheduler.rotas.reading.layout import Entry, Layout, Reading, SheetReader, Sign
from scheduler.rotas.reading.one_person import ONE_PERSON, whose_is_it
from scheduler.rotas.reading.questions import day_or_month_first, heading_or_person, is_about_empty_line
from scheduler.rotas.reading.spellings import Spelling
from scheduler.rotas.reading.workbook import Sheet

PEOPLE_ACROSS = Layout("A", mark("a row for each person, a column for each day"))
PEOPLE_DOWN = Layout("B", mark("a row for each day, a column for each person"))


def read_by_date(sheet: Sheet, context: Context) -> Reading | None:
    """The sheet as layout A, B or E, whichever of its rows and columns carries more dates; None if neither does, or if
    its cells hold names."""
    across = find_headers(sheet, context.hints, context.title)
    turned = sheet.turned()
    down = find_headers(turned, context.hints, context.title)
    if not across and not down:
        return None
    if _reach(across) >= _reach(down):
        return _read(sheet, across, context)
    return _read(turned, down, replace(context, skip=context.beside))


def _reach(headers: Sequence[Header]) -> int:
    return max((len(header.dates) + len(header.wrong) for header in headers), default=0)


def _read(sheet: Sheet, headers: Sequence[Header], context: Context) -> Reading | None:
    grids = [
        read_grid(sheet, header, context.skip, frozenset() if sheet.is_turned else context.beside)
        for header in headers
        if header.dates
    ]
    lines = [line for grid in grids for line in grid.lines]
    questions = tuple(chain(_date_questions(sheet, headers), *(_grid_questions(grid) for grid in grids)))
    days = tuple(sorted({day for grid in grids for day in grid.days}))
    if cells_hold_names(lines, context.legend, down=sheet.is_turned):
        return None
    if sheet.is_turned and _is_one_persons(lines):
        found = _one_person(lines, context.owner)
    else:
        found = _people(PEOPLE_DOWN if sheet.is_turned else PEOPLE_ACROSS, lines)
    asked = tuple(each for each in questions if not (is_about_empty_line(each) and each.subject in found.people))
    return replace(found, days=days, questions=asked + found.questions)


def _people(layout: Layout, lines: Sequence[Line]) -> Reading:
    """Layouts A and B: every line is a person's."""
    named = [replace(line, label=line.label or _nobodys(line)) for line in lines]
    spelling = Spelling(line.label for line in named)
    entries = tuple(
        Entry(spelling.of(line.label), entry.day, entry.text, entry.cell, entry.half)
        for line in named
        for entry in line.entries
    )
    people = tuple(dict.fromkeys(spelling.of(line.label) for line in named))
    questions = tuple(chain(_twice(named, spelling), _nameless(lines), _slot_shares(people, named)))
    return Reading(layout, people, entries, (), questions)


def _one_person(lines: Sequence[Line], owner: str) -> Reading:
    entries = tuple(
        Entry(owner, entry.day, entry.text, entry.cell, entry.half) for line in lines for entry in line.entries
    )
    return Reading(ONE_PERSON, (owner,), entries, (), (whose_is_it(owner, lines[0].cell),))


def _is_one_persons(lines: Sequence[Line]) -> bool:
    heading = folded(lines[0].label) if len(lines) == 1 else ""
    return len(lines) == 1 and (not heading or column_role(heading) is not None)


def _date_questions(sheet: Sheet, headers: Iterable[Header]) -> Iterable[Question]:
    for header in headers:
        cell = sheet.address(header.row, min(chain(header.dates, header.wrong)))
        if not header.dates:
            yield Question("date", cell, say("The dates have no month or year."), (), YEAR)
            continue
        if header.doubt == YEAR:
            yield _which_year(cell, header)
        if header.doubt == ORDER:
            yield day_or_month_first(cell)
        yield from _slips(sheet, header)


def _slips(sheet: Sheet, header: Header) -> Iterable[Question]:
    for column in (*header.wrong, *header.mended):
        place, written = sheet.address(header.row, column), text_of(sheet.at(header.row, column))
        if column in header.wrong:
            text = say("“%(text)s” doesn’t fit the dates around it; the entries under it were left out.", text=written)
        else:
            day = header.dates[column].day
            text = say("“%(text)s” was read as day %(day)s, to fit the dates around it.", text=written, day=day)
        yield Question("cell", place, text, (), place)


def _which_year(cell: str, header: Header) -> Question:
    year = min(header.dates.values()).year
    text = say("The dates have no year, so we assumed %(year)s. Which year is it?", year=year)
    return Question("date", cell, text, tuple(map(str, (year, year - 1, year + 1))), YEAR)


def _grid_questions(grid: Grid) -> Iterable[Question]:
    for note in grid.notes:
        text = say("A note beside the rota was left out: “%(text)s”", text=note.text)
        yield Question("cell", note.cell, text, (), note.text)
    for line in grid.empty:
        yield heading_or_person(line.label, line.cell)


def _twice(lines: Sequence[Line], spelling: Spelling) -> Iterable[Question]:
    """Two lines of one name that both speak for the same half of a day may be two people."""
    seen: dict[tuple[str, str, str], str] = {}
    asked: set[str] = set()
    for line in lines:
        name = spelling.of(line.label)
        for entry in line.entries:
            first = seen.setdefault((name, str(entry.day), entry.half), line.cell)
            if first != line.cell and name not in asked:
                asked.add(name)
                text = say(
                    "“%(name)s” has two lines for the same days, at %(first)s and %(second)s. Are they the same "
                    "person?",
                    name=name,
                    first=first,
                    second=line.cell,
                )
                yield Question("person", line.cell, text, ("one person", "two people"), name)


def _nameless(lines: Sequence[Line]) -> Iterable[Question]:
    for line in lines:
        if not line.label:
            yield Question("person", line.cell, say("This line has no name. Whose is it?"), (), _nobodys(line))


def _nobodys(line: Line) -> str:
    return f"line at {line.cell}"


def _slot_shares(people: Sequence[str], lines: Sequence[Line]) -> Iterable[Question]:
    places = {line.label: line.cell for line in lines}
    for name in people:
        if "/" in name and len(names_in(name)) > 1:
            text = say("“%(name)s” looks like a line shared by several people. Whose is it?", name=name)
            yield Question("person", places.get(name, ""), text, names_in(name), name)


READER = SheetReader((PEOPLE_ACROSS, PEOPLE_DOWN, ONE_PERSON), Sign.DATES, read_by_date)
