"""Posts by dates, the names as colleagues write them, and a list of the people beside the file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from random import Random

from benchmarks.rota_shapes.book import Book, Cell, numbers
from benchmarks.rota_shapes.people import People
from benchmarks.rota_shapes.truth import Ask, Duty, MadeFile, Truth
from benchmarks.rota_shapes.words import WEEKDAYS, month_days, some_case, some_year, typing_error, untidy

_POSTS = (
    "Main Theatre 1st on call (2027)", "Main 2nd On-Call", "North block call A ( 7am - 7pm)", "STANDBY", "Pain team",
    "Elective list A", "Elective list B", "Clinic (Ortho)", "Labour ward", "Cardiac room",
)  # fmt: skip
_NOBODY = ("xxxx", "XXXXX", "xxx", "XXXXXX")


def make(random: Random) -> list[MadeFile]:
    """One workbook, and the list as text."""
    names = _names(random)
    meant = _meanings(names, random)
    posts = random.sample(_POSTS, random.randint(5, 9))
    days = month_days(some_year(random), random.randint(1, 12))
    book, listed = Book(), "posts_am_pm_spellings.people.csv"
    truth = Truth(people=[(name,) for name in names], people_never=posts, listed=listed)
    truth.never = ["XXXX", *(name[:3].upper() for name in WEEKDAYS)]
    truth.note = "Who is meant is on the list; what fits two people is asked; nobody is taken for somebody else."
    sheet = book.sheet("Sheet1")
    sheet.add([None, *days], "d-mmm")
    sheet.add([None, *(WEEKDAYS[day.weekday()][:3].upper() for day in days)])
    doubtful: dict[str, list[Duty]] = {}
    for post in posts:
        row = sheet.add([untidy(random, post), *[None] * len(days)])
        for day, cell in zip(days, row[1:], strict=True):
            if random.random() < (0.6 if day.weekday() > 4 else 0.08):
                cell.value = random.choice((*_NOBODY, None, None))
            else:
                _fill(cell, post, day, meant, random, truth, doubtful)
    truth.must_ask = [
        Ask(("person",), tuple(dict.fromkeys(duty.written for duty in duties)), duties=tuple(duties))
        for duties in doubtful.values()
    ]
    sheet.loose_rows.append(numbers(2, len(posts)))
    return [MadeFile("posts_am_pm_spellings.xlsx", book, truth, beside={listed: _listed(names)})]


def _names(random: Random) -> list[str]:
    """People with one, two or no whole surname; two first names are shared."""
    people = People(random)
    count = random.randint(22, 36)
    firsts = people.firsts(count - 2)
    firsts += random.sample(firsts, 2)
    last = people.surnames(2 * count, traps=False)
    found = []
    for first in firsts:
        kind = random.random()
        initials = " ".join(random.sample("BCDEHKLNPT", 2))
        found.append(f"{first} {last.pop()}" if kind < 0.6 else f"{first} {last.pop()} {last.pop()}" if kind < 0.8
                     else f"{first} {initials}")  # fmt: skip
    return found


def _meanings(names: Sequence[str], random: Random) -> dict[str, tuple[str, ...]]:
    """Who each spelling may mean."""
    found: dict[str, list[str]] = {}
    for name in names:
        for spelling in _spellings(name, names, random):
            found.setdefault(spelling, []).append(name)
    return {spelling: tuple(who) for spelling, who in found.items()}


def _spellings(name: str, names: Sequence[str], random: Random) -> Iterator[str]:
    first, *rest = name.split(" ")
    yield from (name, f"Dr. {name}", first, f"{first} {rest[-1][0]}", f"{rest[-1][0]} {first}")
    others = [each.split(" ")[0] for each in names if each != name]
    slip = typing_error(random, first)
    if len(first) > 4 and not get_close_matches(slip, others, cutoff=0.7):
        yield slip


def _fill(
    cell: Cell,
    post: str,
    day: date,
    meant: Mapping[str, tuple[str, ...]],
    random: Random,
    truth: Truth,
    doubtful: dict[str, list[Duty]],
) -> None:
    halves = ("AM", "PM") if random.random() < 0.04 else ("",)
    shown = []
    for half in halves:
        written = random.choice(sorted(meant))
        who, written = meant[written], some_case(random, written, 0.25)
        shown.append(f"{written}({half})" if half else written)
        code = tuple(dict.fromkeys((post, post.split(" (")[0], post.split("(")[0].strip())))
        duty = Duty(who if len(who) == 1 else (written, *who), day.isoformat(), code, half, written, (cell,))
        truth.spelled[written] = who
        if len(who) == 1:
            truth.duties.append(duty)
        else:
            doubtful.setdefault(written.casefold(), []).append(duty)
    cell.value = untidy(random, random.choice(("- ", " / ", "-")).join(shown), 0.06)


def _listed(names: Sequence[str]) -> bytes:
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(["name", "email", "role", "stage", "site"])
    lines.writerows([name, f"doctor{n}@example.org", "resident", 2, "main"] for n, name in enumerate(names))
    return text.getvalue().encode()
