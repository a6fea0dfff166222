"""Slots by dates, whoever is named is on leave; grades stacked, half a month a sheet, a waiting list that is none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from random import Random

from benchmarks.rota_shapes.book import Book, Cell, Sheet
from benchmarks.rota_shapes.people import People
from benchmarks.rota_shapes.truth import LEAVE, Ask, Duty, MadeFile, Truth
from benchmarks.rota_shapes.words import MONTHS, WEEKDAYS, month_days, some_year, typing_error, untidy

_GRADES = (("SPECIALISTS", "REGISTRARS & FELLOWS", "HOUSE OFFICERS"), ("SENIOR STAFF", "JUNIOR STAFF"))
_WAITING = ("WAITING LIST", "Waitlist", "WAIT LIST")
_EVENTS = ("STUDY DAY", "DEPARTMENT MEETING", "EXAM DAY", "JOURNAL CLUB")
_NAMES = ("annual-leave-{month}-{year}.xlsx", "leave {month} {year}.xlsx", "Leave_list_{month}{year}.xlsx")


def make(random: Random) -> list[MadeFile]:
    """One workbook of two sheets."""
    year, month = some_year(random), random.randint(1, 12)
    days = month_days(year, month)
    people, grades = People(random), random.choice(_GRADES)
    staff = {grade: [name.upper() for name in people.with_initials(random.randint(6, 10))] for grade in grades}
    waiting = random.choice(_WAITING)
    truth = Truth(never=[*"1234", "SLOT", *grades], people_never=[waiting, "SICK", "URGENT"])
    truth.kinds = {waiting: ["unknown", "day", "off"]}
    truth.note = "Whoever stands in a slot is on leave, SICK and URGENT too; the waiting list is not leave yet."
    book, word = Book(kept_order=True), MONTHS[month - 1][:3]
    for part, name in ((days[:15], f"{word.upper()} {year % 100}"), (days[15:], f"{word.upper()} {year}")):
        sheet = book.sheet(name)
        sheet.add([None, None, word.upper(), year, None, "Course for new starters"])
        for n, (grade, names) in enumerate(staff.items()):
            _section(sheet, n, grade, part, names, waiting, random, truth)
    truth.people = list(dict.fromkeys(duty.person for duty in (*truth.duties, *truth.may)))
    return [MadeFile(random.choice(_NAMES).format(month=word.lower(), year=year), book, truth)]


def _section(
    sheet: Sheet,
    number: int,
    grade: str,
    days: Sequence[date],
    names: Sequence[str],
    waiting: str,
    random: Random,
    truth: Truth,
) -> None:
    if number:
        sheet.add()
    sheet.add([None, grade, *[None] * (len(days) - 1)])
    sheet.merge(len(sheet.rows) - 1, 1, len(days))
    sheet.add([None, *days], random.choice(("d-mmm", "dd/mm/yyyy")))
    sheet.add(["SLOT" if number == 0 else None, *(WEEKDAYS[day.weekday()].upper() for day in days)])
    rows = {label: sheet.add([label, *[None] * len(days)]) for label in (1, 2, 3, 4, waiting, "SICK", "URGENT")}
    away = _away(names, len(days), random)
    event = random.randrange(len(days)) if random.random() < 0.4 else None
    for n, day in enumerate(days):
        queue = [name for name, span in away.items() if n in span]
        _fill(rows, n, day, queue, waiting, random, truth)
        if n == event:
            _event(rows[4][1 + n], day, random, truth)


def _away(names: Sequence[str], count: int, random: Random) -> dict[str, range]:
    starts = {name: random.randrange(count) for name in random.sample(names, min(len(names), 6))}
    return {name: range(start, start + random.randint(1, 6)) for name, start in starts.items()}


def _fill(
    rows: dict[int | str, list[Cell]],
    n: int,
    day: date,
    queue: Sequence[str],
    waiting: str,
    random: Random,
    truth: Truth,
) -> None:
    sudden = random.choice(("SICK", "URGENT")) if len(queue) > 3 and random.random() < 0.5 else waiting
    labels: list[int | str] = [1, 2, 3, sudden]
    for label, name in zip(labels, queue, strict=False):
        cell = rows[label][1 + n]
        cell.value = untidy(random, name, 0.1)
        slipped = typing_error(random, name) if random.random() < 0.01 else name
        if slipped != name:
            cell.value = slipped
        code = (waiting, "waiting list") if label == waiting else (LEAVE,)
        duty = Duty((name,), day.isoformat(), code, sources=(cell,))
        if slipped != name:
            truth.may_ask.append(Ask(("person", "cell"), (slipped,), (cell,)))
            duty = Duty((slipped, name), day.isoformat(), code, sources=(cell,))
        (truth.may if label == waiting else truth.duties).append(duty)


def _event(cell: Cell, day: date, random: Random, truth: Truth) -> None:
    event = random.choice(_EVENTS)
    cell.value = event
    duties = (Duty((event,), day.isoformat(), ("*",), sources=(cell,)),)
    truth.may_ask.append(Ask(("person", "cell", "code"), (event,), (cell,), duties=duties))
