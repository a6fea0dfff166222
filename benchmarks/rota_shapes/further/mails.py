"""A mail with a rota in it: a greeting, a table copied from a spreadsheet, a farewell and a signature."""

from __future__ import annotations

from datetime import date
from random import Random

from benchmarks.rota_shapes.book import Book
from benchmarks.rota_shapes.further_grids import people_by_spans
from benchmarks.rota_shapes.truth import MadeFile, every_day
from benchmarks.rota_shapes.words import DAY, DAY_FIRST, ISO, some_year

_BEFORE = (
    ("Dear all,", "", "here is the rota for the next weeks. Please check your days.", ""),
    ("Hi everyone,", "", "the new rota is below - shout if anything is wrong!", ""),
    ("Good morning", "", "As discussed, please find the duties below:", ""),
)
_AFTER = (("", "Best wishes,", "Marwa"), ("", "Thanks", "", "Ellis (rota office)"), ("", "Kind regards", "Pia Holm"))


def make(random: Random) -> list[MadeFile]:
    """One text file."""
    first = date(some_year(random), random.randint(1, 12), random.randint(1, 28))
    days = every_day(first, first + random.randint(6, 27) * DAY)
    written = random.choice((ISO, DAY_FIRST[0], DAY_FIRST[2]))
    book = Book()
    sheet = book.sheet("mail")
    for line in random.choice(_BEFORE):
        sheet.add([line])
    truth = people_by_spans(random, sheet, "Name", [(day, day) for day in days], [written(day) for day in days])
    after = random.choice(_AFTER)
    for line in after:
        sheet.add([line])
    truth.never = [*truth.never[:1], *(line for line in after if line)]
    truth.note = "What stands before and after the table is no part of the rota."
    return [MadeFile("mail.txt", book, truth, "pasted")]
