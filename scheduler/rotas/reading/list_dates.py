"""The dates of a list with a row for each duty: one order of day and month for all of its columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from scheduler.rotas.model import FLIPPED, ORDER, YEAR, Question
from scheduler.rotas.reading.dates import Hints, resolve
from scheduler.rotas.reading.doubtful_dates import astray_questions, flipped, shown_order
from scheduler.rotas.reading.questions import day_or_month_first, which_year
from scheduler.rotas.written_days import Partial, Slot


@dataclass(frozen=True, slots=True)
class Written:
    """What a row says of its days: the first and, for several, the last, with the cell and the text of the first."""

    cell: str
    text: str
    first: Partial
    last: Partial | None = None


@dataclass(frozen=True, slots=True)
class ListDates:
    """The first and last day of each row, as far as they make any; ``doubt`` says what was assumed of all of them."""

    written: Mapping[int, Written]
    first: Mapping[int, date]
    last: Mapping[int, date]
    doubt: str = ""
    month_first: bool | None = None

    def questions(self) -> Iterator[Question]:
        """What is doubtful about the dates."""
        if self.first and self.doubt in (ORDER, FLIPPED):
            cell = self.written[min(self.first)].cell
            yield day_or_month_first(cell) if self.doubt == ORDER else flipped(cell)
        if self.first and self.doubt == YEAR:
            earliest = min(self.first, key=self.first.__getitem__)
            yield which_year(self.written[earliest].cell, self.first[earliest].year)
        yield from self._astray()

    def slots(self) -> dict[str, Slot]:
        """The days as they are written, where something is asked about them."""
        if not self.doubt and not any(True for _ in self._astray()):
            return {}
        return {each.cell: self._slot(row, each) for row, each in self.written.items() if row in self.first}

    def _astray(self) -> Iterator[Question]:
        days = {self.written[row].cell: day for row, day in self.first.items()}
        yield from astray_questions(days, {each.cell: each.text for each in self.written.values()})

    def _slot(self, row: int, written: Written) -> Slot:
        first = self._certain(written.first, self.first[row])
        last = None if written.last is None else self._certain(written.last, self.last.get(row))
        return Slot(written.cell, written.text, first, last)

    def _certain(self, part: Partial, day: date | None) -> Partial:
        if day is None or self.doubt in (ORDER, YEAR):
            return part
        if self.doubt == FLIPPED and (part.day, part.month) != (day.day, day.month):
            return replace(part, swappable=True)
        return Partial(day.day, day.month, day.year)


def list_dates(written: Mapping[int, Written], hints: Hints) -> ListDates:
    """The days of all rows. Parts that repeat are placed once, so that a list sorted by person keeps its years."""
    ends = {row: each.last for row, each in written.items() if each.last is not None}
    parts = [*(each.first for each in written.values()), *ends.values()]
    known = hints if hints.month_first is not None else replace(hints, month_first=shown_order(parts))
    firsts = {row: each.first for row, each in written.items()}
    axis = _days(firsts, known)
    decided = known if known.month_first is not None else replace(known, month_first=axis.month_first)
    return ListDates(written, axis.days, _days(ends, decided).days, axis.doubt, decided.month_first)


@dataclass(frozen=True, slots=True)
class _Days:
    days: Mapping[int, date]
    doubt: str
    month_first: bool


def _days(parts: Mapping[int, Partial], hints: Hints) -> _Days:
    unique: dict[Partial, int] = {}
    for row, part in parts.items():
        unique.setdefault(part, row)
    axis = resolve([(row, part) for part, row in unique.items()], hints)
    days = {row: axis.dates[unique[part]] for row, part in parts.items() if unique[part] in axis.dates}
    swapped = (days[row] for row, part in parts.items() if row in days and part.is_ambiguous)
    written = (part for row, part in parts.items() if row in days and part.is_ambiguous)
    month_first = any(day.month == part.day for day, part in zip(swapped, written, strict=True))
    return _Days(days, axis.doubt, month_first)
