"""What a rota says, as frozen values.

Times in this module are *wall clock at the rota's site* and therefore naive: a file knows of no zone. They become
moments only where a site is known (:mod:`scheduler.availability.duties`), so that a night over a clock change
starts and ends when the ward's clock says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType

from scheduler.errors import MentorRoundsError
from scheduler.rotas.pointed_sheets import NOTHING_POINTED, Pointing
from scheduler.rotas.sheet_picture import Picture
from scheduler.rotas.written_days import Slot


class DutyKind(StrEnum):
    """What a day on the rota is, as far as meeting a mentoring group is concerned."""

    DAY = "day"
    LONG_DAY = "long_day"
    LATE = "late"
    NIGHT = "night"
    RESIDENT_ON_CALL = "resident_on_call"
    NON_RESIDENT_ON_CALL = "non_resident_on_call"
    PROTECTED = "protected"
    OFF = "off"
    LEAVE = "leave"
    STUDY_LEAVE = "study_leave"
    UNKNOWN = "unknown"


AWAY = frozenset((DutyKind.OFF, DutyKind.LEAVE, DutyKind.STUDY_LEAVE))
"""The kinds that are not work."""


YEAR, ORDER, FIRST_DAY, MONTH, BLOCKS = "year", "order", "first day", "month", "blocks"
"""Subjects of questions about dates: which year, day or month first, on which day a rolling rota begins, which month
days without one are of, and which days numbered blocks are."""
AGAINST_WEEKDAYS = "against weekdays"
"""The subject of the line about dates none of which falls on the weekday beside it."""
FLIPPED = "flipped"
"""The subject of the question whether days and months were exchanged."""
EXCHANGED, AS_WRITTEN = "exchanged", "as written"
"""The answers about :data:`FLIPPED`."""
DAY_FIRST, MONTH_FIRST = "day first", "month first"
"""The answers about :data:`ORDER`."""


class UnreadableFile(MentorRoundsError):
    """The file as a whole cannot be read as a rota; nothing was taken from it."""


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """What a code means in one rota. An ``end`` not after ``start`` lies on the next day; both or neither are set."""

    code: str
    kind: DutyKind
    start: time | None
    end: time | None
    label: str

    def span(self, day: date) -> tuple[datetime, datetime] | None:
        """Start and end, wall clock, of this duty begun on ``day``; None where the legend gives no times."""
        if self.start is None or self.end is None:
            return None
        return wall_span(day, self.start, self.end)


@dataclass(frozen=True, slots=True)
class ReadDuty:
    """One filled cell (or half of one): a person, the day it stands under, its code and what that means.

    ``start`` and ``end`` are wall clock at the rota's site, None where nothing gives them. ``cell`` is the place in
    the file, such as ``Ward!F12``; ``slot`` that of its date, where one is kept; ``half`` is ``AM``, ``PM`` or empty.
    """

    person: str
    date: date
    code: str
    kind: DutyKind
    start: datetime | None
    end: datetime | None
    cell: str
    half: str = ""
    slot: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """Something that only a person can decide, asked once.

    ``about`` is one of ``code``, ``person``, ``date``, ``cell``, ``layout``; ``subject`` is the code, name or text
    that an answer is remembered for; ``answers`` are the likely ones, best first.
    """

    about: str
    cell: str
    text: str
    answers: tuple[str, ...] = ()
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Pattern:
    """The lines of a rolling rota of which nobody has said when it begins: ``lines`` weeks from :data:`PATTERN_DAY`
    on, shifted to ``weekday``, on which they begin (Monday 0). ``duties`` name no person.

    Without ``lines`` they are duties of which nobody has said on which days they are: each has its ``slot``."""

    lines: int
    weekday: int
    duties: tuple[ReadDuty, ...]


PATTERN_DAY = date(2001, 1, 1)
"""A Monday long before any rota."""


@dataclass(frozen=True, slots=True)
class ReadRota:
    """All that was understood of one file. ``people`` are in the file's order, with or without duties; ``pattern`` is
    there while nobody has said when its duties are. ``slots`` are the days as they are written, by their cells.

    ``pictures`` show the file's sheets, ``pointing`` is what somebody has said of them, and ``source`` the sheets
    themselves, packed to be read once more: all three only until the rota is imported.
    """

    layout: str
    people: tuple[str, ...]
    duties: tuple[ReadDuty, ...]
    questions: tuple[Question, ...]
    legend: Mapping[str, LegendEntry] = field(default_factory=lambda: MappingProxyType({}))
    first_day: date | None = None
    last_day: date | None = None
    pattern: Pattern | None = None
    slots: Mapping[str, Slot] = field(default_factory=lambda: MappingProxyType({}))
    pictures: tuple[Picture, ...] = ()
    pointing: Pointing = NOTHING_POINTED
    source: bytes = b""


_BETWEEN_CODES = " · "


def subject_of_codes(codes: Sequence[str]) -> str:
    """The subject of a question about one code or about several that have one answer."""
    return _BETWEEN_CODES.join(codes)


def codes_of_subject(subject: str) -> tuple[str, ...]:
    """The codes that a question is about."""
    return tuple(subject.split(_BETWEEN_CODES))


def wall_span(day: date, start: time, end: time) -> tuple[datetime, datetime]:
    """Start and end on the wall clock; an ``end`` not after ``start`` is on the next day."""
    end_day = day if end > start else day + timedelta(days=1)
    return datetime.combine(day, start), datetime.combine(end_day, end)
