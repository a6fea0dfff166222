"""Layouts A, B, C and E: everything that hangs on a row or a column of dates.

A: lines are people, dates run across. B: the same turned. C: lines are posts and the cells hold names. E: one line
of codes beside a column of dates, so one person's rota.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from scheduler.languages import mark, say
from scheduler.rotas.model import ORDER, YEAR, LegendEntry, Question
from scheduler.rotas.reading.axis import Header, find_headers
from scheduler.rotas.reading.cell_parts import halves, names_in, substitute_name
from scheduler.rotas.reading.cells import folded, text_of
from scheduler.rotas.reading.code_meanings import looks_like_code, means_something
from scheduler.rotas.reading.codes import certain_kind, without_footnote
from scheduler.rotas.reading.context import Context
from scheduler.rotas.reading.grid import Grid, Line, read_grid
from scheduler.rotas.reading.headings import column_role, is_person_heading, is_vacant, names_a_place, names_a_role
from scheduler.rotas.reading.layout import Entry, Layout, Reading, SheetReader, Sign
from scheduler.rotas.reading.one_person import ONE_PERSON, whose_is_it
from scheduler.rotas.reading.questions import (
    day_or_month_first,
    does_not_fit,
    heading_or_person,
    is_about_empty_line,
    note_left_out,
    one_or_two_people,
    which_year,
)
from scheduler.rotas.reading.spellings import Spelling, lookalikes
from scheduler.rotas.reading.workbook import Sheet

_FULL_NAME = re.compile(r"[^\W\d]+[.']?(?:[\s-]+[^\W\d]+[.']?)+")
_PLAIN_NAME = re.compile(r"[^\W\d_][^\W\d_A-Z]{2,}")
PEOPLE_ACROSS = Layout("A", mark("a row for each person, a column for each day"))
PEOPLE_DOWN = Layout("B", mark("a row for each day, a column for each person"))
POSTS = Layout("C", mark("posts and dates, with names in the cells"))
NO_POST = "Duty"
"""The code where names stand beside dates and nothing says what they do."""


def read_by_date(sheet: Sheet, context: Context) -> Reading | None:
    """The sheet as layout A, B, C or E, whichever of its rows and columns carries more dates; None if neither does."""
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


def _read(sheet: Sheet, headers: Sequence[Header], context: Context) -> Reading:
    grids = [
        read_grid(sheet, header, context.skip, frozenset() if sheet.is_turned else context.beside)
        for header in headers
        if header.dates
    ]
    lines = [line for grid in grids for line in grid.lines]
    questions = tuple(chain(_date_questions(sheet, headers), *(_grid_questions(grid) for grid in grids)))
    days = tuple(sorted({day for grid in grids for day in grid.days}))
    if _cells_hold_names(lines, context.legend, down=sheet.is_turned):
        found = _posts(lines)
    elif sheet.is_turned and _is_one_persons(lines):
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


def _posts(lines: Sequence[Line]) -> Reading:
    """Layout C: every line is a post, its cells say who fills it."""
    named = [
        Entry(name, entry.day, line.label or NO_POST, entry.cell, piece.half or entry.half)
        for line in lines
        for entry in line.entries
        for piece in halves(entry.text)
        for name in names_in(without_footnote(substitute_name(piece.text)))
        if not is_vacant(folded(name)) and certain_kind(name) is None
    ]
    spelling = Spelling(entry.person for entry in named)
    entries = tuple(replace(each, person=spelling.of(each.person)) for each in named)
    people = tuple(dict.fromkeys(each.person for each in entries))
    questions = tuple(chain(_lookalike_questions(entries), _shared_cells(lines)))
    return Reading(POSTS, people, entries, (), questions, codes_are_posts=True)


def _cells_hold_names(lines: Sequence[Line], legend: Mapping[str, LegendEntry], *, down: bool) -> bool:
    """Whether the lines are posts: their labels are, and most cells hold no code.

    Columns of posts may be filled with initials, so there only known codes count as codes; rows such as ``1_SHO`` are
    people's places as often as posts, so there everything short does.
    """
    texts = Counter(entry.text for line in lines for entry in line.entries)
    if down and _is_of_names_alone(lines):
        return sum(count for text, count in texts.items() if _names_somebody(text, legend)) * 2 > texts.total()
    posts = sum(names_a_role(line.label) or means_something(line.label, legend) for line in lines) * 2 >= len(lines)
    is_code = means_something if posts and down else looks_like_code
    coded = sum(count for text, count in texts.items() if is_code(text, legend))
    if not texts or coded * 2 >= texts.total():
        return False
    full_names = sum(count for text, count in texts.items() if _FULL_NAME.fullmatch(text))
    return posts or (down and full_names * 2 > texts.total())


def _is_of_names_alone(lines: Sequence[Line]) -> bool:
    """Whether one column stands beside the dates, headed by nothing or as people are."""
    return len(lines) == 1 and (not lines[0].label or is_person_heading(folded(lines[0].label)))


def _names_somebody(text: str, legend: Mapping[str, LegendEntry]) -> bool:
    """Whether a text is a name or a numbered place of a post rather than a code."""
    if means_something(text, legend):
        return False
    return names_a_place(text) or all(_PLAIN_NAME.fullmatch(word) for word in substitute_name(text).split())


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
            yield which_year(cell, min(header.dates.values()).year)
        if header.doubt == ORDER:
            yield day_or_month_first(cell)
        yield from _slips(sheet, header)


def _slips(sheet: Sheet, header: Header) -> Iterable[Question]:
    for column in (*header.wrong, *header.mended):
        place, written = sheet.address(header.row, column), text_of(sheet.at(header.row, column))
        if column in header.wrong:
            yield does_not_fit(place, written)
        else:
            day = header.dates[column].day
            text = say("“%(text)s” was read as day %(day)s, to fit the dates around it.", text=written, day=day)
            yield Question("cell", place, text, (), place)


def _grid_questions(grid: Grid) -> Iterable[Question]:
    for note in grid.notes:
        yield note_left_out(note.text, note.cell)
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
                yield one_or_two_people(name, first, line.cell)


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


def _lookalike_questions(named: Sequence[Entry]) -> Iterable[Question]:
    by_post: dict[str, list[Entry]] = {}
    for each in named:
        by_post.setdefault(each.text, []).append(each)
    for entries in by_post.values():
        counts = Counter(each.person for each in entries)
        for rare, usual in lookalikes(counts):
            cell = next(each.cell for each in entries if each.person == rare)
            text = say("Is “%(rare)s” the same person as “%(usual)s”?", rare=rare, usual=usual)
            yield Question("person", cell, text, (usual, rare), rare)


def _shared_cells(lines: Sequence[Line]) -> Iterable[Question]:
    seen: set[str] = set()
    for entry in (entry for line in lines for entry in line.entries):
        if entry.text not in seen and any(len(names_in(piece.text)) > 1 for piece in halves(entry.text)):
            seen.add(entry.text)
            text = say("“%(text)s” names several people; all of them count as on duty.", text=entry.text)
            yield Question("cell", entry.cell, text, names_in(entry.text), entry.text)


READER = SheetReader((PEOPLE_ACROSS, PEOPLE_DOWN, POSTS, ONE_PERSON), Sign.DATES, read_by_date)
