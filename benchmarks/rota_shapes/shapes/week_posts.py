"""Weeks by posts, the cells are initials; ranges are written in several ways and one has a year."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from random import Random

from benchmarks.rota_shapes.book import Book, Sheet, numbers
from benchmarks.rota_shapes.people import People
from benchmarks.rota_shapes.truth import MadeFile, Truth, every_day, held
from benchmarks.rota_shapes.words import DAY, codes, monday, some_year

_AWAY = ("Vacation", "Annual leave", "Leave")


def make(random: Random) -> list[MadeFile]:
    """The posts and the calls, two text files."""
    people = People(random).initials(random.randint(9, 13))
    first = monday(date(some_year(random), random.choice((6, 7, 9)), random.randint(1, 28)))
    weeks = [first + 7 * n * DAY for n in range(random.choice((30, 40, 52)))]
    written = _written(weeks, random)
    away = random.choice(_AWAY)
    posts = [*codes(random, random.randint(6, 9), spelled_out=random.random() < 0.5), away]
    main = _file("main.csv", weeks, written, posts, people, random)
    main.truth.kinds = {away: ["leave"]}
    return [
        main,
        _file("call.csv", weeks, written, [random.choice(("Call", "Weekend call", "On call"))], people, random),
    ]


def _written(weeks: Sequence[date], random: Random) -> list[str]:
    """The ranges, with the year in the first week that ends in a new one."""
    found = []
    for first in weeks:
        last = first + 4 * DAY
        whole = random.random() < 0.5
        ends = [f"{day:%m/%d}" if whole else f"{day.month}/{day.day}" for day in (first, last)]
        new_year = last.year > weeks[0].year and (first - 3 * DAY).year == weeks[0].year
        dash = random.choice(("-", "-", "-", "- ", " - "))
        found.append(dash.join(ends) + (f"/{last:%y}" if new_year else ""))
    slip = random.randrange(1, len(weeks))
    if found[slip].count("/") == 2:
        at = found[slip].rindex("/")
        found[slip] = f"{found[slip][:at]}-{found[slip][at + 1 :]}"
    return found


def _file(
    name: str,
    weeks: Sequence[date],
    written: Sequence[str],
    posts: Sequence[str],
    people: Sequence[str],
    random: Random,
) -> MadeFile:
    book = Book()
    truth = Truth(people=[(who,) for who in people], never=["Week", "-", "–"], people_never=list(posts))
    truth.note = "Monday to Friday of each week; two initials joined by & are two people, a dash is nobody."
    sheet = book.sheet("weeks")
    sheet.add(["Week", *posts])
    for first, text in zip(weeks, written, strict=True):
        _week(sheet, first, text, posts, people, random, truth)
    sheet.loose_columns.append(numbers(1, len(posts)))
    truth.people = [who for who in truth.people if any(duty.person == who for duty in truth.duties)]
    return MadeFile(name, book, truth, "csv")


def _week(
    sheet: Sheet, first: date, text: str, posts: Sequence[str], people: Sequence[str], random: Random, truth: Truth
) -> None:
    free = random.sample(people, len(people))
    row = sheet.add([text, *[None] * len(posts)])
    days = every_day(first, first + 4 * DAY)
    for post, cell in zip(posts, row[1:], strict=True):
        if not free or (len(posts) > 1 and random.random() < 0.12):
            cell.value = random.choice((None, None, "-", " -"))
            continue
        who = [free.pop() for _ in range(2 if len(free) > 1 and len(posts) > 1 and random.random() < 0.05 else 1)]
        cell.value = random.choice(("&", " & ")).join(who)
        for each in who:
            truth.duties += held(each, days, post, cell)
