"""People by days in other forms and under wrong names: .ods, .xlsx as .xls, .xls as .xlsx, HTML, tabs."""

from __future__ import annotations

from datetime import date
from random import Random

from benchmarks.rota_shapes.book import Book
from benchmarks.rota_shapes.further_grids import people_by_spans
from benchmarks.rota_shapes.truth import MadeFile, every_day
from benchmarks.rota_shapes.words import DAY, DAY_FIRST, ISO, some_year

_FORMS = (("rota.ods", "ods"), ("rota.xls", "xlsx"), ("rota.xlsx", "biff"), ("export.xls", "html"), ("rota.xls", "tsv"),
          ("rota.xlsx", "csv"), ("rota.xls", "xml"))  # fmt: skip


def make(random: Random) -> list[MadeFile]:
    """The same kind of sheet in each form."""
    return [_file(random, f"{number}-{name}", form) for number, (name, form) in enumerate(_FORMS, start=1)]


def _file(random: Random, name: str, form: str) -> MadeFile:
    first = date(some_year(random), random.randint(1, 12), random.randint(1, 28))
    days = every_day(first, first + random.randint(13, 34) * DAY)
    written = random.choice((ISO, DAY_FIRST[2], DAY_FIRST[3], None))
    book = Book()
    texts = [written(day) if written else day for day in days]
    truth = people_by_spans(random, book.sheet("Rota"), "Doctor", [(day, day) for day in days], texts, people=6)
    truth.never = truth.never[:1]
    truth.note = "What a file is, is seen from its content; its name may be wrong."
    return MadeFile(name, book, truth, form)
