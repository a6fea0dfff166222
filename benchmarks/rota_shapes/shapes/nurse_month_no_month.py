"""People by the days of a month that nothing names; a copy of the sheet, counts at the right and below."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from random import Random

from benchmarks.rota_shapes.book import Book, Sheet, numbers
from benchmarks.rota_shapes.people import People
from benchmarks.rota_shapes.truth import Ask, Duty, MadeFile, Truth
from benchmarks.rota_shapes.words import untidy

_HEADS = (("NO", "EMP.ID", "NAME"), ("Sr", "Staff No", "Names"), ("", "", "STAFF"))
_SHIFTS = (("A7", "B3", "C11", "RD", "CO"), ("MO", "EV", "NT", "DO", "PN"), ("D8", "L12", "N20", "XX", "SD"))
_COUNTS = ("Early", "Late", "Nights", "Free")


def make(random: Random) -> list[MadeFile]:
    """One workbook, under the name of an older kind."""
    names = [name.upper() for name in People(random).with_initials(random.randint(18, 48))]
    head, shifts = random.choice(_HEADS), random.choice(_SHIFTS)
    grades = random.sample(("tm", "rn", "hca", "cn", "nic"), 3)
    truth = Truth(
        people=[(name,) for name in names],
        dated="day",
        must_ask=[Ask(("date", "layout"), once=True)],
        never=[*grades, *_COUNTS, *filter(None, head), "Total"],
        note="Which month this is has to be asked, once; the copy and the counts add nothing.",
    )
    book = Book()
    sheet = book.sheet(random.choice(("Entry", "Roster", "Main")))
    _grid(sheet, head, names, shifts, grades, random, truth)
    _others(book, sheet)
    return [MadeFile("nurse_month_no_month.xls", book, truth)]


def _grid(
    sheet: Sheet,
    head: Sequence[str],
    names: Sequence[str],
    shifts: Sequence[str],
    grades: Sequence[str],
    random: Random,
    truth: Truth,
) -> None:
    if random.random() < 0.5:
        sheet.add()
    right = _COUNTS if random.random() < 0.7 else ()
    sheet.add([*head, *range(1, 32), *right])
    at, lines = len(sheet.rows), []
    for n, name in enumerate(names):
        line = _line(shifts, random)
        lines.append(line)
        counted = Counter(line)
        grade = grades[n * len(grades) // len(names)]
        row = sheet.add(
            [grade, 310200 + 29 * n, untidy(random, name, 0.03), *line, *(counted[s] for s in shifts[: len(right)])]
        )
        for day, cell in enumerate(row[3:34], start=1):
            truth.duties.append(Duty((name,), f"day {day}", (str(cell.value),), sources=(cell,)))
    sheet.loose_rows.append(numbers(at, len(names)))
    for label, shift in zip((*_COUNTS, "Total"), shifts, strict=True):
        sheet.add([label, None, None, *(sum(line[day] == shift for line in lines) for day in range(31))])


def _line(shifts: Sequence[str], random: Random) -> list[str]:
    found: list[str] = []
    while len(found) < 31:
        found += [random.choice(shifts[:3])] * random.randint(2, 6) + [random.choice(shifts[3:])]
    return found[:31]


def _others(book: Book, sheet: Sheet) -> None:
    copied = book.sheet("Copy")
    for row in sheet.rows:
        copied.add([cell.value for cell in row[:34]])
    needs = book.sheet("Minimum")
    for values in (("Shift", "Lead", "Others"), ("by day", 2, 6), ("by night", 1, 4)):
        needs.add(values)
    help_ = book.sheet("Help")
    for line in ("How this file works", "1. Fill in the first sheet.", "2. The second is copied by itself."):
        help_.add([line])
