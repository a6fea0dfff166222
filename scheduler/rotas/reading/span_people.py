"""The people of a sheet whose heads are stretches of days: what stands under a head holds on each of its days, but for
those of leave."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from scheduler.languages import say
from scheduler.rotas.model import Question
from scheduler.rotas.reading.codes import LEAVE_CODE
from scheduler.rotas.reading.layout import Use
from scheduler.rotas.reading.leave_dates import Leave, LeaveInBlock, blocks_of_leave, leave_columns, leave_in
from scheduler.rotas.reading.questions import one_or_two_people
from scheduler.rotas.reading.span_entries import Entries, Piece, pieces_of
from scheduler.rotas.reading.span_heads import Group, Spans
from scheduler.rotas.reading.span_lines import Lines, SpanLine, Texts, note_words, texts_under
from scheduler.rotas.reading.spellings import Spelling
from scheduler.rotas.written_days import Slot


def entries_of_people(spans: Spans, lines: Lines) -> tuple[Entries, tuple[str, ...]]:
    """The entries of every line, and the people in the order of their lines."""
    gathered = Entries(spans)
    spelling = Spelling(line.label for line in lines.lines)
    for line in lines.lines:
        _Person(spelling.of(line.label), line, gathered, lines).read()
    lines.questions.extend(_twice(lines, spelling))
    return gathered, tuple(dict.fromkeys(spelling.of(line.label) for line in lines.lines))


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


def _doubtful(text: str, cell: str) -> Question:
    return Question("cell", cell, say("“%(text)s” is marked as doubtful; we read it as leave.", text=text), (), cell)


def _outside(text: str, cell: str) -> Question:
    said = say("“%(text)s” does not fall within its block, so it was left out. When is it?", text=text)
    return Question("cell", cell, said, (), cell)
