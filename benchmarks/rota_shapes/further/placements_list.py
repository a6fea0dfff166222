"""A list of placements: who, where, from which day to which, in columns of any order, the days in two cells or one."""

from __future__ import annotations

from datetime import date
from random import Random

from benchmarks.rota_shapes.book import Book, numbers
from benchmarks.rota_shapes.people import People
from benchmarks.rota_shapes.truth import MadeFile, Truth, every_day, held
from benchmarks.rota_shapes.words import DAY, DAY_FIRST, ISO, codes, monday, some_year

_HEADS = (("Name", "Ward", "From", "To"), ("Trainee", "Placement", "Start", "End"), ("Doctor", "Post", "From", "Until"))


def make(random: Random) -> list[MadeFile]:
    """One workbook or text file."""
    first = monday(date(some_year(random), random.randint(1, 12), random.randint(8, 28)))
    names, used = People(random).full(random.randint(6, 12)), codes(random, 7)
    who, what, begins, ends = random.choice(_HEADS)
    written, length = random.choice((None, ISO, DAY_FIRST[2])), random.choice((7, 14, 28))
    order = random.sample(range(4), 4)
    book, truth = Book(), Truth(people=[(name,) for name in names], never=[who, what, begins, ends])
    truth.note = "Each row holds on each of its days."
    sheet = book.sheet("List")
    sheet.add([(who, what, begins, ends)[n] for n in order])
    for name in names:
        for n in range(random.randint(2, 4)):
            days = [first + (n * length + k) * DAY for k in (0, length - 1)]
            code = random.choice(used)
            values = [name, code, *(written(day) if written else day for day in days)]
            row = sheet.add([values[n] for n in order], "d mmm yyyy")  # type: ignore[misc]
            truth.duties += held(name, every_day(*days), code, *row)
    sheet.loose_rows.append(numbers(1, len(sheet.rows) - 1))
    form, ending = random.choice((("xlsx", "xlsx"), ("csv", "csv")))
    return [MadeFile(f"placements.{ending}", book, truth, form)]
