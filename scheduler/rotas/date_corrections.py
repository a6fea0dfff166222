"""Other dates for a rota that is read already: its year, the order of day and month, the start of a rolling one.

The uploaded file is not kept, and none of these needs it again. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from scheduler.languages import say
from scheduler.rotas.model import (
    DAY_FIRST,
    FIRST_DAY,
    MONTH_FIRST,
    ORDER,
    PATTERN_DAY,
    YEAR,
    Pattern,
    Question,
    ReadDuty,
    ReadRota,
)

YEARS = range(2000, 2100)
_MOST_WEEKS = 520
_WEEK = timedelta(days=7)

NewDay = Callable[[date], date | None]
"""The day that a date stands for after all; None if no calendar has it."""


def with_corrected_dates(rota: ReadRota, answers: Mapping[str, str]) -> ReadRota:
    """The rota with the dates that ``answers`` give it, by the subjects of the questions about dates."""
    if answers.get(ORDER) == MONTH_FIRST:
        rota = _moved(rota, _swapped)
    assumed = _assumed_year(rota)
    if YEAR in answers and assumed is not None:
        rota = _moved(rota, _years_later(int(answers[YEAR]) - assumed))
    if FIRST_DAY in answers and rota.pattern is not None:
        rota = _rolled(rota, rota.pattern, *first_day_and_weeks(answers[FIRST_DAY]))
    return rota


def is_about_dates(subject: str, text: str) -> bool:
    """Whether ``text`` answers a question about dates with this subject."""
    if subject == YEAR:
        return text.isdecimal() and int(text) in YEARS
    if subject == FIRST_DAY:
        return _parsed(text) is not None
    return subject != ORDER or text in (DAY_FIRST, MONTH_FIRST)


def first_day_and_weeks(text: str) -> tuple[date, int | None]:
    """The start of a rolling rota as an answer writes it: ``2026-08-05``, or with its weeks ``2026-08-05 26``."""
    parsed = _parsed(text)
    assert parsed is not None
    return parsed


def _parsed(text: str) -> tuple[date, int | None] | None:
    day, _, weeks = text.strip().partition(" ")
    if weeks and not (weeks.isascii() and weeks.isdecimal() and 1 <= int(weeks) <= _MOST_WEEKS):
        return None
    try:
        return date.fromisoformat(day), int(weeks) if weeks else None
    except ValueError:
        return None


def _assumed_year(rota: ReadRota) -> int | None:
    assumed = (question.answers[0] for question in rota.questions if question.subject == YEAR and question.answers)
    return next((int(year) for year in assumed), None)


def _swapped(day: date) -> date | None:
    return day.replace(month=day.day, day=day.month) if day.day <= 12 else day


def _years_later(years: int) -> NewDay:
    def later(day: date) -> date | None:
        try:
            return day.replace(year=day.year + years)
        except ValueError:
            return None

    return later


def _moved(rota: ReadRota, new_day: NewDay) -> ReadRota:
    """The rota with every date replaced; what stands under a date that no calendar has is reported."""
    moved = [(duty, new_day(duty.date)) for duty in rota.duties]
    kept = tuple(_on(duty, day) for duty, day in moved if day is not None)
    lost = tuple(_lost(duty) for duty, day in moved if day is None)
    ends = (rota.first_day, rota.last_day)
    days = [day for day in (new_day(end) for end in ends if end) if day] + [duty.date for duty in kept]
    return replace(
        rota,
        duties=kept,
        questions=rota.questions + lost,
        first_day=min(days, default=rota.first_day),
        last_day=max(days, default=rota.last_day),
    )


def _on(duty: ReadDuty, day: date) -> ReadDuty:
    """The duty on another day, at the same hours."""
    shift = day - duty.date

    def shifted(moment: datetime | None) -> datetime | None:
        return moment + shift if moment else None

    return replace(duty, date=day, start=shifted(duty.start), end=shifted(duty.end))


def _lost(duty: ReadDuty) -> Question:
    text = say("There is no 29 February in that year; “%(code)s” was left out.", code=duty.code)
    return Question("cell", duty.cell, text, (), duty.cell)


def _rolled(rota: ReadRota, pattern: Pattern, first: date, weeks: int | None) -> ReadRota:
    """The rolling rota from its first day on, for so many weeks, or until everybody has had every line."""
    begins = first - timedelta(days=(first.weekday() - pattern.weekday) % 7)
    lasts = weeks or pattern.lines
    duties = tuple(duty for duty in _turns(rota.people, pattern, begins, lasts) if duty.date >= first)
    return replace(rota, duties=duties, first_day=first, last_day=begins + lasts * _WEEK - timedelta(days=1))


def _turns(people: tuple[str, ...], pattern: Pattern, begins: date, weeks: int) -> Iterator[ReadDuty]:
    """Everybody goes down one line each week, and from the last line to the first."""
    origin = PATTERN_DAY + timedelta(days=pattern.weekday)
    lines: dict[int, list[ReadDuty]] = {}
    for duty in pattern.duties:
        lines.setdefault((duty.date - origin) // _WEEK, []).append(duty)
    for position, person in enumerate(people):
        for week in range(weeks):
            line = (position + week) % pattern.lines
            for duty in lines.get(line, ()):
                day = begins + week * _WEEK + (duty.date - origin - line * _WEEK)
                yield replace(_on(duty, day), person=person)
