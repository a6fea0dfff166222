"""Reading the product's own CSV lists: people, relations, clinics, rooms.

Every fault is collected with its row, so that a coordinator mends a file once and not ten times.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import TypeVar

from scheduler.errors import Fault, Rejected
from scheduler.languages import say, say_many

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ZIP_MARK = b"PK\x03\x04"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a list: its number in the file (the heading is row 1) and its cells by column, stripped."""

    number: int
    cells: Mapping[str, str]

    @property
    def where(self) -> str:
        """The place to name in a message."""
        return say("row %(number)s", number=self.number)

    def text(self, column: str) -> str:
        """The cell, which must be filled. Raises ValueError with a sentence, as all of these do."""
        if not (value := self.cells.get(column, "")):
            raise ValueError(say("The column “%(column)s” is empty.", column=column))
        return value

    def several(self, column: str) -> list[str]:
        """The parts of a cell like ``a;b;c``; empty where the cell is."""
        return [part.strip() for part in self.cells.get(column, "").split(";") if part.strip()]

    def number_in(self, column: str, default: int | None = None) -> int:
        """A whole number of 0 or more."""
        value = self.cells.get(column, "")
        if not value and default is not None:
            return default
        if not value.isdigit():
            raise ValueError(
                say("“%(value)s” in the column “%(column)s” is not a whole number.", value=value, column=column)
            )
        return int(value)

    def clock(self, column: str) -> time:
        """A wall-clock time like 12:30."""
        try:
            return time.fromisoformat(self.text(column).zfill(5))
        except ValueError:
            raise ValueError(
                say(
                    "“%(value)s” in “%(column)s” is not a time like 12:30.",
                    value=self.cells.get(column, ""),
                    column=column,
                )
            ) from None

    def day(self, column: str) -> date | None:
        """A day like 2027-01-31, or None where the cell is empty."""
        value = self.cells.get(column, "")
        try:
            return date.fromisoformat(value) if value else None
        except ValueError:
            raise ValueError(
                say("“%(value)s” in the column “%(column)s” is not a day like 2027-01-31.", value=value, column=column)
            ) from None

    def weekdays(self, column: str) -> frozenset[int]:
        """Weekdays (Monday 0) out of a cell like ``mon;tue``."""
        names = [name.lower()[:3] for name in self.several(column)]
        if not names or any(name not in WEEKDAYS for name in names):
            raise ValueError(
                say(
                    "“%(value)s” in “%(column)s” is not a list like mon;tue;fri.",
                    value=self.cells.get(column, ""),
                    column=column,
                )
            )
        return frozenset(WEEKDAYS.index(name) for name in names)

    def one_of(self, column: str, allowed: Iterable[str]) -> str:
        """A word out of a few."""
        value, words = self.cells.get(column, ""), tuple(allowed)
        if value not in words:
            known = ", ".join(word or say("(empty)") for word in words)
            raise ValueError(
                say(
                    "“%(value)s” in the column “%(column)s” is none of %(known)s.",
                    value=value,
                    column=column,
                    known=known,
                )
            )
        return value


def read_lines(content: bytes, columns: Iterable[str], what: str) -> list[Line]:
    """The rows of a CSV file (comma, semicolon or tab) that has at least these columns; blank rows are left out."""
    reader = csv.reader(io.StringIO(_decoded(content, what)), dialect=_dialect(content))
    heading = [cell.strip().lower() for cell in next(reader, [])]
    missing = [column for column in columns if column not in heading]
    if missing:
        raise Rejected(
            say_many(
                "The %(what)s lacks the column %(names)s.",
                "The %(what)s lacks the columns %(names)s.",
                len(missing),
                what=what,
                names=", ".join(missing),
            ),
            where=say("row %(number)s", number=1),
            what_to_do=say("Its first row must name the columns: %(names)s.", names=", ".join(columns)),
        )
    rows = ((number, row) for number, row in enumerate(reader, start=2) if any(cell.strip() for cell in row))
    lines = [Line(number, dict(zip(heading, (cell.strip() for cell in row), strict=False))) for number, row in rows]
    if not lines:
        raise Rejected(
            say("The %(what)s has a heading and nothing under it.", what=what), where=say("row %(number)s", number=2)
        )
    return lines


def read_each(lines: Iterable[Line], read: Callable[[Line], T], faults: list[Fault]) -> Iterator[T]:
    """What ``read`` makes of each line; a ValueError becomes a fault at its row."""
    for line in lines:
        try:
            yield read(line)
        except ValueError as error:
            faults.append(Fault(line.where, str(error)))


def _decoded(content: bytes, what: str) -> str:
    if not content.strip():
        raise Rejected(
            say("The %(what)s is empty.", what=what),
            what_to_do=say("Choose the file again; it may not have been saved."),
        )
    if content.startswith(_ZIP_MARK) or b"\x00" in content:
        raise Rejected(
            say("The %(what)s is not a CSV file.", what=what),
            what_to_do=say("Save the sheet as CSV (comma separated) and upload that."),
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


class _Semicolon(csv.excel):
    delimiter = ";"


def _dialect(content: bytes) -> type[csv.Dialect]:
    """By the heading alone: its names hold none of the separators, the cells below may."""
    heading = content.split(b"\n", 1)[0]
    if b"\t" in heading:
        return csv.excel_tab
    return _Semicolon if heading.count(b";") > heading.count(b",") else csv.excel
