"""Months one below the other on a sheet: a title, day numbers with weekday letters, people, and a legend at the end."""

from __future__ import annotations

from random import Random

from benchmarks.rota_shapes.book import Book, Sheet, numbers
from benchmarks.rota_shapes.people import People
from benchmarks.rota_shapes.truth import MadeFile, Truth, held
from benchmarks.rota_shapes.words import MONTHS, WEEKDAYS, month_days, next_month, some_year

_LEGEND = (("LD", "Long day 08:00-20:30"), ("N", "Night 20:00-08:30"), ("S", "Standard day 09:00-17:00"),
           ("T", "Twilight 14:00-00:00"))  # fmt: skip


def make(random: Random) -> list[MadeFile]:
    """One sheet of two to four months; a year in the first title only, or in each."""
    year, month = some_year(random), random.randint(1, 12)
    every, names = random.random() < 0.5, People(random).full(random.randint(6, 12))
    book, truth = Book(), Truth(people=[(name,) for name in names], never=["Doctor", "Legend", *(MONTHS)])
    truth.kinds = {"LD": ["long_day"], "N": ["night"], "S": ["day"], "AL": ["leave"]}
    truth.note = "The months go on from each other; the legend says what the letters mean."
    sheet = book.sheet("Rota")
    for number in range(random.randint(2, 4)):
        _month(sheet, year, month, names, random, truth, with_year=every or not number)
        year, month = next_month(year, month)
    sheet.add(["Legend"])
    for code, meaning in _LEGEND:
        sheet.add([code, meaning])
    form, ending = random.choice((("ods", "ods"), ("xlsx", "xlsx"), ("biff", "xls")))
    return [MadeFile(f"rota.{ending}", book, truth, form)]


def _month(
    sheet: Sheet, year: int, month: int, names: list[str], random: Random, truth: Truth, *, with_year: bool
) -> None:
    days = month_days(year, month)
    sheet.add([f"{MONTHS[month - 1]} {year}" if with_year else MONTHS[month - 1]])
    sheet.add(["Doctor", *(day.day for day in days)])
    sheet.add([None, *(WEEKDAYS[day.weekday()][0] for day in days)])
    at = len(sheet.rows)
    for name in random.sample(names, len(names)):
        row = sheet.add([name, *[None] * len(days)])
        for day, cell in zip(days, row[1:], strict=True):
            cell.value = random.choice(("LD", "N", "S", "S", "S", "T", "AL", None, None))
            truth.duties += held(name, [day], cell.value, cell) if cell.value else []
    sheet.loose_rows.append(numbers(at, len(names)))
    sheet.add()
