"""The posts of a sheet whose heads are stretches of days: whoever is named is there on each day of the head."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.rotas.reading.cell_parts import halves, names_in, substitute_name
from scheduler.rotas.reading.cells import folded
from scheduler.rotas.reading.codes import certain_kind, without_footnote
from scheduler.rotas.reading.filled_posts import NO_POST
from scheduler.rotas.reading.headings import is_notes_heading, is_vacant
from scheduler.rotas.reading.layout import Use
from scheduler.rotas.reading.name_forms import are_initials, means_a_code
from scheduler.rotas.reading.questions import (
    is_it_a_person,
    name_of_nameless,
    names_nobody_here,
    no_post,
    note_left_out,
)
from scheduler.rotas.reading.span_entries import Entries, Piece, pieces_of
from scheduler.rotas.reading.span_heads import Group, Spans
from scheduler.rotas.reading.span_lines import Lines, SpanLine
from scheduler.rotas.reading.spellings import Spelling
from scheduler.rotas.written_days import Slot


def entries_of_posts(spans: Spans, lines: Lines) -> tuple[Entries, tuple[str, ...]]:
    """The entries of everybody who is named, and who that is, in the order of the cells."""
    posts = [line for line in lines.lines if not _is_remarks(line, lines)]
    written = [name for line in posts for name, _ in _named(line)]
    among_initials = are_initials(written)
    spelling = Spelling(written)
    gathered = Entries(spans)
    doubtful: dict[str, str] = {}
    away: dict[str, str] = {}
    for line in posts:
        for piece, group, slot in _pieces(line, spelling):
            if means_a_code(piece.person, among_initials=among_initials):
                away.setdefault(piece.person, piece.cell)
                continue
            if certain_kind(piece.person) is not None:
                doubtful.setdefault(piece.person, piece.cell)
            gathered.add(piece, group, slot)
        lines.uses[line.cell] = Use.HEADING
    nameless = {name_of_nameless(line.cell): line.cell for line in lines.lines if line.is_nameless}
    lines.questions = [each for each in lines.questions if each.subject not in nameless]
    lines.questions.extend(no_post(cell, NO_POST) for cell in nameless.values())
    lines.questions.extend(is_it_a_person(name, cell) for name, cell in doubtful.items())
    lines.questions.extend(names_nobody_here(text, cell) for text, cell in away.items())
    return gathered, tuple(dict.fromkeys(entry.person for entry in gathered.entries))


def _pieces(line: SpanLine, spelling: Spelling) -> Iterator[tuple[Piece, Group, Slot]]:
    for under in line.under:
        for text, place, slot in pieces_of(under.cells, under.group):
            for name, half in _names(text):
                post = NO_POST if line.is_nameless else line.label
                yield Piece(spelling.of(name), post, place, half), under.group, slot


def _named(line: SpanLine) -> Iterator[tuple[str, str]]:
    return (named for under in line.under for text in under.texts for named in _names(text))


def _names(text: str) -> Iterator[tuple[str, str]]:
    """The names in a cell, each with the half of the day that it is for; nobody for a vacant one."""
    for piece in halves(text):
        for name in names_in(without_footnote(substitute_name(piece.text))):
            if not is_vacant(folded(name)):
                yield name, piece.half


def _is_remarks(line: SpanLine, lines: Lines) -> bool:
    """Whether a line is headed as remarks and names nobody that the others name; then it is asked about."""
    if not is_notes_heading(folded(line.label)):
        return False
    others = {name for other in lines.lines if other is not line for name, _ in _named(other)}
    named = [name for name, _ in _named(line)]
    if sum(name in others for name in named) * 2 >= len(named):
        return False
    for text, place in (cell for under in line.under for cell in under.cells.values()):
        lines.uses[place] = Use.NOTE
        lines.questions.append(note_left_out(text, place))
    return True
