"""Months of an academic year from July: the year stands as ``2027/28`` in the title alone."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from random import Random

from benchmarks.rota_shapes.book import Book
from benchmarks.rota_shapes.further_grids import one_file, people_by_spans
from benchmarks.rota_shapes.truth import MadeFile
from benchmarks.rota_shapes.words import DAY, MONTHS, some_year

_TITLES = ("Academic year {a}/{b}", "AY {a}-{b}", "Residency schedule {a}-{whole}", "Training year {a}/{whole}")


def make(random: Random) -> list[MadeFile]:
    """One workbook."""
    year, start = some_year(random), random.choice((7, 7, 8, 9))
    starts = [date(year + (start + n - 1) // 12, (start + n - 1) % 12 + 1, 1) for n in range(13)]
    months = [(first, later - DAY) for first, later in pairwise(starts)]
    short = random.random() < 0.5
    texts = [MONTHS[first.month - 1][:3] if short else MONTHS[first.month - 1] for first, _ in months]
    book = Book()
    sheet = book.sheet("Schedule")
    sheet.add([random.choice(_TITLES).format(a=year, b=(year + 1) % 100, whole=year + 1)])
    truth = people_by_spans(random, sheet, "Resident", months, texts)
    return one_file("academic_year.xlsx", book, truth, "xlsx", "An entry holds on each day of its month.")
