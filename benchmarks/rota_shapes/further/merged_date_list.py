"""A long list in which a date stands once for the rows of its day: merged over them, or only in the first of them."""

from __future__ import annotations

from datetime import date
from random import Random

from benchmarks.rota_shapes.book import Book
from benchmarks.rota_shapes.people import People
from benchmarks.rota_shapes.truth import MadeFile, Truth, held
from benchmarks.rota_shapes.words import DAY, DAY_FIRST, ISO, some_year

_HEADS = (("Date", "Shift", "Doctor"), ("Day", "Duty", "Name"), ("Datum", "Dienst", "Arzt"))
_SHIFTS = (
    ("Early", "07:00", "15:00"),
    ("Late", "13:00", "21:30"),
    ("Night", "21:00", "07:30"),
    ("Ward", "09:00", "17:00"),
)


def make(random: Random) -> list[MadeFile]:
    """One workbook."""
    first = date(some_year(random), random.randint(1, 12), random.randint(1, 28))
    names, head = People(random).full(random.randint(7, 12)), random.choice(_HEADS)
    book, truth = Book(), Truth(people=[(name,) for name in names], never=list(head))
    truth.note = "A date holds for the rows below it until the next."
    sheet = book.sheet("Duties")
    with_times, is_merged, written = (
        random.random() < 0.5,
        random.random() < 0.6,
        random.choice((None, ISO, *DAY_FIRST)),
    )
    sheet.add([*head, *(("Start", "End") if with_times else ())])
    for n in range(random.randint(14, 40)):
        day, at = first + n * DAY, len(sheet.rows)
        free = random.sample(names, len(names))
        shifts = random.sample(_SHIFTS, random.randint(1, 4))
        for number, (shift, start, end) in enumerate(shifts):
            shown = None if number else written(day) if written else day
            row = sheet.add([shown, shift, free[-1], *((start, end) if with_times else ())], "dd/mm/yyyy")
            who = free.pop()
            truth.duties += held(who, [day], shift, *row[1:3])
            if with_times:
                truth.if_empty.append((row[1], held(who, [day], f"{start}-{end}", row[2])))
        if is_merged:
            sheet.merge(at, 0, 1, len(shifts))
    return [MadeFile("duties.xlsx", book, truth)]
