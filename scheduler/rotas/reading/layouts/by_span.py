"""Sheets whose heads are blocks, weeks, months or ranges of days instead of days.

Lines are people and the cells say what they do, or lines are posts and the cells name people. Blocks may have numbers
only, of which nothing says which days they are.
"""

from __future__ import annotations

from scheduler.languages import mark, say
from scheduler.rotas.model import Question
from scheduler.rotas.reading.context import Context
from scheduler.rotas.reading.layout import Layout, Reading, SheetReader, Sign
from scheduler.rotas.reading.names_or_codes import Cells
from scheduler.rotas.reading.span_entries import reading_of
from scheduler.rotas.reading.span_heads import find_spans
from scheduler.rotas.reading.span_lines import SpanLine, lines_of
from scheduler.rotas.reading.span_people import entries_of_people
from scheduler.rotas.reading.span_posts import entries_of_posts
from scheduler.rotas.reading.workbook import Sheet

PEOPLE_BY_SPAN = Layout("spans", mark("a row for each person, a column for each block or week"))
POSTS_BY_SPAN = Layout("weeks", mark("posts and weeks or blocks, with names in the cells"))


def read_by_span(sheet: Sheet, context: Context) -> Reading | None:
    """The sheet as one of these layouts; None if its heads are no stretches of days."""
    spans = find_spans(sheet, context)
    lines = lines_of(spans, context) if spans else None
    if spans is None or lines is None or not lines.are_of_a_rota(spans):
        return None
    kind = lines.kind(context)
    if kind is Cells.NAMES:
        return reading_of(POSTS_BY_SPAN, *entries_of_posts(spans, lines), lines, posts=True)
    if kind is Cells.PERHAPS_CODES:
        lines.questions.append(_people_or_posts(lines.lines[0]))
    return reading_of(PEOPLE_BY_SPAN, *entries_of_people(spans, lines), lines)


def _people_or_posts(line: SpanLine) -> Question:
    text = say(
        "We took “%(name)s” for a person and “%(text)s” for what they do. Is it the other way round?",
        name=line.label,
        text=line.under[0].texts[0],
    )
    return Question("layout", line.cell, text, (), line.cell)


READER = SheetReader((PEOPLE_BY_SPAN, POSTS_BY_SPAN), Sign.DATES, read_by_span)
