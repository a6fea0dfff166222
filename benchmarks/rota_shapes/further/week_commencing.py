"""Weeks headed ``w/c 3 August``, the year in the title alone."""

from __future__ import annotations

from datetime import date
from random import Random

from benchmarks.rota_shapes.book import Book
from benchmarks.rota_shapes.further_grids import one_file, people_by_spans
from benchmarks.rota_shapes.truth import MadeFile
from benchmarks.rota_shapes.words import MONTHS, Style, monday, ordinal, some_year, weeks_from

_WAYS: tuple[Style, ...] = (
    lambda day: f"w/c {day.day} {MONTHS[day.month - 1]}",
    lambda day: f"W/C {day.day} {MONTHS[day.month - 1][:3]}",
    lambda day: f"Week commencing {day.day} {MONTHS[day.month - 1]}",
    lambda day: f"wc {day:%d/%m}",
    lambda day: f"Week beginning {ordinal(day.day)} {MONTHS[day.month - 1]}",
    lambda day: f"w/c {ordinal(day.day)} {MONTHS[day.month - 1][:3]}",
)


def make(random: Random) -> list[MadeFile]:
    """One workbook or text file."""
    way = random.choice(_WAYS)
    first = monday(date(some_year(random), random.randint(1, 12), random.randint(8, 28)))
    weeks = weeks_from(first, random.randint(6, 20))
    book = Book()
    sheet = book.sheet("Rota")
    sheet.add([f"Registrar rota from {MONTHS[first.month - 1]} {first.year}"])
    truth = people_by_spans(random, sheet, "Name", weeks, [way(start) for start, _ in weeks])
    form, ending = random.choice((("xlsx", "xlsx"), ("csv", "csv")))
    return one_file(
        f"week_commencing.{ending}", book, truth, form, "An entry holds on each day of the week that begins."
    )
