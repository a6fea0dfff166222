"""Days as rotas write them, before they become dates: one day, or a stretch such as ``12/29-1/4`` or a numbered block.

Reading goes in two steps. :func:`slot_of` says what one cell gives; :func:`placed` turns all slots of a sheet into
days at once, since only the neighbours tell which year it is and whether the day or the month comes first. What is
written is kept beside what was made of it, so that an answer about the dates is applied to what was written.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, timedelta

from scheduler.rotas.model import ORDER, YEAR
from scheduler.rotas.reading.cells import Cell, text_of
from scheduler.rotas.reading.dates import Hints, partial, resolve
from scheduler.rotas.reading.slot_calendar import Days
from scheduler.rotas.reading.slot_text import stretch_in
from scheduler.rotas.reading.slot_years import best_calendar
from scheduler.rotas.written_days import Partial, Slot, Unit


@dataclass(frozen=True, slots=True)
class Placed:
    """The days of each slot, in order, empty where they cannot be told; ``doubt`` says what was assumed
    (``year``, ``order``), ``wrong`` are the positions of slots that do not fit the others, ``shared`` of those whose
    last day is the next one's first, ``odd`` of those at an end that are not as long as most. ``month_first`` is the
    order of day and month, None where it makes no difference; ``slots`` are the same slots with what is certain of
    their days."""

    days: tuple[tuple[date, ...], ...]
    doubt: str = ""
    wrong: tuple[int, ...] = ()
    shared: tuple[int, ...] = ()
    odd: tuple[int, ...] = ()
    month_first: bool | None = None
    slots: tuple[Slot, ...] = ()


def slot_of(cell: Cell, place: str) -> Slot | None:
    """What the cell at ``place`` says of days; None if it says nothing."""
    if not isinstance(cell, str):
        part = partial(cell)
        return None if part is None else Slot(place, text_of(cell), part)
    found = stretch_in(cell) if cell else None
    if found is None:
        return None
    return Slot(place, text_of(cell), found.first, found.last, found.length, found.number, found.unit)


def is_numbered(text: str) -> bool:
    """Whether a text is a block or week by its number, with days or without."""
    slot = slot_of(text, "")
    return slot is not None and slot.number is not None


def placed(slots: Sequence[Slot], hints: Hints) -> Placed:
    """The days of all slots of a sheet, taken together, in the order in which they are written.

    Day and month are read in the order that makes possible days, fits the weekdays and lets the slots follow each
    other evenly; where that does not tell, day first, with a doubt stated. A year holds on from where it is written,
    forwards and backwards; where none is written, what stands around decides, in the order of its strength. A slot
    that fits in no such calendar is ``wrong``. Slots of one cell are parts of the same days.
    """
    if not any(slot.is_stretch or not slot.is_dated for slot in slots):
        return _single_days(slots, hints)
    whole = list({slot.cell: slot for slot in slots if slot.is_dated}.values())
    calendar = best_calendar(whole, hints) if whole else None
    ends = {slot.cell: end for slot, end in zip(whole, calendar.days, strict=True)} if calendar else {}
    days = tuple(slot.days_of(_each_day(ends.get(slot.cell))) for slot in slots)
    wrong = tuple(position for position, slot in enumerate(slots) if slot.is_dated and not ends.get(slot.cell))
    if calendar is None:
        return Placed(days, YEAR if whole else "", wrong, slots=tuple(slots))
    shared, odd = (
        _positions(slots, {whole[each].cell for each in some}) for some in (calendar.shared, calendar.odd_ends)
    )
    doubt = calendar.doubt or (ORDER if calendar.is_undecided else "")
    certain = tuple(_certain(slot, ends.get(slot.cell), doubt) for slot in slots)
    return Placed(days, doubt, wrong, shared, odd, calendar.month_first, certain)


def _positions(slots: Sequence[Slot], cells: Set[str]) -> tuple[int, ...]:
    return tuple(position for position, slot in enumerate(slots) if slot.cell in cells)


def _single_days(slots: Sequence[Slot], hints: Hints) -> Placed:
    parts = [(position, slot.first) for position, slot in enumerate(slots) if slot.first is not None]
    axis = resolve(parts, hints)
    days = tuple((axis.dates[position],) if position in axis.dates else () for position in range(len(slots)))
    return Placed(days, axis.doubt, axis.wrong, slots=tuple(slots))


def _certain(slot: Slot, ends: Days | None, doubt: str) -> Slot:
    """The slot with what of its days is certain: all of it but what is asked about."""
    if ends is None or slot.unit is Unit.WEEK:
        return slot
    if doubt == ORDER:
        first, last = (part and replace(part, year=ends[0].year, weekday=None) for part in (slot.first, slot.last))
        return replace(slot, first=first, last=last and replace(last, year=ends[1].year))
    first, last = (Partial(end.day, end.month, None if doubt == YEAR else end.year) for end in ends)
    return replace(slot, first=first, last=last, length=None, unit=Unit.DAYS)


def _each_day(ends: Days | None) -> tuple[date, ...]:
    if ends is None:
        return ()
    first, last = ends
    return tuple(first + timedelta(days=offset) for offset in range((last - first).days + 1))
