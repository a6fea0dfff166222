"""What somebody has pointed at on the picture of a sheet: where its dates and names are, and what is no part of it.

It is said of one sheet and kept for the files of the same form that come after it. Rows and columns count from 0.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class Holds(StrEnum):
    """What the cells between dates and labels hold."""

    NAMES = "names"
    CODES = "codes"


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """A rectangle of cells, both ends included; without a last row or column it goes on to the end."""

    top: int
    left: int
    bottom: int | None = None
    right: int | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A text by which the form is known again, in lower case and without accents, and where it stands; signs stand for
    texts that are others in the next file: ``#`` for a number, ``~`` for a date or words with one."""

    row: int
    column: int
    text: str


@dataclass(frozen=True, slots=True)
class PointedSheet:
    """What was said of the sheet of this name.

    ``names`` lines beside the dates label what stands under each date; those that run along with the dates hold the
    names themselves. Once it was read so, it is ``seen`` and has the ``marks`` of its form; ``has_days`` says that its
    lines of dates then held single days.
    """

    sheet: str
    date_rows: tuple[int, ...] = ()
    date_columns: tuple[int, ...] = ()
    name_rows: tuple[int, ...] = ()
    name_columns: tuple[int, ...] = ()
    ignored: tuple[Part, ...] = ()
    cells: Holds | None = None
    seen: bool = False
    marks: tuple[Mark, ...] = ()
    has_days: bool = False

    @property
    def says_anything(self) -> bool:
        """Whether anything was pointed at."""
        return self.tells_form or bool(self.ignored)

    @property
    def tells_form(self) -> bool:
        """Whether it says more than what to leave out, so that no other way to read the sheet is a rival."""
        return bool(self.date_lines or self.name_rows or self.name_columns or self.cells)

    @property
    def date_lines(self) -> tuple[int, ...]:
        """The rows and columns of dates together."""
        return self.date_rows + self.date_columns

    @property
    def may_run_across(self) -> bool:
        """Whether the dates may stand in a row."""
        return bool(self.date_rows) or not (self.date_columns or (self.name_rows and not self.name_columns))

    @property
    def may_run_down(self) -> bool:
        """Whether the dates may stand in a column."""
        return bool(self.date_columns) or not (self.date_rows or (self.name_columns and not self.name_rows))

    def turned(self) -> PointedSheet:
        """The same of the turned sheet, as far as dates and names go."""
        return replace(
            self,
            date_rows=self.date_columns,
            date_columns=self.date_rows,
            name_rows=self.name_columns,
            name_columns=self.name_rows,
        )

    def cells_under_dates(self) -> Holds | None:
        """What the cells hold where the dates stand in a row: names, if rows of names run along with it."""
        return self.cells or (Holds.NAMES if self.date_rows and self.name_rows and not self.name_columns else None)


NOT_POINTED = PointedSheet("")


@dataclass(frozen=True, slots=True)
class Pointing:
    """What was said of a file's sheets. ``others`` was said of other files, of which this may be one more: they count
    only where the form fits."""

    sheets: tuple[PointedSheet, ...] = ()
    others: tuple[PointedSheet, ...] = ()

    def of(self, sheet: str) -> PointedSheet:
        """What was said of a sheet."""
        return next((each for each in self.sheets if each.sheet == sheet), NOT_POINTED)

    def with_sheet(self, said: PointedSheet) -> Pointing:
        """With this said of its sheet instead of what was said of it before; nothing may be said too, so that what was
        said of others does not count."""
        kept = tuple(each for each in self.sheets if each.sheet != said.sheet)
        return replace(self, sheets=(*kept, said))


NOTHING_POINTED = Pointing()
