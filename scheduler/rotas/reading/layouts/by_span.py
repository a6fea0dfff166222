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

    def read(self) -> None:
        """Every head of the line, from the left."""
        self._found.uses[self._line.cell] = Use.PERSON
        for position, group in enumerate(self._line.band.groups):
            if group.days or not self._gathered.spans.has_dates:
                number = group.slot.number or position + 1
                self._read_group(group, [each for each in self._blocks if each.number == number])

    def _read_group(self, group: Group, blocks: Sequence[LeaveInBlock]) -> None:
        rotations, away = self._parted(self._line.texts_under(group), group)
        is_free = bool(away) and not rotations
        for more in self._line.more:
            others, leave = self._parted(texts_under(more, group), group)
            away |= leave
            if is_free and not rotations:
                rotations = others
            else:
                for text, place in others.values():
                    note_words(text, place, self._found)
        away |= self._leave_in_blocks(group, blocks)
        for text, place, slot in pieces_of(rotations, group):
            for part in _without(slot, group, blocks) if not group.days else (slot,):
                self._gathered.add(Piece(self._name, text, place, group, part, without=frozenset(away)))

    def _parted(self, texts: Texts, group: Group) -> tuple[Texts, set[date]]:
        """The texts that are no dates, and the days of leave that the others write."""
        rotations, away = {}, set()
        for position, (text, place) in texts.items():
            leave = leave_in(text, group.days, month_first=self._line.band.month_first)
            if leave is None:
                rotations[position] = (text, place)
            else:
                away |= self._add_leave(leave, text, place, group)
        return rotations, away

    def _add_leave(self, leave: Leave, text: str, place: str, group: Group) -> set[date]:
        self._found.uses[place] = Use.DATE
        if not leave.days:
            self._found.questions.append(_outside(text, place))
        elif leave.is_doubtful:
            self._found.questions.append(_doubtful(text, place))
        piece = Piece(self._name, LEAVE_CODE, place, group, group.slot)
        self._gathered.add_days(piece, leave.days)
        return set(leave.days)

    def _leave_in_blocks(self, group: Group, blocks: Sequence[LeaveInBlock]) -> set[date]:
        away: set[date] = set()
        for each in blocks:
            slot = group.slot if each.half is None else group.part(each.half, 2)
            self._gathered.add(Piece(self._name, LEAVE_CODE, each.cell, group, slot))
            away |= set(group.days_of(slot))
        return away


def _without(slot: Slot, group: Group, blocks: Sequence[LeaveInBlock]) -> Iterator[Slot]:
    """What leave leaves over of a slot whose days nobody knows yet."""
    taken = {half for each in blocks for half in ((0, 1) if each.half is None else (each.half,))}
    if not taken or slot.parts > 2:
        yield slot
    elif slot.parts == 2:
        yield from () if slot.part in taken else (slot,)
    else:
        yield from (group.part(half, 2) for half in (0, 1) if half not in taken)


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
