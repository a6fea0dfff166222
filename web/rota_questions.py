"""Questions about a rota as fields of a form, and the answers back."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from scheduler.enrolment.people_list import PersonLine
from scheduler.rota_import.other_readings import AS_READ, OTHERWISE, READING
from scheduler.rotas.answers import MUST_BE_ANSWERED, Understood
from scheduler.rotas.model import (
    AS_WRITTEN,
    BLOCKS,
    DAY_FIRST,
    EXCHANGED,
    FIRST_DAY,
    FLIPPED,
    MONTH,
    MONTH_FIRST,
    ORDER,
    YEAR,
    DutyKind,
    LegendEntry,
    Question,
    ReadRota,
)
from scheduler.rotas.names import NOBODY, ONE_BY_ONE, STRANGERS, Known, labels
from scheduler.rotas.question_order import most_telling_first
from web.forms import Form
from web.language import lazy_gettext, month_name

KIND_NAMES: Mapping[str, str] = {
    DutyKind.DAY: lazy_gettext("day at work"),
    DutyKind.LONG_DAY: lazy_gettext("long day"),
    DutyKind.LATE: lazy_gettext("late duty"),
    DutyKind.NIGHT: lazy_gettext("night"),
    DutyKind.RESIDENT_ON_CALL: lazy_gettext("resident on call"),
    DutyKind.NON_RESIDENT_ON_CALL: lazy_gettext("on call from home"),
    DutyKind.PROTECTED: lazy_gettext("protected time"),
    DutyKind.OFF: lazy_gettext("off"),
    DutyKind.LEAVE: lazy_gettext("leave"),
    DutyKind.STUDY_LEAVE: lazy_gettext("study leave"),
    DutyKind.UNKNOWN: lazy_gettext("not known: counts as busy"),
}


CHOICE_NAMES: Mapping[str, str] = {
    "heading": lazy_gettext("a heading"),
    "person": lazy_gettext("a person without duties"),
    "one person": lazy_gettext("one person"),
    "two people": lazy_gettext("two people"),
    DAY_FIRST: lazy_gettext("the day first: 3/4 is 3 April"),
    MONTH_FIRST: lazy_gettext("the month first: 3/4 is 4 March"),
    EXCHANGED: lazy_gettext("yes, they had been exchanged"),
    AS_WRITTEN: lazy_gettext("no, the dates are right as they are in the file"),
    NOBODY: lazy_gettext("leave all of them out"),
    ONE_BY_ONE: lazy_gettext("ask me about each"),
    AS_READ: lazy_gettext("the way you read it"),
    OTHERWISE: lazy_gettext("the other way"),
}


class Field(Enum):
    """How a question is put."""

    CODE = "code"
    SOMEBODY = "somebody"
    CHOICE = "choice"
    YEAR = "year"
    MONTH = "month"
    START = "start"
    BLOCKS = "blocks"
    DAY = "day"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its field and the likely answers, best first. ``number`` names its fields: it stays the same
    while others are answered."""

    number: int
    question: Question
    field: Field
    likely: tuple[str, ...]

    @property
    def is_needed(self) -> bool:
        """Whether nothing can be imported until it is answered."""
        return self.question.about in MUST_BE_ANSWERED


@dataclass(frozen=True, slots=True)
class Code:
    """A code of the rota, what it means, and in how many cells it stands."""

    code: str
    kind: str
    hours: str
    cells: int


MOST_SHOWN: Final = 15
"""So many questions stand open on the page; the others are folded."""


def asked(found: Understood) -> tuple[Asked, ...]:
    """The questions as they are shown, the most telling first. What was left out is no question."""
    ordered = most_telling_first(found.still_asked, found.rota, found.strangers)
    return tuple(_asked(number_of(question), question) for question in ordered)


def number_of(question: Question) -> int:
    """A number that names a question whatever else is asked."""
    return zlib.crc32(f"{question.about}\0{question.subject or question.text}".encode())


MOST_OFFERED: Final = 100
"""So many people are offered while somebody types a name. Whoever else is meant is written in full."""


def offered(people: Sequence[PersonLine], site: str, on_it: Collection[int]) -> tuple[str, ...]:
    """How people are offered as an answer: first who works at the rota's site and is not on it yet."""
    names = labels([Known(line.person_id, (line.name,), line.email) for line in people])
    of = {line.person_id: line for line in people}
    likely = sorted(names, key=lambda name: (names[name] in on_it, of[names[name]].site != site))
    return tuple(likely[:MOST_OFFERED])


def _asked(number: int, question: Question) -> Asked:
    if question.about == "code":
        return Asked(number, question, Field.CODE, question.answers)
    if question.subject == STRANGERS:
        return Asked(number, question, Field.CHOICE, question.answers)
    if question.about == "person" and NOBODY in question.answers:
        return Asked(number, question, Field.SOMEBODY, tuple(who for who in question.answers if who != NOBODY))
    if question.about == READING:
        return Asked(number, question, Field.CHOICE, question.answers)
    if question.about == "date":
        return Asked(number, question, _date_field(question), question.answers)
    if question.about == "person" and question.answers:
        return Asked(number, question, Field.CHOICE, question.answers)
    return Asked(number, question, Field.NOTE, ())


_DATE_FIELDS: Mapping[str, Field] = {
    YEAR: Field.YEAR,
    ORDER: Field.CHOICE,
    FLIPPED: Field.CHOICE,
    MONTH: Field.MONTH,
    FIRST_DAY: Field.START,
    BLOCKS: Field.BLOCKS,
}


def _date_field(question: Question) -> Field:
    """The field of a question about dates; one about a single cell takes a day."""
    if question.subject in _DATE_FIELDS:
        return _DATE_FIELDS[question.subject]
    return Field.DAY if question.subject == question.cell != "" else Field.NOTE


def months() -> tuple[tuple[str, str], ...]:
    """The months of a year, as an answer writes them and as they are read."""
    return tuple((f"{number:02d}", month_name(number)) for number in range(1, 13))


def answers_of_form(form: Form) -> dict[tuple[str, str], str]:
    """(about, subject) → answer for every question that was answered."""
    found = {}
    for number in form.numbers_after("about-"):
        text = _answer(form, number)
        if text:
            found[(form.text(f"about-{number}"), form.text(f"subject-{number}"))] = text
    return found


def _answer(form: Form, number: int) -> str:
    """The chosen text; a code's meaning may have hours: ``night 21:00-09:30``, a start weeks: ``2026-08-05 26``, blocks
    a length in days: ``2026-07-01 28``, and a month its year: ``2027-03``."""
    text = form.text(f"other-{number}") or form.text(f"answer-{number}")
    weeks = form.text(f"weeks-{number}") or form.text(f"days-{number}")
    if text and weeks:
        return f"{text} {weeks}"
    year = form.text(f"year-{number}")
    if text and year:
        return f"{year}-{text}"
    start, end = form.text(f"start-{number}"), form.text(f"end-{number}")
    return f"{text} {start}-{end}" if text and start and end else text


def codes_of(rota: ReadRota) -> tuple[Code, ...]:
    """Every code that stands on the rota, the commonest first."""
    duties = rota.duties or (rota.pattern.duties if rota.pattern else ())
    counts = Counter(duty.code for duty in duties)
    kinds = {duty.code: duty.kind for duty in duties}
    hours = {duty.code: f"{duty.start:%H:%M}–{duty.end:%H:%M}" for duty in duties if duty.start and duty.end}
    return tuple(
        Code(code, kinds[code], hours.get(code, _hours(rota.legend.get(code))), cells)
        for code, cells in counts.most_common()
    )


def _hours(entry: LegendEntry | None) -> str:
    return f"{entry.start:%H:%M}–{entry.end:%H:%M}" if entry and entry.start and entry.end else ""
