"""A rota of one's own as people type it, or copy it out of a message: a line for each day, ``Mon 4 January, Night``.

A line that is not understood takes no other with it: it is told of by its number, with what is wrong. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from babel.dates import format_date

from scheduler.errors import Fault, Rejected
from scheduler.languages import locale, mark, say
from scheduler.rotas.model import LegendEntry, Question, ReadRota
from scheduler.rotas.reading.calendar_words import MONTHS
from scheduler.rotas.reading.cells import folded, span_of
from scheduler.rotas.reading.code_meanings import Meanings
from scheduler.rotas.reading.dates import Hints, partial
from scheduler.rotas.reading.layout import Entry
from scheduler.rotas.reading.list_dates import ListDates, Written, list_dates
from scheduler.rotas.spoken import BY_LINES
from scheduler.rotas.written_days import Partial
from scheduler.text_input import shortened

_WORD: Final = re.compile(r"[^\s,;|]+")
_BULLETS: Final = " \t>*•-–—"
_BETWEEN: Final = " \t,;:|-–—"
_MOST_WORDS_IN_A_DATE: Final = 6
_MOST_LINES: Final = 400
"""So many days a rota of one's own may have; a longer text is left to the readers of files."""
_COLUMNS: Final = re.compile(r"\s*[,;|\t]\s*")


@dataclass(frozen=True, slots=True)
class _Line:
    """A line by its number: what it says of a day (None where that is nothing that we know), and the rest.
    ``names_day`` tells that it speaks of a day at all."""

    number: int
    text: str
    part: Partial | None
    rest: str
    names_day: bool

    @property
    def place(self) -> str:
        return say("line %(number)s", number=self.number)

    @property
    def columns(self) -> list[str]:
        return _COLUMNS.split(self.rest)


def read_day_lines(text: str, owner: str, today: date, known: Mapping[str, LegendEntry]) -> ReadRota | None:
    """What the lines say of ``owner``; what was not understood is a remark, a line each. None for a text of another
    shape, such as a table. ``known`` are meanings of codes that were answered before.

    Raises ``Rejected``, naming each line, where nothing of it can be used.
    """
    lines = list(_lines(text))
    if not _are_day_lines(lines):
        return None
    dates = list_dates({each.number: _written(each) for each in lines if each.part}, Hints(today=today))
    wrong = {each.number: why for each in lines if (why := _wrong(each, dates))}
    good = [each for each in lines if each.number not in wrong]
    remarks = [
        Question("cell", each.place, wrong[each.number], (), each.place) for each in lines if each.number in wrong
    ]
    if not good:
        faults = tuple(Fault("text", remark.text) for remark in remarks)
        raise Rejected(say("We couldn’t use any of these lines."), faults, what_to_do=_advice())
    places = {each.number: each.place for each in lines}
    remarks = [Question("cell", places[number], why, (), places[number]) for number, why in wrong.items()]
    return _rota(good, remarks, owner, dates, known)


def _lines(text: str) -> Iterator[_Line]:
    for number, line in enumerate(text.splitlines(), start=1):
        if plain := line.strip(_BULLETS):
            part, rest = _parted(plain)
            yield _Line(number, plain, part, rest, part is not None or _names_day(plain))


def _parted(line: str) -> tuple[Partial | None, str]:
    """The longest beginning that is a date, and what follows it."""
    ends = [found.end() for found in _WORD.finditer(line)]
    for end in reversed(ends[:_MOST_WORDS_IN_A_DATE]):
        part = partial(line[:end].rstrip(_BETWEEN))
        rest = line[end:].strip(_BETWEEN)
        if part is not None and part.month is not None and not _begins_with_month(rest):
            return part, rest
    return None, line


def _begins_with_month(rest: str) -> bool:
    """Whether the date goes on: ``4-7 January`` is no day of July."""
    found = _WORD.match(rest)
    return found is not None and _is_month(found[0])


def _is_month(word: str) -> bool:
    return len(word) > 2 and folded(word) in MONTHS


def _names_day(line: str) -> bool:
    """Whether a line begins like a date, though no calendar has it: ``32 January``, ``45/13``."""
    words = [found[0] for found in _WORD.finditer(line)][:_MOST_WORDS_IN_A_DATE]
    has_month = any(map(_is_month, words))
    is_dated = any(sign.isdecimal() for word in words for sign in word) and has_month
    return is_dated or (bool(words) and re.fullmatch(r"\d{1,4}[./-]\d{1,2}([./-]\d{1,4})?", words[0]) is not None)


def _are_day_lines(lines: Sequence[_Line]) -> bool:
    """Whether most lines are a day and what is done then; more columns, or more dates, are a table."""
    dated = [each for each in lines if each.names_day]
    is_mostly_dated = len(lines) <= _MOST_LINES and len(dated) * 2 > len(lines)
    return is_mostly_dated and not any(_is_of_a_table(each) for each in dated if each.part is not None)


def _is_of_a_table(line: _Line) -> bool:
    first, *more = line.columns
    has_hours_beside = len(more) == 1 and span_of(more[0]) is not None
    return (bool(more) and not has_hours_beside) or any(partial(each) is not None for each in (first, *more))


def _written(line: _Line) -> Written:
    assert line.part is not None
    return Written(line.place, line.text, line.part)


_NO_DAY = mark("Line %(number)s names no day: “%(text)s”. If it belongs to your rota, begin it with the date.")
_UNCLEAR = mark("Line %(number)s: we can’t tell which day “%(text)s” is about. Write each day on a line of its own.")
_NO_SUCH_DAY = mark("Line %(number)s: the day in “%(text)s” doesn’t exist. Correct the date.")
_OTHER_WEEKDAY = mark("Line %(number)s: the day in “%(text)s” is a %(weekday)s. Correct the weekday or the date.")
_NO_DUTY = mark("Line %(number)s: “%(text)s” doesn’t say what you do that day. Add it after the date.")


def _wrong(line: _Line, dates: ListDates) -> str:
    """Why a line can't be used, with its number and the way out; empty for one that can."""
    day, weekday = dates.first.get(line.number), ""
    if not line.names_day:
        text = _NO_DAY
    elif line.part is None or _goes_on_to_another_day(line.rest):
        text = _UNCLEAR
    elif day is None and (other := _without_its_weekday(line.part, dates)) is not None:
        text, weekday = _OTHER_WEEKDAY, format_date(other, "EEEE", locale=locale())
    elif day is None:
        text = _NO_SUCH_DAY
    elif not line.rest:
        text = _NO_DUTY
    else:
        return ""
    return say(text, number=line.number, text=shortened(line.text), weekday=weekday)


def _without_its_weekday(part: Partial, dates: ListDates) -> date | None:
    """The day that a line is about if its weekday is not looked at; None where there is no such day."""
    years = (part.year, *(day.year for day in dates.first.values()))
    year = next((year for year in years if year is not None), None)
    if part.weekday is None or part.month is None or year is None:
        return None
    try:
        return date(year, part.month, part.day)
    except ValueError:
        return None


def _goes_on_to_another_day(rest: str) -> bool:
    """Whether a second day follows the first, as in ``4 Jan to 7 Jan``."""
    words = rest.split(maxsplit=1)
    return any(_parted(each)[0] is not None for each in (rest, *words[1:]))


def _advice() -> str:
    return say("Write the day and what you do on it: “Mon 4 January, Night”.")


def _rota(
    lines: Sequence[_Line], remarks: Sequence[Question], owner: str, dates: ListDates, known: Mapping[str, LegendEntry]
) -> ReadRota:
    """The lines with their meaning, and every question in one list."""
    days = {each.number: dates.first[each.number] for each in lines}
    slots = dates.slots()
    entries = [
        Entry(owner, days[each.number], " ".join(each.columns), each.place, slot=each.place if slots else "")
        for each in lines
    ]
    meanings = Meanings(known)
    duties = tuple(meanings.duties(entries))
    asked = list(dates.questions())
    questions = (*asked, *remarks, *meanings.questions(len(asked)))
    first, last = min(days.values()), max(days.values())
    kept = {place: slot for place, slot in slots.items() if place in {each.place for each in lines}}
    return ReadRota(BY_LINES, (owner,), duties, questions, dict(known), first, last, slots=kept)
