"""Lists of people, relations, clinics and rooms: their rows, and reading the product's own CSV.

Every fault is collected with its row, so that a coordinator mends a file once and not ten times.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from itertools import islice
from typing import Final, TypeVar

from scheduler.calendar_days import read_day
from scheduler.errors import Fault, Rejected
from scheduler.languages import say, say_many
from scheduler.text_input import shortened

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_IN_FULL = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ZIP_MARK = b"PK\x03\x04"
LONGEST_TEXT = 200
"""The most characters of a name, a short name or one part of a cell of several."""
MOST_LINES: Final = 20_000
"""Rows of a list, those of a nation's programme included."""
LONGEST_ADDRESS = 254
NONE = "none"
"""In a column of several: nothing, where an empty cell says nothing of it."""
_COMMAND = re.compile(r"'*[=+\-@\t\r]")

T = TypeVar("T")


def guarded(text: str) -> str:
    """The text as a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if _COMMAND.match(text) else text


def without_guard(text: str) -> str:
    """What :func:`guarded` was given."""
    return text[1:] if text.startswith("'") and _COMMAND.match(text) else text


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a list: its number in the file (the heading is row 1) and its cells by column, stripped.

    ``headings`` are what the file calls its columns where that is something else, ``sheet`` where they stand.
    """

    number: int
    cells: Mapping[str, str]
    headings: Mapping[str, str] = field(default_factory=dict)
    sheet: str = ""

    @property
    def where(self) -> str:
        """The place to name in a message."""
        row = say("row %(number)s", number=self.number)
        return f"{self.sheet}, {row}" if self.sheet else row

    def called(self, column: str) -> str:
        """What the file calls a column."""
        return self.headings.get(column, column)

    def says(self, column: str) -> bool:
        """Whether the cell is there and filled: an empty one says nothing, and never that there is nothing."""
        return bool(self.cells.get(column))

    def text(self, column: str, longest: int = LONGEST_TEXT) -> str:
        """The cell, which must be filled. Raises ValueError with a sentence, as all of these do."""
        if not (value := self.cells.get(column, "")):
            raise ValueError(say("The column “%(column)s” is empty.", column=self.called(column)))
        self._must_fit(column, value, longest)
        return value

    def _must_fit(self, column: str, value: str, longest: int) -> None:
        if len(value) > longest:
            raise ValueError(
                say(
                    "The column “%(column)s” holds more than %(most)s characters. Shorten it.",
                    column=self.called(column),
                    most=longest,
                )
            )

    def several(self, column: str) -> list[str]:
        """The parts of a cell like ``a;b;c``; empty where the cell is, or says ``none``."""
        parts = [part.strip() for part in self.cells.get(column, "").split(";") if part.strip()]
        for part in parts:
            self._must_fit(column, part, LONGEST_ADDRESS)
        return [] if parts == [NONE] else parts

    def number_in(self, column: str, most: int, default: int | None = None) -> int:
        """A whole number of 0 or more, and at most this."""
        value = self.cells.get(column, "")
        if not value and default is not None:
            return default
        if not value.isdecimal():
            raise ValueError(
                say(
                    "“%(value)s” in the column “%(column)s” is not a whole number.",
                    value=value,
                    column=self.called(column),
                )
            )
        if len(value.lstrip("0")) > len(str(most)) or int(value) > most:
            raise ValueError(
                say(
                    "“%(value)s” in the column “%(column)s” is more than %(most)s, the most that can be entered.",
                    value=value[:40],
                    column=self.called(column),
                    most=most,
                )
            )
        return int(value)

    def clock(self, column: str) -> time:
        """A wall-clock time like 12:30."""
        try:
            return time.fromisoformat(self.text(column).zfill(5))
        except ValueError:
            raise ValueError(
                say(
                    "“%(value)s” in the column “%(column)s” is not a time; write it like 12:30.",
                    value=self.cells.get(column, ""),
                    column=self.called(column),
                )
            ) from None

    def day(self, column: str) -> date | None:
        """A day like 2027-01-31, or None where the cell is empty."""
        value = self.cells.get(column, "")
        found = read_day(value)
        if value and found is None:
            raise ValueError(
                say(
                    "“%(value)s” in the column “%(column)s” is not a date; write it like 2027-01-31.",
                    value=shortened(value),
                    column=self.called(column),
                )
            )
        return found

    def weekdays(self, column: str) -> frozenset[int]:
        """Weekdays (Monday 0) out of a cell like ``mon;tue``."""
        found = [_weekday(name) for name in self.several(column)]
        days = frozenset(day for day in found if day is not None)
        if not found or None in found:
            raise ValueError(
                say(
                    "“%(value)s” in the column “%(column)s” is not a list of weekdays; write it like mon;tue;fri.",
                    value=self.cells.get(column, ""),
                    column=self.called(column),
                )
            )
        return days

    def one_of(self, column: str, allowed: Iterable[str]) -> str:
        """A word out of a few."""
        value, words = self.cells.get(column, ""), tuple(allowed)
        if value not in words:
            known = ", ".join(word or say("(empty)") for word in words)
            raise ValueError(
                say(
                    "“%(value)s” in the column “%(column)s” is not one of these: %(known)s.",
                    value=value,
                    column=self.called(column),
                    known=known,
                )
            )
        return value


def _weekday(name: str) -> int | None:
    """A weekday by its English name, in full or cut short to three letters or more; None for anything else."""
    word = name.strip().lower().removesuffix(".")
    return next((day for day, full in enumerate(_IN_FULL) if len(word) > 2 and full.startswith(word)), None)


def read_lines(content: bytes, columns: Iterable[str], what: str) -> list[Line]:
    """The rows of a CSV file (comma, semicolon or tab) that has at least these columns; blank rows are left out."""
    reader = iter(_rows(content, what))
    heading = [cell.strip().lower() for cell in next(reader, [])]
    missing = [column for column in columns if column not in heading]
    if missing:
        raise Rejected(
            say_many(
                "The %(what)s has no column %(names)s.",
                "The %(what)s is missing these columns: %(names)s.",
                len(missing),
                what=what,
                names=", ".join(missing),
            ),
            where=say("row %(number)s", number=1),
            what_to_do=say("The first row must name the columns: %(names)s.", names=", ".join(columns)),
        )
    rows = ((number, row) for number, row in enumerate(reader, start=2) if any(cell.strip() for cell in row))
    lines = [
        Line(number, dict(zip(heading, (without_guard(cell.strip()) for cell in row), strict=False)))
        for number, row in rows
    ]
    if not lines:
        raise Rejected(say("The %(what)s has a heading but no rows.", what=what), where=say("row %(number)s", number=2))
    return lines


def _rows(content: bytes, what: str) -> list[list[str]]:
    """Every row; no more than a list of people can have, and no cell longer than the csv module reads."""
    try:
        reader = csv.reader(io.StringIO(_decoded(content, what)), dialect=_dialect(content))
        rows = list(islice(reader, MOST_LINES + 2))  # the heading, and one too many
    except csv.Error as error:
        raise Rejected(
            say("The %(what)s is not a CSV file.", what=what),
            what_to_do=say("Save the sheet as CSV (comma separated) and upload that."),
        ) from error
    if len(rows) > MOST_LINES + 1:
        raise Rejected(
            say("The list has more than %(count)s rows.", count=MOST_LINES),
            what_to_do=say("Upload only the rows that belong to this programme."),
        )
    return rows


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
