"""Leave that is written as dates under a name, within the block that it stands under, or as a block's number in a
column of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product

from scheduler.rotas.model import DutyKind
from scheduler.rotas.reading.cells import folded, is_number, text_of
from scheduler.rotas.reading.codes import kind_of_words
from scheduler.rotas.reading.slot_calendar import Days, days_in_year
from scheduler.rotas.reading.slot_text import is_doubtful
from scheduler.rotas.reading.slots import slot_of
from scheduler.rotas.reading.workbook import Sheet
from scheduler.rotas.written_days import Slot

_PARTED = re.compile(r"\s*[,;&+]\s*|\s+/\s+|\s+and\s+")
_WORDS_BEFORE = re.compile(r"([^\W\d][^\d:]*?)[\s:]+(?=\S*\d)")
_LEAVE_COLUMN = re.compile(r"\w*(?:leave|vacation|vac|holiday|pto|urlaub|conge|vacaciones|ferie|ferias|urlop)\w*")
_BLOCK, _HALF = (
    re.compile(r"\b(?:block|blk|bloc|bloque|bloco|period)\b"),
    re.compile(r"\b(?:half|part|halfte|moitie|mitad)\b"),
)
_HALVES = {
    "first": 0, "1st": 0, "1": 0, "a": 0, "early": 0, "second": 1, "2nd": 1, "2": 1, "b": 1, "late": 1,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Leave:
    """Days of leave; empty where they do not lie within the block. ``is_doubtful`` if a question mark stands behind."""

    days: tuple[date, ...]
    is_doubtful: bool


@dataclass(frozen=True, slots=True)
class LeaveInBlock:
    """Leave in a numbered block: in all of it, or in its first or second half (0 or 1)."""

    number: int
    half: int | None
    cell: str


@dataclass(frozen=True, slots=True)
class LeaveColumn:
    """A column of numbers of blocks, and the one that says which half."""

    block: int
    half: int | None


def leave_in(text: str, block: Sequence[date], *, month_first: bool | None) -> Leave | None:
    """The leave that a text writes as days within the block; None if it writes none. ``month_first`` is the order of
    day and month of the heads, if they tell."""
    slots = _slots(_without_words(text))
    if not slots:
        return None
    days = [_within(slot, block, month_first) for slot in slots]
    fits = all(days)
    return Leave(tuple(day for each in days for day in each) if fits else (), is_doubtful(text))


def leave_columns(sheet: Sheet, row: int, columns: Sequence[int]) -> tuple[LeaveColumn, ...]:
    """The columns whose headings say that they hold blocks of leave."""
    headings = {column: folded(text_of(sheet.at(row, column))) for column in columns}
    found = []
    for column, heading in headings.items():
        if _LEAVE_COLUMN.search(heading) and _BLOCK.search(heading):
            stem = _BLOCK.sub("", heading).split()
            half = next(
                (c for c, each in headings.items() if _HALF.search(each) and _HALF.sub("", each).split() == stem), None
            )
            found.append(LeaveColumn(column, half))
    return tuple(found)


def blocks_of_leave(sheet: Sheet, row: int, columns: Sequence[LeaveColumn]) -> Iterator[LeaveInBlock]:
    """The leave that the columns say of one line."""
    for each in columns:
        number = sheet.at(row, each.block)
        half = folded(text_of(sheet.at(row, each.half))) if each.half is not None else ""
        if is_number(number):
            yield LeaveInBlock(int(float(text_of(number))), _HALVES.get(half), sheet.address(row, each.block))


def _without_words(text: str) -> str:
    """The text without a word for leave before its dates."""
    found = _WORDS_BEFORE.match(text)
    is_leave = found is not None and kind_of_words(found[1]) in (DutyKind.LEAVE, DutyKind.STUDY_LEAVE)
    return text[found.end() :] if found is not None and is_leave else text


def _slots(text: str) -> list[Slot]:
    for parts in ([text], _PARTED.split(text)):
        found = [slot for part in parts if (slot := slot_of(part, "")) is not None and _has_days(slot)]
        if found and len(found) == len(parts):
            return found
    return []


def _has_days(slot: Slot) -> bool:
    ends = (slot.first, slot.last)
    return slot.number is None and any(part is not None and part.month is not None for part in ends)


def _within(slot: Slot, block: Sequence[date], month_first: bool | None) -> tuple[date, ...]:
    """The days in the year, and in the order of day and month, in which they begin or end within the block: the fewest
    that can be meant."""
    if not block:
        return ()
    orders = (False, True) if month_first is None else (month_first,)
    years = range(block[0].year - 1, block[-1].year + 2)
    found = [days for each, year in product(orders, years) if (days := days_in_year(slot, year, month_first=each))]
    inside = [tuple(_each_day(days)) for days in found if any(block[0] <= end <= block[-1] for end in days)]
    return min(inside, key=len, default=())


def _each_day(days: Days) -> Iterator[date]:
    first, last = days
    return (first + timedelta(days=offset) for offset in range((last - first).days + 1))
