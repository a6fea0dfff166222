"""The lines of a grid: what names each of them beside the dates, and what stands in it on which day."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from scheduler.rotas.reading.axis import Header
from scheduler.rotas.reading.cells import Cell, folded, is_blank, is_number, text_of
from scheduler.rotas.reading.dates import partial, weekday_of
from scheduler.rotas.reading.day_halves import half_of, mostly_halves
from scheduler.rotas.reading.headings import (
    is_person_heading,
    names_a_role,
)
from scheduler.rotas.reading.name_columns import name_columns
from scheduler.rotas.reading.undated_columns import UnderDates, are_entries
from scheduler.rotas.reading.workbook import Sheet

_FOR_A_LABEL = 0.1
"""What a label counts beside one that no other line has."""


@dataclass(frozen=True, slots=True)
class DatedCell:
    """A filled cell of a line: its day, what it holds, where it is, the half of the day it stands for, and where its
    date stands."""

    day: date
    text: str
    cell: str
    half: str = ""
    slot: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One labelled line of the grid with its filled cells; ``cell`` is where the label stands."""

    label: str
    cell: str
    entries: tuple[DatedCell, ...]


class LineLabels:
    """Which columns beside the dates name the lines."""

    def __init__(
        self, sheet: Sheet, header: Header, rows: Sequence[int], pointed: Collection[int], used: UnderDates
    ) -> None:
        self._sheet, self._header, self._pointed = sheet, header, pointed
        beside = [column for column in range(sheet.width) if column not in header.dates]
        filled = [row for row in rows if any(not is_blank(sheet.at(row, column)) for column in header.dates)] or rows
        self._half_column = next((c for c in beside if mostly_halves(sheet, c, filled)), None)
        within = [column for column in beside if column >= header.left and column in pointed]
        within = [column for column in within if header.right is None or column < header.right]
        left = within or [column for column in beside if header.left <= column < header.first_column] or beside
        left = [column for column in left if column != self._half_column]
        entries = {column for column in left if column not in within and are_entries(sheet, column, filled, used)}
        self.name_columns = self._chosen([column for column in left if column not in entries] or left, filled)
        self._halves = self._halves_down(filled)
        self.without_half = tuple(self._without_half(filled))

    def _halves_down(self, rows: Sequence[int]) -> dict[int, str]:
        """Which half of the day each row is; one that does not say it is the other half of somebody's who has the row
        above or below."""
        if self._half_column is None:
            return {}
        written = {row: half_of(self._sheet.at(row, self._half_column)) for row in rows}
        found = dict(written)
        for above, row in pairwise(rows):
            own, theirs = self._joined(row), self._joined(above)
            if written[above] == "AM" and not written[row] and own in ("", theirs):
                found[row] = "PM"
            elif written[row] == "PM" and not written[above] and own in ("", theirs):
                found[above] = found[above] or "AM"
        return found

    def _without_half(self, rows: Iterable[int]) -> Iterator[str]:
        for row in rows if self._half_column is not None else ():
            if not self._halves.get(row):
                yield self._sheet.address(row, self._half_column or 0)

    def line(self, row: int, across: Mapping[int, str]) -> Line:
        """The row's label and its filled cells."""
        sheet, header = self._sheet, self._header
        half = self._halves.get(row, "")
        entries = tuple(
            DatedCell(
                day,
                text_of(cell),
                sheet.address(row, column),
                half or across.get(column, ""),
                sheet.address(header.row, column),
            )
            for column, day in sorted(header.dates.items())
            if not is_blank(cell := sheet.at(row, column))
        )
        column = self.name_columns[0] if self.name_columns else 0
        return Line(self._label(row, half), sheet.address(row, column), entries)

    @property
    def columns(self) -> frozenset[int]:
        """The columns beside the dates that say something of the lines."""
        return frozenset((*self.name_columns, *([] if self._half_column is None else [self._half_column])))

    @property
    def are_headed_as_people(self) -> bool:
        """Whether a heading beside the dates says that people are named."""
        headings = (text_of(self._sheet.at(self._header.row, column)) for column in self.name_columns)
        return not self._sheet.is_turned and any(is_person_heading(folded(heading)) for heading in headings)

    def _label(self, row: int, half: str) -> str:
        label = self._joined(row)
        above = row - 1
        while half and not label and above > self._header.row:
            label, above = self._joined(above), above - 1
        beside = self._whole_name_at(row) if half else 0
        return self._joined(row + beside) if beside else label

    def _whole_name_at(self, row: int) -> int:
        """In which direction the other half of somebody's day has the part of their name that is missing here."""
        own = self._parts(row)
        if all(own) or not any(own):
            return 0
        fits = (step for step in (-1, 1) if self._halves.get(row + step) and _goes_with(own, self._parts(row + step)))
        return next(fits, 0)

    def lacks_a_name(self, row: int) -> bool:
        """Whether a row has only one of a first name and a surname, and nothing beside it says the other."""
        own = self._parts(row)
        return any(own) and not all(own) and not (self._halves.get(row) and self._whole_name_at(row))

    def _parts(self, row: int) -> list[str]:
        return [text_of(self._sheet.at(row, column)) for column in self.name_columns]

    def _joined(self, row: int) -> str:
        return " ".join(filter(None, self._parts(row)))

    def _chosen(self, columns: Sequence[int], rows: Sequence[int]) -> tuple[int, ...]:
        if said := tuple(column for column in columns if column in self._pointed):
            return said
        headings = {column: folded(text_of(self._sheet.at(self._header.row, column))) for column in columns}
        if headed := name_columns(headings):
            return headed
        order = list(reversed(columns)) if self._sheet.is_turned else list(columns)
        for label in (label_text, text_of):  # slots may go by numbers only
            best = max(order, key=lambda column: self._worth(column, rows, label), default=None)
            if best is not None and self._worth(best, rows, label):
                return (best,)
        return ()

    def _worth(self, column: int, rows: Sequence[int], label: Callable[[Cell], str]) -> float:
        """How well a column names the lines: labels everywhere, different ones, rather people than posts, and rather
        words than single letters or figures."""
        texts = [text for row in rows if (text := label(self._sheet.at(row, column)))]
        posts = sum(map(names_a_role, texts))
        letters = sum(len(text) == 1 for text in texts)
        worth = len(set(texts)) + _FOR_A_LABEL * (len(texts) - letters) - 0.5 * posts
        return worth / len(rows) if rows and texts else 0


def _goes_with(some: Sequence[str], every: Sequence[str]) -> bool:
    """Whether parts of a name, some of which are missing, are those of a whole one."""
    return all(every) and all(part in ("", whole) for part, whole in zip(some, every, strict=True))


def label_text(cell: Cell) -> str:
    """The cell's text if it can name somebody: no number, address, date or half of a day."""
    text = text_of(cell)
    is_label = text and not is_number(cell) and "@" not in text and not half_of(cell) and weekday_of(cell) is None
    part = partial(cell) if is_label else None
    return text if is_label and (part is None or part.is_number_only) else ""
