"""Heads that only have a number, and where their days may stand all the same: in a table of periods, or in the
calendar, where they are its weeks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from itertools import pairwise

from scheduler.rotas.reading.cells import Cell, is_blank, is_number, text_of
from scheduler.rotas.reading.dates import Hints, partial
from scheduler.rotas.reading.slot_text import numbered_week
from scheduler.rotas.reading.slot_years import years_in
from scheduler.rotas.reading.slots import placed, slot_of
from scheduler.rotas.reading.workbook import Sheet
from scheduler.rotas.written_days import Slot, Unit

_CALENDAR_WEEKS = re.compile(
    r"\b(?:iso|kw|cw|kalenderwoche\w*|calendar weeks?|semaines? iso|iso weeks?)\b", re.IGNORECASE
)
_LAST_WEEKS = (52, 53)
_FIRST_OF_A_LETTER = 13
"""From here on a letter and a number is no ward."""
_LEAST_FOUND, _FARTHEST, _SHORTEST_PERIOD = 0.7, 3, 5

Heads = Mapping[int, Slot]


@dataclass(frozen=True, slots=True)
class Periods:
    """Numbered heads with the days that a table gives them, and its rows where it is on the same sheet."""

    rows: Mapping[int, Heads]
    table: frozenset[int] = frozenset()


def follow_each_other(numbers: Sequence[int], *, weeks: bool) -> bool:
    """Whether numbers count up; those of weeks begin again after the last of a year."""
    return all(
        after == before + 1 or (weeks and after == 1 and before in _LAST_WEEKS) for before, after in pairwise(numbers)
    )


def as_calendar_weeks(slots: Heads, around: Iterable[str]) -> Heads:
    """The slots of a row; those that number weeks as weeks of the calendar, if they are: words ``around`` say so, one
    of them has its year, the numbers go over New Year, or they begin in the middle of a year that a title names."""
    bare = {column: found for column, slot in slots.items() if (found := numbered_week(slot.written)) is not None}
    if not bare or not _are_of_calendar(slots, bare, list(around)):
        return slots
    return {
        column: replace(slot, number=bare[column][1], unit=Unit.WEEK) if column in bare and not slot.is_dated else slot
        for column, slot in slots.items()
    }


def _are_of_calendar(slots: Heads, bare: Mapping[int, tuple[str, int]], around: Sequence[str]) -> bool:
    numbers = list(dict.fromkeys(bare[column][1] for column in sorted(bare)))
    by_letter = all(len(word) == 1 for word, _ in bare.values())
    if any(slot.is_dated and slot.number is not None for slot in slots.values()):
        return True
    if any(map(_CALENDAR_WEEKS.search, around)):
        return True
    if by_letter and max(numbers) < _FIRST_OF_A_LETTER:
        return False
    if follow_each_other(numbers, weeks=True) and not follow_each_other(numbers, weeks=False):
        return True
    years = next((years for text in around if (years := years_in(text))), None)
    return years is not None and years[0] == years[1] and numbers[0] > 1


def with_periods(rows: Mapping[int, Heads], sheet: Sheet, others: Iterable[Sheet]) -> Periods:
    """The heads with the first and last days that a table gives to their numbers; as they are where there is none."""
    numbers = {slot.number for heads in rows.values() for slot in heads.values() if slot.number is not None}
    for each in (sheet, *others) if numbers else ():
        found = {number: (slot, row) for number, slot, row in _alike(list(_periods(each))) if number in numbers}
        if len(found) >= _LEAST_FOUND * len(numbers) and _is_calendar([found[n][0] for n in sorted(found)]):
            dated = {row: dict(_dated(heads, found)) for row, heads in rows.items()}
            return Periods(
                dated, _with_heading(sheet, {row for _, row in found.values()}) if each is sheet else frozenset()
            )
    return Periods(rows)


def _with_heading(sheet: Sheet, rows: AbstractSet[int]) -> frozenset[int]:
    """The rows of a table, and the one above that heads its columns."""
    above = min(rows) - 1
    columns = {column for row in rows for column, _ in sheet.filled(row)}
    heads = {column for column, _ in sheet.filled(above)} if above >= 0 else set[int]()
    return frozenset({*rows, above} if heads and heads <= columns else rows)


def _dated(heads: Heads, found: Mapping[int, tuple[Slot, int]]) -> Iterator[tuple[int, Slot]]:
    """The heads that the table knows; the others have no days, which is asked about."""
    for column, slot in heads.items():
        if slot.number is not None and slot.number in found:
            days = found[slot.number][0]
            yield column, replace(slot, first=days.first, last=days.last, unit=days.unit)


def _alike(periods: Sequence[tuple[int, Slot, int]]) -> Iterator[tuple[int, Slot, int]]:
    """Those that give as many days as most: where one of two is missing, nobody knows which."""
    with_end = [period for period in periods if period[1].last is not None]
    return iter(with_end if 2 * len(with_end) > len(periods) else [each for each in periods if each not in with_end])


def _periods(sheet: Sheet) -> Iterator[tuple[int, Slot, int]]:
    """Numbers with the days right of them, and their rows; a number that stands twice by its first."""
    seen: set[int] = set()
    for row in range(sheet.height):
        for column, cell in sheet.filled(row):
            number = _number(cell)
            days = _days_beside(sheet, row, column) if number is not None and number not in seen else None
            if number is not None and days is not None:
                seen.add(number)
                yield number, days, row
                break


def _number(cell: Cell) -> int | None:
    """The number of a cell that is one, or numbers a period."""
    if is_number(cell):
        text = text_of(cell)
        return int(text) if text.isdecimal() and len(text) < 3 else None
    slot = slot_of(cell, "") if isinstance(cell, str) else None
    return slot.number if slot is not None and not slot.is_dated else None


def _days_beside(sheet: Sheet, row: int, column: int) -> Slot | None:
    """The stretch, or the first and last day, in the next cells to the right."""
    beside = [
        cell
        for near in range(column + 1, min(sheet.width, column + 1 + _FARTHEST))
        if not is_blank(cell := sheet.at(row, near))
    ]
    if not beside:
        return None
    stretch = slot_of(beside[0], "") if isinstance(beside[0], str) else None
    if stretch is not None and stretch.first is not None and stretch.last is not None:
        return stretch
    parts = [part for cell in beside[:2] if (part := partial(cell)) is not None and part.month is not None]
    if not parts or len(parts) < min(2, len(beside)):
        return None
    first, last = parts[0], parts[1] if len(parts) > 1 else None
    return Slot("", text_of(beside[0]), first, last, unit=Unit.DAYS if last else Unit.UNTIL_NEXT)


def _is_calendar(slots: Sequence[Slot]) -> bool:
    """Whether the days of a table follow each other, and none is too short for a period."""
    numbered = [replace(slot, cell=str(position)) for position, slot in enumerate(slots)]
    days = placed(numbered, Hints(year=None if any(s.first and s.first.year for s in slots) else 2001)).days
    return all(len(each) >= _SHORTEST_PERIOD for each in days)
