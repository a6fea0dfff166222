"""Residents by 52 weeks in an X+Y pattern, with cohorts, tallies at the right and below; dates without a year."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from random import Random

from benchmarks.rota_shapes.book import Book, Sheet
from benchmarks.rota_shapes.people import People
from benchmarks.rota_shapes.truth import MadeFile, Truth, every_day, held
from benchmarks.rota_shapes.words import DAY, codes, some_year, untidy

Week = tuple[date, date]
_UPDATED = ("Last updated {}", "Updated: {}", "Revised {}", "Version of {}")


def make(random: Random) -> list[MadeFile]:
    """One text file."""
    year = some_year(random)
    weeks = _weeks(date(year, 7, 1))
    rotations = [random.choice(("Clinic", "AMB", "Y week")), "VAC", *codes(random, random.randint(8, 13))]
    names = People(random).full(random.randint(10, 18))
    heads = random.choice((("Cohort", "Trainee"), ("Group", "Resident"), ("Firm", "Name")))
    updated = date(year + 1, random.randint(1, 6), random.randint(1, 28))
    book = Book()
    sheet = book.sheet("weeks")
    sheet.add([None, random.choice(_UPDATED).format(f"{updated.month}/{updated.day}/{updated.year}"), *range(1, 53)])
    slip = random.randrange(8, 20)
    sheet.add([None, None, *(_range(week, n == slip, random) for n, week in enumerate(weeks)), *rotations])
    sheet.add([*heads])
    truth = Truth(
        people=[(name,) for name in names],
        never=[*heads, *"ABCDE", "Spare"],
        people_never=rotations,
        kinds={"VAC": ["leave", "unknown"]},
        note="An entry holds on each day of its week; the year follows from July and the day of the last update.",
    )
    every = random.choice((4, 5))
    for n, name in enumerate(names):
        _person(sheet, "ABCDE"[n // 4 % 5] if n % 4 == 0 else None, name, weeks, (rotations, every), random, truth)
    for rotation in rotations:
        sheet.add([None, rotation, *(random.randint(0, 3) for _ in weeks)])
    sheet.add([None, "Spare"])
    return [MadeFile("xy_weeks.csv", book, truth, "csv")]


def _weeks(first: date) -> list[Week]:
    """52 weeks of an academic year: Monday to Sunday, the first from the first day, the last to the last."""
    monday = first + ((7 - first.weekday()) % 7 or 7) * DAY
    starts = [first, *(monday + 7 * n * DAY for n in range(51))]
    ends = [start - DAY for start in starts[1:]] + [first.replace(year=first.year + 1) - DAY]
    return list(zip(starts, ends, strict=True))


def _range(week: Week, slip: bool, random: Random) -> str:
    first, last = week
    if slip:
        return random.choice((f"{first.month}/{first.day}/-{last.month}/{last.day}",
                              f"{first.month}/{first.day}-/{last.month}/{last.day}"))  # fmt: skip
    return f"{first.month}/{first.day}-{last.month}/{last.day}"


def _person(
    sheet: Sheet,
    cohort: str | None,
    name: str,
    weeks: Sequence[Week],
    pattern: tuple[Sequence[str], int],
    random: Random,
    truth: Truth,
) -> None:
    rotations, every = pattern
    row = sheet.add([cohort, untidy(random, name), *[None] * 52, *(random.randint(0, 9) for _ in rotations)])
    now = random.choice(rotations[2:])
    for n, week in enumerate(weeks):
        if n % every == every - 1:
            code, now = rotations[0], random.choice(rotations[2:])
        else:
            code = rotations[1] if random.random() < 0.06 else now
        if random.random() < 0.02:
            continue
        cell = row[2 + n]
        cell.value = untidy(random, code, 0.02)
        truth.duties += held(name, every_day(*week), code, cell)
