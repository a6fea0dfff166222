"""A small database as sheets: users, kinds, assignments; a person is a number, a day three columns."""

from __future__ import annotations

from datetime import date
from random import Random

from benchmarks.rota_shapes.book import Book, numbers
from benchmarks.rota_shapes.people import People, surname
from benchmarks.rota_shapes.truth import MadeFile, Truth, every_day, held, spellings
from benchmarks.rota_shapes.words import DAY, codes, some_year

_TABLES = (
    ("users", "assignments", ("userId", "surname", "fromYear", "fromMonth", "fromDay", "what", "days")),
    ("people", "placements", ("personId", "lastName", "startYear", "startMonth", "startDay", "placement", "length")),
    ("doctors", "postings", ("doctor_id", "family_name", "year", "month", "day", "posting", "days")),
)


def make(random: Random) -> list[MadeFile]:
    """One workbook."""
    names = People(random).full(random.randint(9, 16))
    rotations = codes(random, 8)
    people_sheet, sheet_name, head = random.choice(_TABLES)
    book = Book()
    truth = Truth(never=["surname", "posting", "placement", "Period 1", "AB", "CD", "EF"], people_never=list(rotations))
    truth.note = "Each assignment is a person by number, a first day, a number of days, and what they do."
    _kinds(book, rotations)
    people = book.sheet(people_sheet)
    people.add(["id", "surname", "forename", "nick", "mail"])
    for n, name in enumerate(names):
        people.add([n, surname(name), name.split(" ")[0], None, None])
    sheet = book.sheet(sheet_name)
    order = [head[n] for n in (0, 1, 2, 3, 4)], [head[5], head[6]]
    sheet.add([*order[0], "kindId", *order[1]])
    first = date(some_year(random), random.choice((1, 7, 8, 9)), 1)
    for n, name in enumerate(names):
        _person(sheet, n, name, names, first, rotations, random, truth)
    sheet.loose_rows.append(numbers(1, len(sheet.rows) - 1))
    for _ in range(random.choice((0, 0, 40))):
        sheet.add([None] * 8)
    years = book.sheet("years")
    years.add(["id", "label", "firstDay", "days"])
    years.add([0, "year one", first.isoformat(), 365])
    return [MadeFile("normalised_tables.xlsx", book, truth)]


def _kinds(book: Book, rotations: list[str]) -> None:
    shifts = book.sheet("shift_types")
    shifts.add(["id", "label", "fromHour", "fromMinute", "minutes", "night"])
    for n, label in enumerate(("AB", "CD", "EF")):
        shifts.add([n, label, 7 + 8 * n, 30, 480, int(n == 2)])
    kinds = book.sheet("kinds")
    kinds.add(["label", "id", "gap"])
    for n, label in enumerate(rotations):
        kinds.add([label, n, 60 * (n % 3)])


def _person(
    sheet: object,
    number: int,
    name: str,
    names: list[str],
    first: date,
    rotations: list[str],
    random: Random,
    truth: Truth,
) -> None:
    alone = sum(surname(each) == surname(name) for each in names) == 1
    who = spellings(name, surname(name)) if alone else (name,)
    truth.people.append(who)
    day = first
    for _ in range(random.randint(4, 9)):
        length, what = random.choice((7, 14, 27, 28, 28, 30)), random.choice(rotations)
        row = sheet.add([number, surname(name), day.year, day.month, day.day, rotations.index(what), what, length])  # type: ignore[attr-defined]
        truth.duties += held(who, every_day(day, day + (length - 1) * DAY), what, *row)
        day += (length + random.choice((0, 0, 7, 28))) * DAY
