"""A call list by date, a post a column; tallies and a wall calendar of the same calls on other sheets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from random import Random

from benchmarks.rota_shapes.book import Book, Sheet, Value, numbers
from benchmarks.rota_shapes.people import People
from benchmarks.rota_shapes.truth import Duty, MadeFile, Truth
from benchmarks.rota_shapes.words import DAY, ISO, MONTH_FIRST, MONTHS, WEEKDAYS, some_year, untidy

_POSTS = (
    ("Upper Level", "Intern"),
    ("Registrar on call", "House officer on call"),
    ("Chief Call", "R2 Call", "R1 Call"),
    ("First call", "Second call"),
    ("Fellow", "Resident", "Backup"),
)
_HEADS = (("Block", "Date", "Day"), ("Date", "Day"), ("Period", "Day", "Date"), ("Date",))


def make(random: Random) -> list[MadeFile]:
    """One workbook."""
    people = People(random)
    posts = random.choice(_POSTS)
    teams = _teams(people, random, len(posts))
    first = date(some_year(random), random.randint(1, 12), 1)
    days = [day for day in (first + n * DAY for n in range(random.choice((120, 210, 340)))) if day.weekday() >= 4]
    book, truth = Book(), Truth(people=[(name,) for team in teams for name in team], never=["TOTAL", *WEEKDAYS])
    calls = {day: [random.choice(team) for team in teams] for day in days}
    sheets = [_tallies, _wall_calendar][: random.choice((0, 1, 2, 2))]
    _roster(book.sheet(random.choice(("Roster", "Calls", "Schedule", "Master"))), calls, posts, random, truth)
    for write in sheets:
        write(book, calls, posts, teams)
    truth.never += [f"{post[0]}: {calls[days[0]][n]}" for n, post in enumerate(posts)]
    truth.note = "A row is a call for each post; tallies and the wall calendar of the same calls add nothing."
    return [MadeFile("us_call_list.xlsx", book, truth)]


def _teams(people: People, random: Random, count: int) -> list[list[str]]:
    names = people.surnames(count * random.randint(6, 11))
    shared = people.surnames(1, traps=False)[0]
    size = len(names) // count
    teams = [names[n * size : (n + 1) * size] for n in range(count)]
    for letter in random.sample("ABDEKLMR", 2):
        teams[-1].append(f"{letter} {shared}")
    return teams


def _roster(sheet: Sheet, calls: dict[date, list[str]], posts: Sequence[str], random: Random, truth: Truth) -> None:
    if random.random() < 0.6:
        sheet.add([f"CALL ROSTER {min(calls).year}"])
    heads = random.choice(_HEADS)
    written = random.choice((*MONTH_FIRST, ISO, None))
    sheet.add([*heads, *posts])
    at = len(sheet.rows)
    for number, (day, names) in enumerate(calls.items()):
        known: dict[str, Value] = {
            "Block": f"P{number // 12 + 1}",
            "Period": number // 12 + 1,
            "Day": WEEKDAYS[day.weekday()],
        }
        known["Date"] = written(day) if written else day
        row = sheet.add([*(known[head] for head in heads), *(untidy(random, name) for name in names)], "mm/dd/yyyy")
        for post, name, cell in zip(posts, names, row[len(heads) :], strict=True):
            truth.duties.append(Duty((name,), day.isoformat(), (post,), sources=(cell,)))
    sheet.loose_rows.append(numbers(at, len(calls)))
    sheet.loose_columns.append(numbers(len(heads), len(posts)))


def _tallies(book: Book, calls: dict[date, list[str]], posts: Sequence[str], teams: list[list[str]]) -> None:
    sheet = book.sheet("Tallies")
    sheet.add(["Name", "Post", "All", "Weekends", *(f"P{n}" for n in range(1, 6))])
    counts = Counter(name for names in calls.values() for name in names)
    for post, team in zip(posts, teams, strict=True):
        for name in team:
            sheet.add([name, post, counts[name], counts[name] // 2, *(counts[name] // 5 for _ in range(5))])
        sheet.add(["TOTAL", post, len(calls)])


def _wall_calendar(book: Book, calls: dict[date, list[str]], posts: Sequence[str], _teams: list[list[str]]) -> None:
    sheet = book.sheet("Calendar")
    month = min(calls).replace(day=1)
    while month <= max(calls):
        sheet.add([f"{MONTHS[month.month - 1]} {month.year}"])
        sheet.add([WEEKDAYS[(n + 6) % 7] for n in range(7)])
        later = (month + 31 * DAY).replace(day=1)
        _weeks(sheet, month, later, calls, posts)
        month = later


def _weeks(sheet: Sheet, day: date, end: date, calls: dict[date, list[str]], posts: Sequence[str]) -> None:
    sunday = day - ((day.weekday() + 1) % 7) * DAY
    while sunday < end:
        week = [sunday + n * DAY for n in range(7)]
        inside = [each if day <= each < end else None for each in week]
        sheet.add([each.day if each else None for each in inside])
        for n, post in enumerate(posts):
            sheet.add([f"{post[0]}: {calls[each][n]}" if each in calls else None for each in inside])
        sheet.add()
        sunday += 7 * DAY
