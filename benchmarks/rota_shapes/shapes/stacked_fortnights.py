"""Bands of dates one under the other, with ordinals, leave merged over days, and a list of codes at the right."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from random import Random

from benchmarks.rota_shapes.book import Book, Sheet
from benchmarks.rota_shapes.people import People
from benchmarks.rota_shapes.truth import MadeFile, Truth, every_day, held
from benchmarks.rota_shapes.words import DAY, MONTHS, WEEKDAYS, ordinal, some_year, untidy

_HOURS = (("0800-1600", "1400-2200", "2200-0800"), ("0730-1530", "1200-2000"), ("0600-1400", "1400-2200"))
_AWAY = (("ANNUAL LEAVE", "leave"), ("STUDY LEAVE", "study_leave"), ("PARENTAL LEAVE", "leave"))
_FREE = ("OFF", "REST", "DAY OFF")


def make(random: Random) -> list[MadeFile]:
    """One workbook."""
    names = [name.upper() for name in People(random).firsts(random.randint(6, 12))]
    first = date(some_year(random), random.randint(1, 12), random.randint(1, 28))
    last = first + random.randint(27, 45) * DAY
    hours, free = random.choice(_HOURS), random.choice(_FREE)
    book, truth = Book(), Truth(people=[(name,) for name in names])
    truth.kinds = {away: [kind, "leave", "unknown"] for away, kind in _AWAY}
    truth.never = ["NAME", *"ABCDEFGHIJKL", "21st", "Saturday"]
    truth.note = "Bands go on from each other; letters at the left are nobody, the list at the right is no day."
    sheet = book.sheet("Sheet1")
    _title(sheet, first, last)
    width = random.choice((14, 14, 7, 10))
    start = first
    while start <= last:
        days = every_day(start, min(last, start + (width - 1) * DAY))
        _band(sheet, days, width, names, (hours, free), random, truth)
        start = days[-1] + DAY
    return [MadeFile("stacked_fortnights.xlsx", book, truth)]


def _title(sheet: Sheet, first: date, last: date) -> None:
    ends = [f"{ordinal(day.day)} {MONTHS[day.month - 1].upper()} {day.year}" for day in (first, last)]
    sheet.add([f"WARD DESK DUTIES - {ends[0]} to {ends[1]}"])
    sheet.merge(0, 0, 14)
    sheet.add()


def _band(
    sheet: Sheet,
    days: Sequence[date],
    width: int,
    names: Sequence[str],
    codes: tuple[Sequence[str], str],
    random: Random,
    truth: Truth,
) -> None:
    at = len(sheet.rows)
    months = [MONTHS[day.month - 1] if n == 0 or day.day == 1 else None for n, day in enumerate(days)]
    sheet.add([None, None, *months])
    for n, month in enumerate(months):
        if month:
            later = next((k for k in range(n + 1, len(months)) if months[k]), len(months))
            sheet.merge(at, 2 + n, later - n)
    sheet.add([None, "NAME", *(ordinal(day.day) for day in days)])
    sheet.add([None, None, *(WEEKDAYS[day.weekday()] for day in days)])
    for n, name in enumerate(names):
        _person(sheet, "ABCDEFGHIJKL"[n], name, days, codes, random, truth)
    for n, code in enumerate((*codes[0], codes[1], *(away for away, _ in _AWAY))):
        sheet.put(at + 2 + n, width + 3, code)
    sheet.loose_rows.append(list(range(at + 3, at + 3 + len(names))))
    sheet.add()


def _person(
    sheet: Sheet,
    letter: str,
    name: str,
    days: Sequence[date],
    codes: tuple[Sequence[str], str],
    random: Random,
    truth: Truth,
) -> None:
    at, n = len(sheet.rows), 0
    row = sheet.add([letter, untidy(random, name, 0.1), *[None] * len(days)])
    while n < len(days):
        length = min(len(days) - n, random.choice((2, 4, 7))) if random.random() < 0.05 else 1
        away = random.choice(_AWAY)[0]
        code = away if length > 1 else codes[1] if random.random() < 0.2 else random.choice(codes[0])
        cell = row[2 + n]
        cell.value = code
        sheet.merge(at, 2 + n, length)
        target = truth.may if code == codes[1] else truth.duties
        for day, covered in zip(days[n : n + length], row[2 + n :], strict=False):
            target += held(name, [day], code, cell, covered)
        n += length
