"""Wall calendars: weekdays, per week a row of day numbers, then rows of posts with names; the month stands only in the
name of the file or of the sheet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from random import Random

from benchmarks.rota_shapes.book import Book, Sheet
from benchmarks.rota_shapes.people import People
from benchmarks.rota_shapes.truth import MadeFile, Truth, held
from benchmarks.rota_shapes.words import DAY, MONTHS, WEEKDAYS, month_days, next_month, some_case, some_year, untidy

_POSTS = (
    ("ON CALL", "EVENING", "MORNING", "FLOAT", "BACKUP", "POST CALL"),
    ("TAKE", "LATE SHIFT", "DAY TEAM", "2ND", "RECOVERY"),
    ("NIGHT", "TWILIGHT", "CLINIC", "CONSULTS"),
)
_AWAY = (("VACATION", "leave"), ("ANNUAL LEAVE", "leave"), ("LEAVE", "leave"))
_NAMES = ("{number:04}-{month:02}", "{word} {number}", "{short} {number}", "{number}_{month:02}", "{word}_{number}")


def make(random: Random) -> list[MadeFile]:
    """Two months in files of their own, and two as sheets of one file."""
    people = People(random).surnames(random.randint(6, 9))
    posts, away = random.choice(_POSTS), random.choice(_AWAY)[0]
    year, month, pattern = some_year(random), random.randint(1, 12), random.choice(_NAMES)
    week = random.choice((range(5), range(7), range(-1, 6)))
    files = []
    for _ in range(2):
        book, truth = Book(), _truth(people, posts, away, "file")
        _month(book.sheet("Sheet"), year, month, week, (*posts, away, "OFF"), people, random, truth)
        files.append(MadeFile(f"{_named(pattern, year, month)}.xlsx", book, truth))
        year, month = next_month(year, month)
    book, truth = Book(), _truth(people, posts, away, "sheet")
    for _ in range(2):
        name = _named(random.choice(_NAMES[1:3]), year, month)
        _month(book.sheet(name), year, month, week, (*posts, away, "OFF"), people, random, truth)
        year, month = next_month(year, month)
    return [*files, MadeFile("by-sheet.xlsx", book, truth)]


def _named(pattern: str, year: int, month: int) -> str:
    word = MONTHS[month - 1]
    return pattern.format(number=year, month=month, word=word, short=word[:3])


def _truth(people: Sequence[str], posts: Sequence[str], away: str, where: str) -> Truth:
    return Truth(
        people=[(name,) for name in people],
        never=["holiday", "closed", *(day.upper() for day in WEEKDAYS)],
        people_never=[*posts, away, "OFF"],
        kinds={away: ["leave"]},
        note=f"The row is the code, the cells name people; the month stands in the name of the {where}.",
    )


def _month(
    sheet: Sheet,
    year: int,
    month: int,
    week: range,
    rows: Sequence[str],
    people: Sequence[str],
    random: Random,
    truth: Truth,
) -> None:
    days = month_days(year, month)
    sheet.add([None, *(WEEKDAYS[number % 7].upper() for number in week)])
    start = days[0] - days[0].weekday() * DAY
    if days[0].weekday() == 6 and week[0] < 0:
        start += 7 * DAY
    while start + week[0] * DAY <= days[-1]:
        dates = [start + number * DAY for number in week]
        if any(day in days for day in dates):
            _week(sheet, [day if day in days else None for day in dates], rows, people, random, truth)
        start += 7 * DAY


def _week(
    sheet: Sheet,
    dates: Sequence[date | None],
    rows: Sequence[str],
    people: Sequence[str],
    random: Random,
    truth: Truth,
) -> None:
    sheet.add([None, *(day.day if day else None for day in dates)])
    on = {day: iter(random.sample(people, len(people))) for day in dates if day}
    first = len(sheet.rows)
    for label in rows:
        cells = sheet.add([untidy(random, label, 0.02), *(None for _ in dates)])[1:]
        for day, cell in zip(dates, cells, strict=True):
            names = _who(on[day], label, random) if day else []
            cell.value = _written(names, random) if names else _nobody(label, random) if day else None
            target = truth.may if label == "OFF" else truth.duties
            for name in names if day else ():
                target += held(name, [day], label, cell) if day else []
    sheet.loose_rows.append(list(range(first, len(sheet.rows))))


def _who(free: object, label: str, random: Random) -> list[str]:
    """None, one, or now and then two for the same post."""
    if random.random() < (0.75 if label == "OFF" else 0.2):
        return []
    drawn = [next(free, None) for _ in range(2 if random.random() < 0.06 else 1)]  # type: ignore[call-overload]
    return [name for name in drawn if name]


def _written(names: Sequence[str], random: Random) -> str:
    starred = [f"{some_case(random, name)}{'*' if random.random() < 0.05 else ''}" for name in names]
    return untidy(random, random.choice((", ", ", ", " / ")).join(starred))


def _nobody(label: str, random: Random) -> str | None:
    return random.choice(("holiday", "closed", None, None, None)) if label == "OFF" else None
