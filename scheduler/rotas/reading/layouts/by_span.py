"""A line for each person and a head for each block, week or month: what stands under it holds on each of its days.

Also numbered blocks of which nothing says which days they are. Posts under such heads are :mod:`.weeks_of_posts`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from scheduler.languages import mark, say
from scheduler.rotas.model import Question
from scheduler.rotas.reading.codes import LEAVE_CODE
from scheduler.rotas.reading.context import Context
from scheduler.rotas.reading.layout import Layout, Reading, SheetReader, Sign, Use
from scheduler.rotas.reading.leave_dates import Leave, LeaveInBlock, blocks_of_leave, leave_columns, leave_in
from scheduler.rotas.reading.names_or_codes import Cells
from scheduler.rotas.reading.questions import one_or_two_people
from scheduler.rotas.reading.span_entries import Entries, Piece, pieces_of, reading_of
from scheduler.rotas.reading.span_heads import Group, find_spans
from scheduler.rotas.reading.span_lines import Lines, SpanLine, Texts, lines_of, note_words, texts_under
from scheduler.rotas.reading.spellings import Spelling
from scheduler.rotas.reading.workbook import Sheet
from scheduler.rotas.written_days import Slot

PEOPLE_BY_SPAN = Layout("spans", mark("a row for each person, a column for each block or week"))


def read_by_span(sheet: Sheet, context: Context) -> Reading | None:
    """The sheet as this layout; None if its heads are no stretches of days, or its lines are posts."""
    spans = find_spans(sheet, context)
    lines = lines_of(spans, context) if spans else None
    if spans is None or lines is None or not lines.are_of_a_rota(spans):
        return None
    kind = lines.kind(context)
    if kind is Cells.NAMES:
        return None
    if kind is Cells.PERHAPS_CODES:
        lines.questions.append(_people_or_posts(lines.lines[0]))
    gathered = Entries(spans)
    spelling = Spelling(line.label for line in lines.lines)
    for line in lines.lines:
        _Person(spelling.of(line.label), line, gathered, lines).read()
    people = tuple(dict.fromkeys(spelling.of(line.label) for line in lines.lines))
    lines.questions.extend(_twice(lines, spelling))
    return reading_of(PEOPLE_BY_SPAN, gathered, lines, people)


class _Person:
    """The line of one person, with the lines below that say when they are on leave."""

    def __init__(self, name: str, line: SpanLine, gathered: Entries, lines: Lines) -> None:
        self._name, self._line, self._gathered, self._found = name, line, gathered, lines
        sheet, band = gathered.spans.sheet, line.band
        beside = [column for column in range(sheet.width) if column not in band.columns]
        self._blocks = tuple(blocks_of_leave(sheet, line.row, leave_columns(sheet, band.row, beside)))
        self._away: set[date] = set()

    def read(self) -> None:
        """Every head of the line: first when they are on leave, then what they do on the other days."""
        self._found.uses[self._line.cell] = Use.PERSON
        groups = [group for group in self._line.band.groups if group.days or not self._gathered.spans.has_dates]
        rotations = [self._without_leave(group) for group in groups]
        blocks = [self._blocks_of(group) for group in groups]
        for group, leave in zip(groups, blocks, strict=True):
            for each in leave:
                self._add_block(each, group)
        for group, texts, leave in zip(groups, rotations, blocks, strict=True):
            for text, place, slot in pieces_of(texts, group):
                for part in (slot,) if group.days else _left_by(slot, leave):
                    self._gathered.add(Piece(self._name, text, place), group, part, self._away)

    def _without_leave(self, group: Group) -> Texts:
        """The rotations under a head. In the line itself may stand leave instead, and the rotation below it."""
        own = self._line.texts_under(group)
        rotations = self._rotations(own, group)
        is_free = bool(own) and not rotations
        for more in self._line.more:
            others = self._rotations(texts_under(more, group), group)
            if is_free and not rotations:
                rotations = others
            else:
                for text, place in others.values():
                    note_words(text, place, self._found)
        return rotations

    def _rotations(self, texts: Texts, group: Group) -> Texts:
        """The texts that are no dates; those that are, are leave."""
        rotations = {}
        for position, (text, place) in texts.items():
            leave = leave_in(text, group.days, month_first=self._line.band.month_first)
            if leave is None:
                rotations[position] = (text, place)
            else:
                self._add_leave(leave, text, place)
        return rotations

    def _add_leave(self, leave: Leave, text: str, place: str) -> None:
        self._found.uses[place] = Use.DATE
        if not leave.days:
            self._found.questions.append(_outside(text, place))
        elif leave.is_doubtful:
            self._found.questions.append(_doubtful(text, place))
        self._gathered.add_days(Piece(self._name, LEAVE_CODE, place), set(leave.days) - self._away)
        self._away |= set(leave.days)

    def _blocks_of(self, group: Group) -> list[LeaveInBlock]:
        number = group.slot.number or self._line.band.groups.index(group) + 1
        return [each for each in self._blocks if each.number == number]

    def _add_block(self, leave: LeaveInBlock, group: Group) -> None:
        slot = group.slot if leave.half is None else group.slot.part(leave.half, leave.half + 1, 2)
        self._gathered.add(Piece(self._name, LEAVE_CODE, leave.cell), group, slot, self._away)
        self._away |= set(slot.days_of(group.days))


def _left_by(slot: Slot, blocks: Sequence[LeaveInBlock]) -> Iterator[Slot]:
    """What leave leaves over of a slot whose days nobody knows yet."""
    taken = {half for each in blocks for half in ((0, 1) if each.half is None else (each.half,))}
    if not taken or slot.parts > 2:
        yield slot
    elif slot.parts == 2:
        yield from () if slot.begins in taken else (slot,)
    else:
        yield from (slot.part(half, half + 1, 2) for half in (0, 1) if half not in taken)


def _twice(lines: Lines, spelling: Spelling) -> Iterator[Question]:
    """Two lines of one name that both say something under the same head may be two people."""
    seen: dict[tuple[str, str], str] = {}
    asked: set[str] = set()
    for line in lines.lines:
        name = spelling.of(line.label)
        for under in line.under:
            first = seen.setdefault((name, under.group.slot.written), line.cell)
            if first != line.cell and name not in asked:
                asked.add(name)
                yield one_or_two_people(name, first, line.cell)


def _people_or_posts(line: SpanLine) -> Question:
    text = say(
        "We took “%(name)s” for a person and “%(text)s” for what they do. Is it the other way round?",
        name=line.label,
        text=line.under[0].texts[0],
    )
    return Question("layout", line.cell, text, (), line.cell)


def _doubtful(text: str, cell: str) -> Question:
    return Question("cell", cell, say("“%(text)s” is marked as doubtful; we read it as leave.", text=text), (), cell)


def _outside(text: str, cell: str) -> Question:
    said = say("“%(text)s” does not lie within the block it stands under, so it was left out. When is it?", text=text)
    return Question("cell", cell, said, (), cell)


READER = SheetReader((PEOPLE_BY_SPAN,), Sign.DATES, read_by_span)
