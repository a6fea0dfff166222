"""Layouts A, B and E: lines of people’s codes under a row or beside a column of dates.

A: lines are people, dates run across. B: the same turned. E: one line of codes beside a column of dates, so one
person’s rota.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain

from scheduler.languages import mark, say
from scheduler.rotas.model import Question
from scheduler.rotas.reading.cell_parts import names_in
from scheduler.rotas.reading.cells import folded
from scheduler.rotas.reading.context import Context
from scheduler.rotas.reading.date_grid import find_dated_sheet
from scheduler.rotas.reading.filled_posts import cells_hold_names
from scheduler.rotas.reading.grid import Line
from scheduler.rotas.reading.headings import column_role
from scheduler.rotas.reading.layout import Entry, Layout, Reading, SheetReader, Sign
from scheduler.rotas.reading.one_person import ONE_PERSON, whose_is_it
from scheduler.rotas.reading.questions import is_about_empty_line
from scheduler.rotas.reading.spellings import Spelling
from scheduler.rotas.reading.workbook import Sheet

PEOPLE_ACROSS = Layout("A", mark("a row for each person, a column for each day"))
PEOPLE_DOWN = Layout("B", mark("a row for each day, a column for each person"))


def read_by_date(sheet: Sheet, context: Context) -> Reading | None:
    """The sheet as layout A, B or E, whichever of its rows and columns carries more dates; None if neither does, or if
    the cells hold names."""
    dated = find_dated_sheet(sheet, context)
    if dated is None or cells_hold_names(dated.lines, context.legend, down=dated.sheet.is_turned):
        return None
    down = dated.sheet.is_turned
    if down and _is_one_persons(dated.lines):
        found = _one_person(dated.lines, context.owner)
    else:
        found = _people(PEOPLE_DOWN if down else PEOPLE_ACROSS, dated.lines)
    asked = tuple(
        each for each in dated.questions() if not (is_about_empty_line(each) and each.subject in found.people)
    )
    return replace(found, days=dated.days, questions=asked + found.questions)


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
