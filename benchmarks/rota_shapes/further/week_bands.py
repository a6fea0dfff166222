"""Bands of weekdays under the week that they are of, ``w/c 3 May 2027`` in the corner or above, with people below."""

from __future__ import annotations

from datetime import date
from random import Random

from benchmarks.rota_shapes.book import Book, numbers
from benchmarks.rota_shapes.people import People
from benchmarks.rota_shapes.truth import MadeFile, Truth, held
from benchmarks.rota_shapes.words import DAY, WEEKDAYS, codes, monday, some_year

_WEEKS = ("w/c {day} {month} {year}", "Week commencing {day}/{number:02}/{year}", "Week of {month} {day}, {year}")


def make(random: Random) -> list[MadeFile]:
    """One workbook or text file."""
    first = monday(date(some_year(random), random.randint(1, 12), random.randint(8, 28)))
    names, used = People(random).full(random.randint(5, 10)), codes(random, random.randint(5, 8))
    written, is_above, length = random.choice(_WEEKS), random.random() < 0.4, random.choice((5, 7))
    book, truth = Book(), Truth(people=[(name,) for name in names], never=list(WEEKDAYS))
    truth.note = "The weekdays of each band are those of the week that is written in its corner or above it."
    sheet = book.sheet("Rota")
    for week in range(random.randint(2, 8)):
        days = [first + (7 * week + n) * DAY for n in range(length)]
        text = written.format(day=days[0].day, month=f"{days[0]:%B}", number=days[0].month, year=days[0].year)
        if is_above:
            sheet.add([text])
        sheet.add([None if is_above else text, *(WEEKDAYS[day.weekday()][:3] for day in days)])
        at = len(sheet.rows)
        for name in names:
            row = sheet.add([name, *[None] * length])
            for day, cell in zip(days, row[1:], strict=True):
                cell.value = random.choice((*used, None)) if day.weekday() < 5 else random.choice((used[0], None, None))
                truth.duties += held(name, [day], cell.value, cell) if cell.value else []
        sheet.loose_rows.append(numbers(at, len(names)))
        sheet.add()
    form, ending = random.choice((("xlsx", "xlsx"), ("csv", "csv"), ("ods", "ods")))
    return [MadeFile(f"weeks.{ending}", book, truth, form)]
