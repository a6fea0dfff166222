"""Rows of a list that cannot be read, and that somebody chose to leave out: named and counted, never silently."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Final

from scheduler.enrolment.spreadsheets.questions import LEAVE_OUT, Answers
from scheduler.enrolment.spreadsheets.table import Row, Table
from scheduler.errors import Fault
from scheduler.languages import say
from scheduler.lists import Line

ROW: Final = "row"
"""In answers: a row by its sheet and number; what is said of it is :data:`LEAVE_OUT` or :data:`TAKEN`."""
TAKEN: Final = "+"
_MOST_CELLS, _MOST_LETTERS = 3, 60


@dataclass(frozen=True, slots=True)
class NamedRow:
    """A row as pages name it: ``key`` for answers, its place, and what it begins with."""

    key: str
    where: str
    begins: str

    @property
    def name(self) -> str:
        """Place and beginning."""
        return say("%(where)s (%(begins)s)", where=self.where, begins=self.begins) if self.begins else self.where


def without(table: Table, answers: Answers) -> tuple[Table, tuple[NamedRow, ...]]:
    """The table without the rows that are left out, and these."""
    said = answers.values.get(ROW, {})
    named = {each.key: each for each in _named(table) if said.get(each.key) == LEAVE_OUT}
    kept = tuple(row for key, row in _keyed(table) if key not in named)
    return replace(table, rows=kept), tuple(named.values())


def rows_at_fault(table: Table, faults: Collection[Fault]) -> tuple[NamedRow, ...]:
    """The rows that these faults are about."""
    places = {fault.where for fault in faults}
    return tuple(each for each in _named(table) if each.where in places)


def _named(table: Table) -> Iterator[NamedRow]:
    several = len({row.sheet for row in table.rows}) > 1
    for key, row in _keyed(table):
        where = Line(row.number, {}, {}, row.sheet if several else "").where
        filled = [cell for cell in row.cells if cell][:_MOST_CELLS]
        yield NamedRow(key, where, ", ".join(filled)[:_MOST_LETTERS])


def _keyed(table: Table) -> Iterator[tuple[str, Row]]:
    """Each row with its key; several made of one row of the file are told apart."""
    times: Counter[str] = Counter()
    for row in table.rows:
        key = _key(row)
        times[key] += 1
        yield (key if times[key] == 1 else f"{key} {times[key]}"), row


def _key(row: Row) -> str:
    """Folding does not change it: answers are kept by folded words."""
    return f"{row.sheet.encode().hex()} {row.number}".strip()
