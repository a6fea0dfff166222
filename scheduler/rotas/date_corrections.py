"""Other dates for a rota that is read already: its year, month, the order of day and month, the start of a rolling one,
the days of numbered blocks.

The uploaded file is not kept: the days as it wrote them are, and an answer is applied to these. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from datetime import date, datetime, timedelta

from scheduler.calendar_days import read_day
from scheduler.languages import say
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
    PATTERN_DAY,
    YEAR,
    Pattern,
    Question,
    ReadDuty,
    ReadRota,
)
from scheduler.rotas.reading.block_dates import blocks_from_answer, days_by_slot
from scheduler.rotas.reading.dates import Hints
from scheduler.rotas.reading.slots import placed
from scheduler.rotas.written_days import Partial, Slot

YEARS = range(2000, 2100)
_MOST_WEEKS = 520
_WEEKS = re.compile(r"[0-9]{1,3}")
_WEEK = timedelta(days=7)
_PLACE = re.compile(r"(.*!)?[A-Z]{1,3}\d+")
"""The address of a cell: the subject of a question about one date."""

Days = Mapping[str, Sequence[date]]
"""The days of each slot, by its cell."""


def with_corrected_dates(rota: ReadRota, answers: Mapping[str, str]) -> ReadRota:
    """The rota with the dates that ``answers`` give it, by the subjects of the questions about dates."""
    asked = {question.subject for question in rota.questions if question.about == "date"}
    rota = replace(rota, slots=_said_singly(rota.slots, {place: answers[place] for place in asked & answers.keys()}))
    hints = _hints({subject: answers[subject] for subject in asked & answers.keys()}, asked & rota.slots.keys())
    if hints is not None:
        rota = _placed_again(rota if rota.slots else _with_slots(rota, asked), hints)
    if BLOCKS in asked & answers.keys() and (blocks := blocks_from_answer(answers[BLOCKS])) is not None:
        rota = _on_given_days(rota, days_by_slot(blocks, rota.slots))
    if FIRST_DAY in answers and rota.pattern is not None and rota.pattern.lines:
        rota = _rolled(rota, rota.pattern, *first_day_and_weeks(answers[FIRST_DAY]))
    return rota


def is_about_dates(subject: str, text: str) -> bool:
    """Whether ``text`` answers a question about dates with this subject."""
    if subject == YEAR:
        return text in map(str, YEARS)
    if subject == MONTH:
        return _month(text) is not None
    if subject == FLIPPED:
        return text in (EXCHANGED, AS_WRITTEN)
    if subject == BLOCKS:
        return blocks_from_answer(text) is not None
    if subject == FIRST_DAY or _PLACE.fullmatch(subject):
        return _parsed(text) is not None
    return subject != ORDER or text in (DAY_FIRST, MONTH_FIRST)


def first_day_and_weeks(text: str) -> tuple[date, int | None]:
    """The start of a rolling rota as an answer writes it: ``2026-08-05``, or with its weeks ``2026-08-05 26``."""
    parsed = _parsed(text)
    assert parsed is not None
    return parsed


def _month(text: str) -> date | None:
    """The first day of a month written ``2027-03``."""
    try:
        first = date.fromisoformat(f"{text.strip()}-01")
    except ValueError:
        return None
    return first if first.year in YEARS else None


def _parsed(text: str) -> tuple[date, int | None] | None:
    day, _, weeks = text.strip().partition(" ")
    if weeks and not (_WEEKS.fullmatch(weeks) and 1 <= int(weeks) <= _MOST_WEEKS):
        return None
    found = read_day(day)
    return (found, int(weeks) if weeks else None) if found is not None else None


def _said_singly(slots: Mapping[str, Slot], answers: Mapping[str, str]) -> Mapping[str, Slot]:
    """The slots with the days that were said for single ones, by their cells."""
    days = {place: _parsed(text) for place, text in answers.items() if place in slots}
    said = {place: Partial(day[0].day, day[0].month, day[0].year) for place, day in days.items() if day is not None}
    return {place: replace(slot, first=said[place]) if place in said else slot for place, slot in slots.items()}


def _hints(answers: Mapping[str, str], singly: Set[str]) -> Hints | None:
    """What the answers say of all dates; None if nothing was answered that any date hangs on."""
    if not answers.keys() & {YEAR, ORDER, MONTH, FLIPPED, *singly}:
        return None
    month = _month(answers[MONTH]) if MONTH in answers else None
    year = int(answers[YEAR]) if YEAR in answers else (month.year if month else None)
    month_first = answers.get(ORDER) == MONTH_FIRST or answers.get(FLIPPED) == EXCHANGED
    return Hints(year=year, month=month.month if month else None, month_first=month_first)


def _with_slots(rota: ReadRota, asked: Set[str]) -> ReadRota:
    """A rota whose days were not kept as they were written: each date is a slot, without what is asked about it."""
    days = sorted({duty.date for duty in rota.duties} | {day for day in (rota.first_day, rota.last_day) if day})
    slots = {str(day): Slot(str(day), str(day), _asked_about(day, asked)) for day in days}
    return replace(rota, slots=slots, duties=tuple(replace(duty, slot=str(duty.date)) for duty in rota.duties))


def _asked_about(day: date, asked: Set[str]) -> Partial:
    return Partial(day.day, day.month, None if YEAR in asked else day.year, swappable=ORDER in asked)


def _placed_again(rota: ReadRota, hints: Hints) -> ReadRota:
    """The rota with every slot placed by what was said; what stands in one that no calendar has is reported."""
    slots = tuple(rota.slots.values())
    return _on_given_days(rota, dict(zip(rota.slots, placed(slots, hints).days, strict=True)))


def _on_given_days(rota: ReadRota, days: Days) -> ReadRota:
    """The rota with its duties on the days of their slots."""
    undated = rota.pattern.duties if rota.pattern is not None and not rota.pattern.lines else ()
    duties = tuple(_on_days(undated or rota.duties, days))
    lost = tuple(_lost(duty) for duty in undated or rota.duties if duty.slot in days and not days[duty.slot])
    whole = sorted({day for each in days.values() for day in each} | {duty.date for duty in duties})
    return replace(
        rota,
        duties=duties,
        pattern=None if undated else rota.pattern,
        questions=rota.questions + lost,
        first_day=whole[0] if whole else rota.first_day,
        last_day=whole[-1] if whole else rota.last_day,
    )


def _on_days(duties: Sequence[ReadDuty], days: Days) -> Iterator[ReadDuty]:
    """The duties on the days of their slots: one that held on a whole slot holds on the whole of it again."""
    by_cell: dict[tuple[str, str, str, str, str], list[ReadDuty]] = {}
    for duty in duties:
        by_cell.setdefault((duty.slot, duty.cell, duty.person, duty.code, duty.half), []).append(duty)
    for (slot, *_), group in by_cell.items():
        if slot not in days:
            yield from group
        elif len({duty.date for duty in group}) in (1, len(group)):
            per_day = [duty for duty in group if duty.date == group[0].date]
            yield from (_on(duty, day) for day in days[slot] for duty in per_day)


def _on(duty: ReadDuty, day: date) -> ReadDuty:
    """The duty on another day, at the same hours."""
    shift = day - duty.date

    def shifted(moment: datetime | None) -> datetime | None:
        return moment + shift if moment else None

    return replace(duty, date=day, start=shifted(duty.start), end=shifted(duty.end))


def _lost(duty: ReadDuty) -> Question:
    text = say("That calendar doesn’t have this day; “%(code)s” was left out.", code=duty.code)
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
