"""People by days, two rows each: the morning and the afternoon, with a legend of hours below."""

from __future__ import annotations

from datetime import date
from random import Random

from benchmarks.rota_shapes.book import Book
from benchmarks.rota_shapes.people import People, surname
from benchmarks.rota_shapes.truth import MadeFile, Truth, every_day, held, spellings
from benchmarks.rota_shapes.words import DAY, DAY_FIRST, MONTHS, WEEKDAYS, codes, some_year

_HALVES = (("AM", "PM"), ("am", "pm"), ("Morning", "Afternoon"), ("a.m.", "p.m."))


def make(random: Random) -> list[MadeFile]:
    """One workbook: names in one column or two, the name in the first row of its pair or in both."""
    first = date(some_year(random), random.randint(1, 12), random.randint(1, 28))
    days = every_day(first, first + random.choice((6, 13, 27)) * DAY)
    names, used = People(random).full(random.randint(6, 12)), codes(random, 6, random.random() < 0.5)
    book, truth = Book(), Truth(people=[spellings(name, _turned(name)) for name in names], never=["AM", "PM", "Grade"])
    truth.note = "Each of the two rows of a name is half a day."
    sheet = book.sheet("Rota")
    sheet.add([f"Weekly plan from {DAY_FIRST[2](first)}"])
    in_two, written, repeated = random.random() < 0.4, random.choice((None, *DAY_FIRST)), random.random() < 0.5
    before = ["Surname", "First name", "Grade"] if in_two else ["Name", "Grade"]
    sheet.add([*[None] * (len(before) + 1), *(WEEKDAYS[day.weekday()][:3] for day in days)])
    sheet.add([*before, None, *(written(day) if written else day for day in days)], "d mmm yyyy")
    halves = random.choice(_HALVES)
    for name in names:
        label = [surname(name), name.split(" ")[0]] if in_two else [name]
        for half, part in zip(halves, ("AM", "PM"), strict=True):
            own = label if part == "AM" or repeated else [None] * len(label)
            row = sheet.add([*own, random.choice(("ST3", "CT1", "F2")) if part == "AM" else None, half])
            for day in days:
                code = random.choice((*used, None)) if day.weekday() < 5 else None
                cell = sheet.put(len(sheet.rows) - 1, len(row), code)
                truth.duties += held(spellings(name, _turned(name)), [day], code, cell, part=part) if code else []
    return [MadeFile(f"plan_{MONTHS[first.month - 1].lower()}.xlsx", book, truth)]


def _turned(name: str) -> str:
    return f"{surname(name)} {name.split(' ')[0]}"
