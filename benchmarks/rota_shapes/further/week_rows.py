"""Weeks down, weekdays across without dates of their own: a week says its first day once for the rows of its posts or
people."""

from __future__ import annotations

from datetime import date
from random import Random

from benchmarks.rota_shapes.book import Book
from benchmarks.rota_shapes.people import People
from benchmarks.rota_shapes.truth import MadeFile, Truth, held
from benchmarks.rota_shapes.words import DAY, WEEKDAYS, codes, monday, some_year

_HEADS = ("Week commencing", "W/C", "Week beginning", "Week")
_POSTS = (("On call",), ("SHO", "SpR"), ("1st on call", "2nd on call", "Ward"), ())
_FORMS = (
    "{day:02}/{number:02}/{year}",
    "{day} {month} {year}",
    "w/c {day} {month} {year}",
    "{year}-{number:02}-{day:02}",
)


def make(random: Random) -> list[MadeFile]:
    """One workbook or text file."""
    first = monday(date(some_year(random), random.randint(1, 12), random.randint(8, 28)))
    names, length = People(random).full(random.randint(7, 11), traps=False), random.choice((5, 7))
    posts, written, head = random.choice(_POSTS), random.choice(_FORMS), random.choice(_HEADS)
    holds_codes, is_merged = random.random() < 0.4, random.random() < 0.5
    labels = names[:5] if holds_codes else posts or ("",)
    book, truth = Book(), Truth(people=[(name,) for name in (labels if holds_codes else names)], never=list(WEEKDAYS))
    truth.people_never = [] if holds_codes else list(posts)
    truth.note = "The days of each row are those of the week that stands in it or in the last row above."
    sheet, used = book.sheet("Rota"), codes(random, 6, spelled_out=False)
    beside = [] if labels == ("",) else ["Name" if holds_codes else random.choice(("Role", "Post", ""))]
    short = random.random() < 0.5
    sheet.add([head, *beside, *(day[:3] if short else day for day in WEEKDAYS[:length])])
    for week in range(random.randint(4, 14)):
        days = [first + (7 * week + n) * DAY for n in range(length)]
        text = written.format(day=days[0].day, month=f"{days[0]:%B}", number=days[0].month, year=days[0].year)
        at = len(sheet.rows)
        free = [random.sample(names, len(names)) for _ in days]
        for number, label in enumerate(labels):
            row = sheet.add([None if number else text, *([label] if beside else []), *[None] * length])
            for day, others, cell in zip(days, free, row[-length:], strict=True):
                cell.value = random.choice(used) if holds_codes else others.pop()
                who, what = (label, cell.value) if holds_codes else (cell.value, label or "Duty")
                truth.duties += held(who, [day], what, cell, sheet.rows[at][0])
        if is_merged:
            sheet.merge(at, 0, 1, len(labels))
    form, ending = random.choice((("xlsx", "xlsx"), ("csv", "csv"), ("ods", "ods")))
    return [MadeFile(f"weeks.{ending}", book, truth, form)]
