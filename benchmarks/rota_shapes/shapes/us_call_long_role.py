"""A long list of name, date and role, a call a row."""

from __future__ import annotations

from datetime import date
from random import Random

from benchmarks.rota_shapes.book import Book, numbers
from benchmarks.rota_shapes.people import People
from benchmarks.rota_shapes.truth import Duty, MadeFile, Truth
from benchmarks.rota_shapes.words import DAY, ISO, MONTH_FIRST, some_year, untidy

_HEADS = (("Name", "Date", "Role"), ("Physician", "Date", "Role"), ("Name", "Call date", "Position"),
          ("Resident", "Date", "Assignment"))  # fmt: skip
_ROLES = (("primary", "secondary", "jeopardy"), ("R1", "R3"), ("Attending", "Fellow", "Intern"), ("first", "second"))


def make(random: Random) -> list[MadeFile]:
    """One list, as a workbook or as text."""
    names = People(random).surnames(random.randint(9, 20))
    roles, heads = random.choice(_ROLES), random.choice(_HEADS)
    order = random.sample(range(3), 3)
    start = date(some_year(random), random.randint(1, 12), random.randint(1, 28))
    days = sorted(random.sample([start + n * DAY for n in range(300)], random.randint(20, 60)))
    written = random.choice((ISO, ISO, *MONTH_FIRST, None))
    book, truth = Book(), Truth(people=[(name,) for name in names], never=list(heads))
    sheet = book.sheet("Sheet")
    sheet.add([heads[n] for n in order])
    chosen = [(day, role, random.choice(names)) for day in days for role in roles if random.random() < 0.9]
    truth.people = [(name,) for name in names if any(name == each[2] for each in chosen)]
    for day, role, name in random.sample(chosen, len(chosen)) if random.random() < 0.6 else chosen:
        values = (untidy(random, name), written(day) if written else day, role)
        row = sheet.add([values[n] for n in order], "yyyy-mm-dd")
        truth.duties.append(Duty((name,), day.isoformat(), (role,), sources=tuple(row)))
    sheet.loose_rows.append(numbers(1, len(chosen)))
    sheet.loose_columns.append([0, 1, 2])
    truth.people_never = list(roles)
    truth.note = "The name is the person, the role the code."
    return [MadeFile("us_call_long_role.xlsx", book, truth)]
