"""One person's list in which one date is years off."""

from __future__ import annotations

from datetime import date, time
from random import Random

from benchmarks.rota_shapes.book import Book
from benchmarks.rota_shapes.people import People
from benchmarks.rota_shapes.truth import SOMEBODY, Ask, Duty, MadeFile, Truth
from benchmarks.rota_shapes.words import DAY, DAY_FIRST, ISO, MONTH_FIRST, some_year

_TITLES = ("Late clinic", "Night duty", "Ward cover", "Day list")
_HOURS = ((time(8), time(16, 30)), (time(17), time(22)), (time(20, 30), time(8)), (time(12), time(21)))
_HEADS = (("Date", "Start", "End", "Title"), ("Day", "From", "To", "What"), ("Date", "Start", "Finish", "Duty"))


def make(random: Random) -> list[MadeFile]:
    """One workbook, in order of date."""
    name = People(random).firsts(1)[0]
    head, count = random.choice(_HEADS), random.randint(15, 26)
    written = random.choice((ISO, DAY_FIRST[2], MONTH_FIRST[2], None))
    kinds = list(zip((*random.sample(_TITLES, 2), f"{name} on duty"), random.sample(_HOURS, 3), strict=True))
    book = Book()
    truth = Truth(people=[(SOMEBODY, name)], never=[*head], must_ask=[Ask(("person",))])
    truth.note = "One date is years off where all about it agree: asked, and whose the list is as well."
    sheet = book.sheet("duties")
    sheet.add(head)
    day = date(some_year(random), random.randint(1, 8), random.randint(1, 28))
    wrong, off = random.randrange(3, count - 3), random.choice((-4, -3, -10, 2, 5))
    for n in range(count):
        day += random.randint(1, 6) * DAY
        shown = day.replace(year=day.year + off, day=min(day.day, 28)) if n == wrong else day
        title, hours = random.choice(kinds)
        row = sheet.add([written(shown) if written else shown, *hours, title], "yyyy-mm-dd")
        part = f"{hours[0]:%H:%M}-{hours[1]:%H:%M}"
        code = (title, part, f"{title} {part}")
        days = (shown, day) if n == wrong else (day,)
        duties = tuple(Duty((SOMEBODY, name), each.isoformat(), code, part, sources=tuple(row)) for each in days)
        if n == wrong:
            needles = (*(style(shown) for style in (ISO, *DAY_FIRST, *MONTH_FIRST)), str(shown.year))
            truth.must_ask.append(Ask(("date", "cell"), needles, (row[0], row[3]), duties=duties))
        else:
            truth.duties += duties
    return [MadeFile("typo_year.xlsx", book, truth)]
