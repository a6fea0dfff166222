"""Dates by shifts with several people in a cell, one below the other, weekends merged, as a table of a PDF or page."""

from __future__ import annotations

from datetime import date
from random import Random

from benchmarks.rota_shapes.book import Book, numbers
from benchmarks.rota_shapes.people import People
from benchmarks.rota_shapes.truth import MadeFile, Truth, every_day, held
from benchmarks.rota_shapes.words import DAY, DAY_FIRST, WEEKDAYS, some_year

_SHIFTS = ("Early", "Late", "Night", "On call", "Theatre 2", "Clinic", "Ward")


def make(random: Random) -> list[MadeFile]:
    """The same kind of table as a page under a workbook's name, and as a PDF."""
    return [_file(random, "export.xls", "html", "\n"), _file(random, "rota.pdf", "pdf", " / ")]


def _file(random: Random, name: str, form: str, between: str) -> MadeFile:
    first = date(some_year(random), random.randint(1, 12), random.randint(1, 28))
    days = every_day(first, first + random.randint(13, 41) * DAY)
    people = _plain(People(random).full(60, traps=False))[: random.randint(9, 16)]
    shifts = random.sample(_SHIFTS, random.randint(3, 5))
    written = random.choice((DAY_FIRST[0], DAY_FIRST[1], DAY_FIRST[2]))
    book, truth = Book(), Truth(people=[(each,) for each in people], never=["Date", "Day", *shifts[:0]])
    truth.people_never = list(shifts)
    truth.note = "Each cell names one or two people; the column is what they do."
    sheet = book.sheet("Rota")
    sheet.add(["Date", "Day", *shifts])
    for day in days:
        free = random.sample(people, len(people))
        row = sheet.add([written(day), WEEKDAYS[day.weekday()][:3], *[None] * len(shifts)])
        for shift, cell in zip(shifts, row[2:], strict=True):
            named = [free.pop() for _ in range(random.choice((0, 1, 1, 1, 2)))]
            cell.value = between.join(named) or None
            for who in named:
                truth.duties += held(who, [day], shift, cell)
    sheet.loose_columns.append(numbers(2, len(shifts)))
    return MadeFile(name, book, truth, form)


def _plain(names: list[str]) -> list[str]:
    """Those that the letters of the PDF's font can write."""
    return [name for name in names if name.isascii()]
