"""Fiscal periods of four weeks; another sheet says on which days each begins and ends."""

from __future__ import annotations

from datetime import date
from random import Random

from benchmarks.rota_shapes.book import Book
from benchmarks.rota_shapes.further_grids import one_file, people_by_spans
from benchmarks.rota_shapes.truth import MadeFile
from benchmarks.rota_shapes.words import DAY, DAY_FIRST, ISO, monday, some_year


def make(random: Random) -> list[MadeFile]:
    """One workbook."""
    first = monday(date(some_year(random), random.choice((4, 4, 1, 10)), 7))
    periods = [(first + 28 * n * DAY, first + (28 * n + 27) * DAY) for n in range(random.choice((6, 13)))]
    word = random.choice(("P{:02}", "Period {}", "FP{}", "P{}"))
    names = [word.format(n + 1) for n in range(len(periods))]
    written = random.choice((ISO, DAY_FIRST[0], DAY_FIRST[2], None))
    book = Book()
    truth = people_by_spans(random, book.sheet("Rota"), "Name", periods, names)
    sheet = book.sheet(random.choice(("Periods", "Calendar", "Fiscal year")))
    sheet.add(["Period", random.choice(("Start", "From", "First day")), random.choice(("End", "To", "Last day"))])
    for name, days in zip(names, periods, strict=True):
        sheet.add([name, *(written(day) if written else day for day in days)], "dd/mm/yyyy")
    note = "The days of each period stand on the other sheet; an entry holds on each of them."
    return one_file("fiscal_periods.xlsx", book, truth, "xlsx", note)
