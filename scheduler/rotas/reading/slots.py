"""Days as rotas write them, before they become dates: one day, or a stretch such as ``12/29-1/4`` or a numbered block.

Reading goes in two steps. :func:`slot_of` says what one cell gives; :func:`placed` turns all slots of a sheet into
days at once, since only the neighbours tell which year it is and whether the day or the month comes first. What is
written is kept beside what was made of it, so that an answer about the dates is applied to what was written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from scheduler.rotas.reading.cells import Cell, text_of
from scheduler.rotas.reading.dates import Hints, partial, resolve
from scheduler.rotas.written_days import Slot


@dataclass(frozen=True, slots=True)
class Placed:
    """The days of each slot, in order, empty where they cannot be told; ``doubt`` says what was assumed
    (``year``, ``order``), ``wrong`` are the positions of slots that do not fit the others."""

    days: tuple[tuple[date, ...], ...]
    doubt: str = ""
    wrong: tuple[int, ...] = ()


def slot_of(cell: Cell, place: str) -> Slot | None:
    """What the cell at ``place`` says of days; None if it says nothing."""
    part = partial(cell)
    return None if part is None else Slot(place, text_of(cell), part)


def placed(slots: Sequence[Slot], hints: Hints) -> Placed:
    """The days of all slots of a sheet, taken together, in the order in which they are written."""
    parts = [(position, slot.first) for position, slot in enumerate(slots) if slot.first is not None]
    axis = resolve(parts, hints)
    days = tuple(_days(slot, axis.dates.get(position)) for position, slot in enumerate(slots))
    return Placed(days, axis.doubt, axis.wrong)


def _days(slot: Slot, first: date | None) -> tuple[date, ...]:
    if first is None:
        return ()
    return tuple(first + timedelta(days=offset) for offset in range(slot.length or 1))
