"""What is known of a sheet from elsewhere while it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from scheduler.rotas.model import LegendEntry
from scheduler.rotas.pointed_sheets import NOT_POINTED, PointedSheet
from scheduler.rotas.reading.dates import Hints
from scheduler.rotas.reading.workbook import Sheet


@dataclass(frozen=True, slots=True)
class Rolling:
    """When a rolling rota begins and for how many weeks; None where the sheet itself must say it."""

    first_day: date | None = None
    weeks: int | None = None


NOT_ROLLING = Rolling()


@dataclass(frozen=True, slots=True)
class Context:
    """What is known beside the sheet: the legend, hints on dates, a title that may name month and year, whose rota it
    is if it names nobody, rows and columns of a legend to skip, the file's other sheets, when lines begin to roll, the
    file's name without its ending, what somebody has pointed at on the sheet, and what one reader has ``found`` that
    others need as well, each with what it is about."""

    legend: Mapping[str, LegendEntry]
    hints: Hints
    title: str
    owner: str
    skip: frozenset[int] = frozenset()
    beside: frozenset[int] = frozenset()
    others: tuple[Sheet, ...] = ()
    rolling: Rolling = NOT_ROLLING
    file: str = ""
    pointed: PointedSheet = NOT_POINTED
    found: dict[str, tuple[object, object]] = field(default_factory=dict, compare=False, repr=False)
