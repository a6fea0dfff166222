"""A small picture of a sheet: what stands in its cells, and what each of them was taken for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Taken(StrEnum):
    """What a cell was taken for, as one sign. An ``ignored`` one is in a part that somebody has said to leave out; of a
    ``left`` one nothing was made."""

    EMPTY = " "
    DATE = "d"
    PERSON = "p"
    CODE = "c"
    HEADING = "h"
    COUNT = "n"
    NOTE = "r"
    IGNORED = "x"
    LEFT = "?"


@dataclass(frozen=True, slots=True)
class Picture:
    """The upper left corner of a sheet of ``height`` rows and ``width`` columns: its texts, shortened and without phone
    numbers and e-mail addresses, and for each row what its cells were taken for, one sign of :class:`Taken` a cell."""

    sheet: str
    height: int
    width: int
    texts: tuple[tuple[str, ...], ...]
    taken: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Whether all of the sheet is on it."""
        return self.height <= len(self.texts) and self.width <= max(map(len, self.texts), default=0)
