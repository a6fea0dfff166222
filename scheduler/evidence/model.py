"""Evidence as values: what is counted of whom, and what of it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from scheduler.equity.fairness import Aspect as Aspect


class Figure(StrEnum):
    """What is counted of people. Their definitions are in :mod:`scheduler.evidence.definitions`."""

    OFFERED = "offered"
    JOINED = "joined"
    IN_GROUP = "in_group"
    EARLY = "early"
    MET = "met"
    ATTENDANCE = "attendance"
    RELEASED = "released"
    HOURS = "hours"
    JOB_PLAN = "job_plan"


class Kind(StrEnum):
    """Which people a figure is about."""

    RESIDENT = "resident"
    FACULTY = "faculty"


ALL: Final = "all"
"""The cell of everybody."""
Cell = tuple[str, str]
"""An aspect and a value in it; :data:`ALL` and an empty one for everybody."""
EVERYBODY: Final[Cell] = (ALL, "")
Thing = int
"""What a unit is about beside its person: a session, or 0 for the person as such."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One person: by aspect what they are, and of each figure what was counted, by thing: how much of how much."""

    person_id: int
    kind: Kind
    values: Mapping[str, str]
    units: Mapping[Figure, Mapping[Thing, tuple[int, int]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody whom evidence counts under a number, and the cells that they are counted in."""

    number: int
    person_id: int | None
    kind: Kind
    entered: int
    cells: Mapping[str, str]

    def is_in(self, cell: Cell) -> bool:
        """Whether they are counted there."""
        return cell == EVERYBODY or self.cells.get(cell[0]) == cell[1]


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure in a cell as it is read. ``people`` are at least so many, in fives; ``value`` is a share in hundredths,
    for hours their sum. It is as of the release ``since``: a later one could tell too much. ``low`` and ``high`` say
    that the share is no more, or no less. ``middle`` is the median of people, for what has one. None: not shown."""

    aspect: str
    name: str
    people: int | None = None
    value: int | None = None
    since: int | None = None
    low: bool = False
    high: bool = False
    middle: int | None = None
    key: str = ""
