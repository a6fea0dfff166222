"""Weeks down, weekdays across with the date in the cell above: each day's cell says posts and names in words."""

from __future__ import annotations

from datetime import date
from random import Random

from benchmarks.rota_shapes.book import Book
from benchmarks.rota_shapes.people import People
from benchmarks.rota_shapes.truth import MadeFile, Truth, held
from benchmarks.rota_shapes.words import DAY, WEEKDAYS, monday, some_year

_POSTS = (("Day", "Night"), ("SHO", "SpR"), ("Ward", "Theatre", "On call"))


def make(random: Random) -> list[MadeFile]:
    """One workbook or text file."""
    first = monday(date(some_year(random), random.randint(1, 12), random.randint(8, 28)))
    names, posts = People(random).full(random.randint(7, 12), traps=False), random.choice(_POSTS)
    book, truth = Book(), Truth(people=[(name,) for name in names], never=list(WEEKDAYS))
    truth.people_never = list(posts)
    truth.note = "Under each date the posts stand with whoever fills them."
    sheet = book.sheet("Rota")
    sheet.add([None, *WEEKDAYS])
    for week in range(random.randint(4, 10)):
        days = [first + (7 * week + n) * DAY for n in range(7)]
        sheet.add([f"Week {week + 1}", *(f"{day.day}/{day.month}/{day.year}" for day in days)])
        for post in posts:
            row = sheet.add([post, *[None] * 7])
            free = random.sample(names, len(names))
            for day, cell in zip(days, row[1:], strict=True):
                who = free.pop() if random.random() < 0.9 and free else None
                cell.value = who
                truth.duties += held(who, [day], post, cell) if who else []
    form, ending = random.choice((("xlsx", "xlsx"), ("csv", "csv"), ("html", "xls")))
    return [MadeFile(f"weeks.{ending}", book, truth, form)]
