"""Weekdays that head several columns each, such as *On*, *Off* and *Turn*: what they say together of one day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from scheduler.rotas.reading.cells import MINUTES_A_DAY, clock, folded, is_blank, minutes_of, text_of
from scheduler.rotas.reading.headings import is_total
from scheduler.rotas.reading.workbook import Sheet

_LONGEST = 16 * 60
_LEAST_ALIKE = 0.7
"""Share of the columns that are headed as those of the other days."""


@dataclass(frozen=True, slots=True)
class Blocks:
    """The columns that belong to each weekday's first one, but for those of sums; ``row`` is what heads them,
    ``lengths`` are the columns that say how long a duty is."""

    row: int
    columns: Mapping[int, tuple[int, ...]]
    lengths: Mapping[int, tuple[int, ...]]

    def text(self, sheet: Sheet, row: int, first: int) -> str:
        """What a line says of a day: its words, and its hours if it gives both."""
        times, words = self._parts(sheet, row, first)
        hours = [f"{clock(times[0]):%H:%M}-{clock(times[1]):%H:%M}"] if len(times) == 2 else []
        return " ".join(words + hours)

    def has_odd_hours(self, sheet: Sheet, row: int, first: int) -> bool:
        """Whether a line gives other than a beginning and an end for a day on which it gives any time, or
        ones that are far apart or do not make the length that it gives."""
        times, _ = self._parts(sheet, row, first)
        if len(times) != 2:
            return bool(times)
        length = (times[1] - times[0]) % MINUTES_A_DAY
        said = (minutes_of(sheet.at(row, column)) for column in self.lengths[first])
        return not 0 < length <= _LONGEST or any(each not in (None, length) for each in said)

    def _parts(self, sheet: Sheet, row: int, first: int) -> tuple[list[int], list[str]]:
        """The times of a day in minutes, and its words, with the times among them where these are no hours."""
        cells = [cell for column in self.columns[first] if not is_blank(cell := sheet.at(row, column))]
        times = [(cell, found) for cell in cells if (found := minutes_of(cell)) is not None]
        if _last_is_length([minutes for _, minutes in times]):
            cells.remove(times.pop()[0])
        minutes = [found for _, found in times]
        return minutes, [text_of(cell) for cell in cells if len(minutes) != 2 or minutes_of(cell) is None]


def _last_is_length(minutes: Sequence[int]) -> bool:
    """Whether the last of three times says how long it is from the first to the second."""
    return len(minutes) == 3 and (minutes[1] - minutes[0]) % MINUTES_A_DAY == minutes[2]


def _holds_lengths(sheet: Sheet, heading: int, columns: Sequence[int], width: int) -> bool:
    """Whether columns hold how long the duties are whose two times stand before: a length alone tells no end."""
    lengths = filled = 0
    for row in range(heading + 1, sheet.height):
        for column in columns:
            before = [minutes_of(sheet.at(row, near)) for near in range(max(0, column - width + 1), column)]
            times = [each for each in (*before, minutes_of(sheet.at(row, column))) if each is not None]
            filled += minutes_of(sheet.at(row, column)) is not None
            lengths += _last_is_length(times[-3:])
    return lengths > 1 and 2 * lengths > filled


def find_blocks(sheet: Sheet, heading: int, weekdays: Mapping[int, int]) -> Blocks | None:
    """The blocks under a row of weekdays, if the row below heads the columns of each in the same way."""
    row, starts = heading + 1, sorted(weekdays)
    if row >= sheet.height or len(starts) < 2:
        return None
    width = min(after - before for before, after in pairwise(starts))
    heads = [[folded(text_of(sheet.at(row, first + each))) for first in starts] for each in range(width)]
    usual = [max(set(column), key=column.count) for column in heads]
    alike = sum(column.count(head) for column, head in zip(heads, usual, strict=True))
    if width < 2 or alike < _LEAST_ALIKE * width * len(starts) or sum(map(bool, usual)) < 2:
        return None
    lengths = [each for each in range(width) if _holds_lengths(sheet, row, [first + each for first in starts], width)]
    kept = [each for each, head in enumerate(usual) if not is_total(head) and each not in lengths]
    columns, beside = ({first: tuple(first + each for each in some) for first in starts} for some in (kept, lengths))
    return Blocks(row, columns, beside)
