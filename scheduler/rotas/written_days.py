"""Days as rotas write them, kept beside what was made of them, so that an answer about the dates is applied to what
was written."""

from __future__ import annotations

from dataclasses import dataclass, replace


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


@dataclass(frozen=True, slots=True)
class Slot:
    """A stretch of days: from ``first`` to ``last``, both included; a single day without ``last``.

    ``length`` is a number of days from ``first`` on, where that is how it is written. A block that only has a
    ``number`` has no ``first``. ``cell`` is where it stands, ``written`` what stands there.
    """

    cell: str
    written: str
    first: Partial | None = None
    last: Partial | None = None
    length: int | None = None
    number: int | None = None
