"""Layouts A, B and E: lines of people's codes that hang on a row or a column of dates.

A: lines are people, dates run across. B: the same turned. E: one line of codes beside a column of dates, so one
person's rota.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from scheduler.languages import mark, say
from scheduler.rotas.model import Question
from scheduler.rotas.reading.cell_parts import names_in
from scheduler.rotas.reading.cells import folded
from scheduler.rotas.reading.context import Context
from scheduler.rotas.reading.date_grid import find_dated_sheet
from scheduler.rotas.reading.filled_posts import NO_POST
from scheduler.rotas.reading.grid import Grid
from scheduler.rotas.reading.headings import column_role, names_a_post
from scheduler.rotas.reading.labelled_lines import Line
from scheduler.rotas.reading.layout import Entry, Layout, Reading, SheetReader, Sign, Use
from scheduler.rotas.reading.name_forms import has_form_of_name
from scheduler.rotas.reading.one_person import ONE_PERSON, whose_is_it
from scheduler.rotas.reading.posts_or_people import dated_cells_hold_names
from scheduler.rotas.reading.questions import (
    NOBODY,
    is_about_empty_line,
    name_of_nameless,
    nameless_line,
    one_or_two_people,
)
from scheduler.rotas.reading.spellings import Spelling
from scheduler.rotas.reading.workbook import Sheet

_MOSTLY, _FEW = 0.7, 0.3
PEOPLE_ACROSS = Layout("A", mark("a row for each person, a column for each day"))
PEOPLE_DOWN = Layout("B", mark("a row for each day, a column for each person"))


def read_by_date(sheet: Sheet, context: Context) -> Reading | None:
    """The sheet as layout A, B or E, whichever of its rows and columns carries more dates; None if neither does, or if
    its cells hold names."""
    dated = find_dated_sheet(sheet, context)
    if dated is None:
        return None
    lines, down = dated.lines, dated.sheet.is_turned
    if dated_cells_hold_names(dated, context):
        return None
    layout = PEOPLE_DOWN if down else PEOPLE_ACROSS
    if down and _is_one_persons(lines):
        found = _one_person(lines, context.owner)
    else:
        found = _people(layout, lines) if lines else _without_duties(layout, dated.grids)
    asked = (each for each in dated.questions() if not (is_about_empty_line(each) and each.subject in found.people))
    beside = ((row, column) for row in range(sheet.height) for column in context.beside if not down)
    uses = {**dated.uses(), **found.uses, **{sheet.address(*place): Use.HEADING for place in beside}}
    found = replace(found, questions=(*asked, *found.questions), slots=dated.slots(), uses=uses)
    if dated.is_undated:
        return replace(found, entries=(), pattern=found.entries)
    return replace(found, days=dated.days)


def _without_duties(layout: Layout, grids: Sequence[Grid]) -> Reading:
    """A grid that nobody has filled yet: its people, and that there are no duties."""
    lines = [line for grid in grids for line in grid.empty]
    people = tuple(dict.fromkeys(line.label for line in lines)) if len(lines) > 1 else ()
    text = say("There are no duties in this rota yet.")
    return Reading(layout, people, (), (), (Question("layout", lines[0].cell if lines else "", text),))


def _people(layout: Layout, lines: Sequence[Line]) -> Reading:
    """Layouts A and B: every line is a person's."""
    posts = [line for line in lines if _names_others(line, lines)]
    posts = posts if len(posts) < len(lines) else []  # if each names the others, none of them says what they do
    lines = [line for line in lines if line not in posts]
    named = [replace(line, label=line.label or _nobodys(line)) for line in lines]
    spelling = Spelling(line.label for line in named)
    who = _Shortened(spelling.of(line.label) for line in named)
    entries = tuple(
        Entry(name, entry.day, line.label or NO_POST, entry.cell, entry.half, slot=entry.slot)
        for line in posts
        for entry in line.entries
        for name in (who.meant(entry.text),)
    ) + tuple(
        Entry(spelling.of(line.label), entry.day, entry.text, entry.cell, entry.half, slot=entry.slot)
        for line in named
        for entry in line.entries
    )
    people = tuple(dict.fromkeys((*(spelling.of(line.label) for line in named), *(each.person for each in entries))))
    unknown = _unknown(posts, who)
    questions = tuple(chain(_twice(named, spelling), _nameless([*posts, *lines]), unknown, _slot_shares(people, named)))
    uses = dict.fromkeys((line.cell for line in named), Use.PERSON)
    return Reading(layout, people, entries, (), questions, uses=uses)


class _Shortened:
    """People of a grid by what else the grid may call them: the last words of their names."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_end: dict[str, set[str]] = {}
        for name in names:
            words = folded(name).split()
            for first in (each for each in range(len(words)) if each == 0 or len(" ".join(words[each:])) > 1):
                self._by_end.setdefault(" ".join(words[first:]), set()).add(name)

    def knows(self, text: str) -> bool:
        """Whether anybody goes by this text."""
        return folded(text) in self._by_end

    def meant(self, text: str) -> str:
        """The one person who goes by this text; the text itself if there is none, or several."""
        found = self._by_end.get(folded(text), set())
        return next(iter(found)) if len(found) == 1 else text


def _names_others(line: Line, lines: Sequence[Line]) -> bool:
    """Whether a line says which of the others do something, such as who is on call."""
    who = _Shortened(each.label for each in lines if each is not line)
    known = sum(who.knows(entry.text) for entry in line.entries)
    least = _FEW if names_a_post(line.label) and not has_form_of_name(line.label) else _MOSTLY
    return len(line.entries) > 1 and known >= least * len(line.entries)


def _unknown(posts: Sequence[Line], who: _Shortened) -> Iterator[Question]:
    """Names on the lines of posts that nobody of the sheet goes by; each once."""
    cells = {entry.text: entry.cell for line in reversed(posts) for entry in reversed(line.entries)}
    for name, cell in cells.items():
        if not who.knows(name):
            yield Question("person", cell, say("Is “%(name)s” a person?", name=name), (NOBODY,), name)


def _one_person(lines: Sequence[Line], owner: str) -> Reading:
    entries = tuple(
        Entry(owner, entry.day, entry.text, entry.cell, entry.half, slot=entry.slot)
        for line in lines
        for entry in line.entries
    )
    return Reading(ONE_PERSON, (owner,), entries, (), (whose_is_it(owner, lines[0].cell),))


def _is_one_persons(lines: Sequence[Line]) -> bool:
    heading = folded(lines[0].label) if len(lines) == 1 else ""
    return len(lines) == 1 and (not heading or column_role(heading) is not None or names_a_post(heading))


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
            yield nameless_line(line.cell)


def _nobodys(line: Line) -> str:
    return name_of_nameless(line.cell)


def _slot_shares(people: Sequence[str], lines: Sequence[Line]) -> Iterable[Question]:
    places = {line.label: line.cell for line in lines}
    for name in people:
        if "/" in name and len(names_in(name)) > 1:
            text = say("“%(name)s” looks like a line shared by several people. Whose is it?", name=name)
            yield Question("person", places.get(name, ""), text, names_in(name), name)


READER = SheetReader((PEOPLE_ACROSS, PEOPLE_DOWN, ONE_PERSON), Sign.DATES, read_by_date)
