"""What a list says in words of its own, what we take it for, and what has to be asked: values for pages and storage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from scheduler.enrolment.spreadsheets.columns import Cells, Column
from scheduler.enrolment.spreadsheets.recognition import FileColumn
from scheduler.errors import Fault
from scheduler.lists import Line
from scheduler.people.model import Role
from scheduler.programmes.model import Grade, Site

LEAVE_OUT: Final = "-"
"""The meaning of a word whose rows are not taken."""
AFTER: Final = ">"
"""Before the name of a grade: a new one that comes after it."""
NEW: Final = "+"
"""Before the name of a site that the programme does not have yet."""
ORDER: Final = "order"
"""Whether days are written with the day or the month first, by the heading of their column."""
DAY_FIRST, MONTH_FIRST = "day first", "month first"
SOMEBODY: Final = "somebody"
"""Who is meant by a row whose name is known and whose address is not."""
SOMEBODY_NEW: Final = "new"
"""Nobody who is known: somebody else of the same name."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What somebody has said: heading, folded → column; and by column what was written, folded → what it means."""

    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody of the programme, as far as a list may leave it open."""

    id: int
    name: str
    email: str
    kind: Role
    stage: int | None
    site: str
    has_left: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """What something may mean; ``label`` is for people."""

    meaning: str
    label: str


@dataclass(frozen=True, slots=True)
class Value:
    """A word that the list uses in a column, in how many rows, and what it means; None until that is answered.

    ``written`` is empty for cells that say nothing where something must be known. ``details`` help to answer.
    """

    column: str
    heading: str
    cells: Cells | None
    written: str
    rows: int
    meaning: str | None
    choices: tuple[Choice, ...]
    details: tuple[str, ...] = ()
    was_said: bool = False

    @property
    def is_open(self) -> bool:
        """Whether this has to be answered."""
        return self.meaning is None

    @property
    def asks_who(self) -> bool:
        """Whether it is asked who is meant by a name."""
        return self.column == SOMEBODY

    @property
    def asks_order(self) -> bool:
        """Whether it is asked how days are written."""
        return self.column == ORDER


@dataclass(frozen=True, slots=True)
class Understood:
    """A list as it is understood.

    ``lines`` have the product's own columns and words. ``missing`` are columns without which no row can be read.
    ``grades`` are the programme's with those that the list adds; ``moved`` is old stage → new. ``new_sites`` are those
    that the list adds. ``as_members`` are rows of seniors who are taken as members of groups.
    """

    columns: tuple[FileColumn, ...]
    lines: tuple[Line, ...]
    values: tuple[Value, ...] = ()
    missing: tuple[Column, ...] = ()
    left_out: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    grades: tuple[Grade, ...] = ()
    moved: Mapping[int, int] = field(default_factory=dict)
    new_sites: tuple[Site, ...] = ()
    as_members: int = 0

    @property
    def open(self) -> Sequence[Value]:
        """What is to be answered."""
        return [value for value in self.values if value.is_open]

    @property
    def is_clear(self) -> bool:
        """Whether nothing is to be asked or corrected."""
        return not self.open and not self.missing and not self.faults
