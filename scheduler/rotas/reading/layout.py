"""What a layout is, and what reading a file in one gives: entries with their evidence, before codes are looked up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum, StrEnum
from types import MappingProxyType

from scheduler.rotas.model import Question
from scheduler.rotas.reading.context import Context
from scheduler.rotas.reading.workbook import Sheet
from scheduler.rotas.written_days import Slot


@dataclass(frozen=True, slots=True)
class Layout:
    """A shape in which rotas are kept. ``key`` is stored with each rota and must not change; ``name`` is what people
    read, a sentence marked for translation."""

    key: str
    name: str


class Sign(IntEnum):
    """By what a sheet is recognised, the weakest sign first: dates stand in nearly every sheet, a list of duties says
    itself what each column holds."""

    DATES = 1
    WEEKDAYS = 2
    COLUMNS = 3


class Use(StrEnum):
    """What a filled cell was taken for."""

    DATE = "date"
    PERSON = "person"
    CODE = "code"
    HEADING = "heading"
    COUNT = "count"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a rota: who, on which day, what is written, where. ``half`` is ``AM``, ``PM`` or empty.

    ``start`` and ``end`` are set where the file itself gives the times of this very duty. ``slot`` is the cell that
    writes its day, or the days of which this is one (:class:`~scheduler.rotas.written_days.Slot`).
    """

    person: str
    day: date
    text: str
    cell: str
    half: str = ""
    start: datetime | None = None
    end: datetime | None = None
    slot: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """The entries of a sheet or file in one layout; ``people`` in the file's order, ``days`` all that it speaks for.

    A rolling rota has so many ``lines``; without a first day it has, instead of entries, a ``pattern`` that begins on
    ``weekday``. ``codes_are_posts`` says that the texts are names of posts, whose words may be taken at their word.

    ``uses`` says of cells, by their addresses, what they were taken for; cells of entries need not be among them.
    ``slots`` are the days as they are written, by the cells that write them.
    """

    layout: Layout
    people: tuple[str, ...]
    entries: tuple[Entry, ...]
    days: tuple[date, ...]
    questions: tuple[Question, ...] = ()
    pattern: tuple[Entry, ...] = ()
    lines: int = 0
    weekday: int = 0
    codes_are_posts: bool = False
    uses: Mapping[str, Use] = field(default_factory=lambda: MappingProxyType({}))
    slots: Mapping[str, Slot] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a reading: the sign by which the sheet was recognised, and how many entries came of it."""

    sign: Sign
    entries: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to read a sheet, with its evidence. A sheet may have several."""

    sheet: Sheet
    reading: Reading
    evidence: Evidence

    @property
    def is_useful(self) -> bool:
        """Whether it holds a rota at all: entries, or some of which nobody has said yet when they are, or people on
        days that are known."""
        planned_for = bool(self.reading.people and self.reading.days)
        return bool(self.reading.entries or self.reading.pattern) or planned_for or self.reading.lines > 0


@dataclass(frozen=True, slots=True)
class SheetReader:
    """Reads sheets of cells in the layouts that hang on one sign; ``read`` gives None for a sheet of another shape."""

    layouts: tuple[Layout, ...]
    sign: Sign
    read: Callable[[Sheet, Context], Reading | None]

    def candidate(self, sheet: Sheet, context: Context) -> Candidate | None:
        """The sheet as this reader understands it, with what speaks for that."""
        reading = self.read(sheet, context)
        return None if reading is None else Candidate(sheet, reading, Evidence(self.sign, len(reading.entries)))


@dataclass(frozen=True, slots=True)
class FileReader:
    """Reads files that say themselves what they are and hold no sheets.

    ``read`` gets the bytes, the file's name and the site's zone, and raises
    :class:`~scheduler.rotas.model.UnreadableFile`.
    """

    layout: Layout
    recognises: Callable[[bytes], bool]
    read: Callable[[bytes, str, str | None], Reading]
