"""Days as rotas write them, kept beside what was made of them, so that an answer about the dates is applied to what
was written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Partial:
    """What one cell says of a date. ``swappable`` if day and month could be meant the other way round."""

    day: int
    month: int | None = None
    year: int | None = None
    weekday: int | None = None
    swappable: bool = False

    @property
    def is_number_only(self) -> bool:
        return self.month is None and self.weekday is None

    @property
    def is_ambiguous(self) -> bool:
        """Whether day and month would also make a date the other way round, and another one."""
        return self.swappable and self.month is not None and self.day <= 12 and self.day != self.month <= 12

    def swapped(self) -> Partial:
        if not self.swappable or self.month is None:
            return self
        return replace(self, day=self.month, month=self.day)


class Unit(StrEnum):
    """How far a stretch goes that does not say where it ends: one day, the month, the numbered week of the year, or up
    to the next one."""

    DAYS = ""
    MONTH = "month"
    WEEK = "week"
    UNTIL_NEXT = "until next"


@dataclass(frozen=True, slots=True)
class Slot:
    """A stretch of days: from ``first`` to ``last``, both included; a single day without ``last``.

    ``length`` is a number of days from ``first`` on, where that is how it is written, or back to it where it is
    negative. A block that only has a ``number`` has no ``first``. ``unit`` says how far a slot goes that says neither.
    ``cell`` is where it stands, ``written`` what stands there.

    A part of these days, such as the first half of a block, is a slot of its own of the same cell: of so many equal
    ``parts`` those from ``begins`` to before ``ends``.
    """

    cell: str
    written: str
    first: Partial | None = None
    last: Partial | None = None
    length: int | None = None
    number: int | None = None
    unit: Unit = Unit.DAYS
    begins: int = 0
    ends: int = 1
    parts: int = 1

    @property
    def is_dated(self) -> bool:
        """Whether it says, alone or with its neighbours, which days it is; a block with a number alone does not."""
        return self.first is not None or self.last is not None or self.unit is Unit.WEEK

    @property
    def is_stretch(self) -> bool:
        """Whether it is more than a single day."""
        return self.last is not None or self.length is not None or self.unit is not Unit.DAYS

    def part(self, begins: int, ends: int, parts: int) -> Slot:
        """The slot of a part of its days."""
        return self if ends - begins == parts else replace(self, begins=begins, ends=ends, parts=parts)

    def days_of(self, whole: Sequence[date]) -> tuple[date, ...]:
        """Its part of all days of its cell; where they cannot be parted evenly, the later parts have one more."""
        return tuple(whole[len(whole) * self.begins // self.parts : len(whole) * self.ends // self.parts])
