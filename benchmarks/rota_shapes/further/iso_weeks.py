"""Weeks by their ISO number: ``2027-W31``, or ``W31`` with the year in the title."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from random import Random

from benchmarks.rota_shapes.book import Book
from benchmarks.rota_shapes.further_grids import one_file, people_by_spans
from benchmarks.rota_shapes.truth import MadeFile
from benchmarks.rota_shapes.words import monday, some_year, weeks_from

_WITH_YEAR: tuple[Callable[[int, int], str], ...] = (
    lambda year, week: f"{year}-W{week:02}",
    lambda year, week: f"W{week:02}/{year}",
    lambda year, week: f"KW {week}/{year}",
    lambda year, week: f"Week {week}, {year}",
)
_ALONE: tuple[Callable[[int], str], ...] = (
    lambda week: f"W{week}",
    lambda week: f"KW {week}",
    lambda week: f"Week {week}",
    lambda week: f"wk {week:02}",
)


def make(random: Random) -> list[MadeFile]:
    """One workbook or text file."""
    with_year = random.random() < 0.5
    first = monday(date(some_year(random), random.randint(1, 12), random.randint(8, 28)))
    weeks = weeks_from(first, random.randint(6, 20))
    numbers = [start.isocalendar()[:2] for start, _ in weeks]
    one, other = random.choice(_WITH_YEAR), random.choice(_ALONE)
    texts = [one(*number) if with_year else other(number[1]) for number in numbers]
    book = Book()
    sheet = book.sheet("Rota")
    if not with_year:
        sheet.add([f"Duty rota from {texts[0]} {numbers[0][0]} (ISO weeks, Monday to Sunday)"])
    truth = people_by_spans(random, sheet, "Name", weeks, texts)
    form, ending = random.choice((("xlsx", "xlsx"), ("csv;", "csv")))
    return one_file(f"iso_weeks.{ending}", book, truth, form, "Weeks run from Monday to Sunday, by ISO number.")
