"""One resident's dates and what they do then; whose they are is asked."""

from __future__ import annotations

from datetime import date
from random import Random

from benchmarks.rota_shapes.book import Book, numbers
from benchmarks.rota_shapes.truth import SOMEBODY, Ask, Duty, MadeFile, Truth
from benchmarks.rota_shapes.words import DAY, DAY_FIRST, ISO, codes, some_year

_STROKES = ("Ward 6/CCU", "Obs/Gynae", "Take/Float", "North/South AMU", "GP/Out of hours")
_HEADS = (("Date", "Call"), ("Day", "On call"), ("date", "call"))


def make(random: Random) -> list[MadeFile]:
    """One text file."""
    head = random.choice(_HEADS)
    rotations = [*codes(random, random.randint(3, 5)), *random.sample(_STROKES, 2)]
    written = random.choice((ISO, ISO, *DAY_FIRST))
    day = date(some_year(random), random.randint(1, 12), random.randint(1, 28))
    book = Book()
    sheet = book.sheet("dates")
    sheet.add(head)
    truth = Truth(
        people=[(SOMEBODY,)], must_ask=[Ask(("person",))], never=[head[0]], people_never=[*rotations, head[1]]
    )
    truth.never += [part for each in rotations if "/" in each for part in each.split("/") if part not in rotations]
    truth.note = "One person's calls with the rotation they are in; whose they are has to be asked."
    for rotation in rotations:
        for _ in range(random.randint(2, 6)):
            day += random.randint(1, 12) * DAY
            row = sheet.add([written(day), rotation])
            truth.duties.append(Duty((SOMEBODY,), day.isoformat(), (head[1], rotation), sources=tuple(row)))
    sheet.loose_rows.append(numbers(1, len(truth.duties)))
    return [MadeFile("one_resident_dates.csv", book, truth, "csv")]
