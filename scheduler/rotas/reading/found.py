"""What a layout's reader finds in a sheet, before codes are looked up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from scheduler.rotas.model import Question


@dataclass(frozen=True, slots=True)
class Filled:
    """One entry of a rota: who, on which day, what is written, where. ``half`` is ``AM``, ``PM`` or empty.

    ``start`` and ``end`` are set where the file itself gives the times of this very duty.
    """

    person: str
    day: date
    text: str
    cell: str
    half: str = ""
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The entries of a file in one layout; ``people`` in the file's order, ``days`` all that it speaks for.

    A rolling rota without a first day has a ``pattern`` of so many ``lines`` that begin on ``weekday`` instead.
    """

    layout: str
    people: tuple[str, ...]
    filled: tuple[Filled, ...]
    days: tuple[date, ...]
    questions: tuple[Question, ...] = ()
    pattern: tuple[Filled, ...] = ()
    lines: int = 0
    weekday: int = 0
