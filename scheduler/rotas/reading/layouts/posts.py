"""Layout C: posts and dates, in either direction, with the names of whoever fills a post in the cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from scheduler.languages import mark, say
from scheduler.rotas.model import Question
from scheduler.rotas.reading.cells import folded, is_blank
from scheduler.rotas.reading.context import Context
from scheduler.rotas.reading.date_grid import DatedSheet, find_dated_sheet
from scheduler.rotas.reading.filled_posts import (
    NO_POST,
    Filled,
    PostCell,
    filled,
    names_nobody,
)
from scheduler.rotas.reading.labelled_lines import Line
from scheduler.rotas.reading.layout import Layout, Reading, SheetReader, Sign, Use
from scheduler.rotas.reading.posts_or_people import are_small, dated_cells_hold_names, is_doubtful, may_be_one_persons
from scheduler.rotas.reading.questions import is_about_empty_line
from scheduler.rotas.reading.workbook import Sheet

POSTS = Layout("C", mark("posts and dates, with names in the cells"))
_HALF_IN_LABEL = re.compile(
    r"\b(?:(am|morning|vormittags?|matin)|(pm|afternoon|nachmittags?|apres midi))\b", re.IGNORECASE
)


def read_posts(sheet: Sheet, context: Context) -> Reading | None:
    """The sheet as layout C; None if it has no dates or its cells hold codes."""
    dated = find_dated_sheet(sheet, context)
    if dated is None or not dated_cells_hold_names(dated, context):
        return None
    is_small = are_small(entry.text for line in dated.lines for entry in line.entries)
    kept = [line for line in dated.lines if not _is_of_nobody(line, context, in_small_letters=is_small)]
    aside = [line for line in dated.lines if line not in kept]
    found = filled(list(_cells(kept, dated)), context.legend)
    asked = (each for each in dated.questions() if not (is_about_empty_line(each) and each.subject in found.people))
    unsure = () if dated.said else _which_way(kept, found, context)
    questions = tuple(chain(unsure, asked, map(_left_aside, aside), found.questions))
    uses = {**_uses(dated, kept, aside), **found.uses}
    whole = Reading(POSTS, found.people, found.entries, dated.days, questions, codes_are_posts=True, uses=uses)
    whole = replace(whole, slots=dated.slots())
    return replace(whole, entries=(), days=(), pattern=whole.entries) if dated.is_undated else whole


def _which_way(lines: Sequence[Line], found: Filled, context: Context) -> Iterator[Question]:
    """The question that is left where posts are called as people are."""
    if lines and is_doubtful(lines, context.legend) and found.people:
        text = say(
            "We read “%(post)s” as a post and “%(name)s” as someone who fills it. Is it the other way round?",
            post=lines[0].label,
            name=found.people[0],
        )
        yield Question("layout", lines[0].cell, text)
    elif may_be_one_persons(lines) and found.people:
        text = say("We read “%(name)s” as someone’s name. Is it what one person does instead?", name=found.people[0])
        yield Question("layout", lines[0].cell, text)


def _is_of_nobody(line: Line, context: Context, *, in_small_letters: bool) -> bool:
    texts = [entry.text for entry in line.entries]
    return names_nobody(line.label, texts, context.legend, in_small_letters=in_small_letters)


def _left_aside(line: Line) -> Question:
    text = say("“%(name)s” was left out: its cells name nobody.", name=line.label or line.cell)
    return Question("cell", line.cell, text, (), line.cell)


def _cells(lines: Sequence[Line], dated: DatedSheet) -> Iterator[PostCell]:
    """The filled cells of posts, with their line breaks and the cells that write their days."""
    broken = _broken_cells(dated.sheet)
    for line in lines:
        half = _half_of(line.label)
        for entry in line.entries:
            text = broken.get(entry.cell, entry.text)
            yield PostCell(line.label or NO_POST, entry.day, text, entry.cell, entry.half or half, entry.slot)


def _broken_cells(sheet: Sheet) -> Mapping[str, str]:
    """Cells of several lines, by their addresses."""
    return {
        sheet.address(row, column): cell
        for row, cells in enumerate(sheet.rows)
        for column, cell in enumerate(cells)
        if isinstance(cell, str) and "\n" in cell and not is_blank(cell)
    }


def _half_of(label: str) -> str:
    """The half of the day that a post such as ``Clinic AM`` is for; none for a label with both, or with hours."""
    halves = {"AM" if found[1] else "PM" for found in _HALF_IN_LABEL.finditer(folded(label))}
    return halves.pop() if len(halves) == 1 and len(folded(label).split()) > 1 else ""


def _uses(dated: DatedSheet, kept: Sequence[Line], aside: Sequence[Line]) -> dict[str, Use]:
    uses = dated.uses()
    uses |= {line.cell: Use.CODE for line in kept if line.label}
    uses |= {line.cell: Use.HEADING for line in aside}
    return uses | {entry.cell: Use.NOTE for line in aside for entry in line.entries}


READER = SheetReader((POSTS,), Sign.DATES, read_posts)
