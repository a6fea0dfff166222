"""People by spans of days whose heads are written in some way: what several further kinds share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from random import Random

from benchmarks.rota_shapes.book import Book, Sheet, numbers
from benchmarks.rota_shapes.people import People
from benchmarks.rota_shapes.truth import MadeFile, Truth, every_day, held
from benchmarks.rota_shapes.words import codes, untidy

Span = tuple[date, date]


def people_by_spans(
    random: Random, sheet: Sheet, head: str, spans: Sequence[Span], texts: Sequence[object], people: int = 0
) -> Truth:
    """Fill the sheet with a row of heads and a row a person; an entry holds on each day of its span."""
    names = People(random).full(people or random.randint(6, 12))
    used = codes(random, random.randint(4, 7))
    truth = Truth(people=[(name,) for name in names], never=[head, *(str(text) for text in texts[:1])])
    sheet.add([head, *texts], "d mmm yyyy")  # type: ignore[list-item]
    first = len(sheet.rows)
    for name in names:
        row = sheet.add([untidy(random, name), *[None] * len(spans)])
        for span, cell in zip(spans, row[1:], strict=True):
            if random.random() < 0.93:
                code = random.choice((*used, "Annual leave")) if random.random() < 0.3 else random.choice(used)
                cell.value = untidy(random, code, 0.03)
                truth.duties += held(name, every_day(*span), code, cell)
    sheet.loose_rows.append(numbers(first, len(names)))
    truth.kinds["Annual leave"] = ["leave"]
    return truth


def one_file(name: str, book: Book, truth: Truth, form: str, note: str) -> list[MadeFile]:
    """The file with its note."""
    truth.note = note
    return [MadeFile(name, book, truth, form)]
