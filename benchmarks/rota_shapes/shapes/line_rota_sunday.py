"""A rolling rota of lines whose weeks begin on Sunday, with On, Off, Turn and Total for each day."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from benchmarks.rota_shapes.book import Book, Cell
from benchmarks.rota_shapes.people import People
from benchmarks.rota_shapes.truth import Duty, MadeFile, Truth
from benchmarks.rota_shapes.words import DAY, WEEKDAYS, some_year

Shift = tuple[str, str, tuple[Cell, ...]] | None
"""Hours as ``09:00-17:30`` and the turn, with their cells; None for a free day."""


def make(random: Random) -> list[MadeFile]:
    """One workbook; who starts on which line stands on a second sheet."""
    lines, weeks = random.randint(8, 24), random.randint(4, 9)
    start = date(some_year(random), random.randint(1, 12), random.randint(1, 28))
    start += (6 - start.weekday()) * DAY
    names = People(random).full(lines)
    free = random.choice(("FD", "RD", "OFF"))
    book, truth = Book(), Truth(people=[(name,) for name in names])
    truth.never = ["On", "Turn", "Job", "Wk", "Total", "Total:", "Avg:", "Crew", "Staff"]
    truth.note = "Everybody starts on their line on the written Sunday and goes on one line a week; totals are nothing."
    sheet = book.sheet("Rota")
    sheet.add(["Rota 2", None, "Date:", start.strftime("%d/%m/%Y"), None, None, "Weeks:", weeks])
    sheet.add()
    order = [WEEKDAYS[(6 + n) % 7] for n in range(7)]
    sheet.add([None, None, *(value for day in order for value in (day, None, None, None))])
    turn = random.choice(("Turn", "Job", "Duty"))
    sheet.add(["Wk", "Total", *(["On", "Off", turn, "Total"] * 7)])
    grid = [_line(sheet.add([n + 1, None, *[None] * 28]), free, random) for n in range(lines)]
    sheet.add(["Total:", f"{sum(len(line) for line in grid)}.30", None, "Avg:", "35.20"])
    staff = book.sheet(random.choice(("Staff", "Crew", "Names")))
    staff.add(["Line", "Name"])
    for n, name in enumerate(names):
        staff.add([n + 1, name])
    staff.loose_rows.append(list(range(1, lines + 1)))
    for n, name in enumerate(names):
        for week in range(weeks):
            _week(name, start + 7 * week * DAY, grid[(n + week) % lines], free, truth)
    return [MadeFile("line_rota_sunday.xlsx", book, truth)]


def _line(row: list[Cell], free: str, random: Random) -> list[Shift]:
    found: list[Shift] = []
    minutes = 0
    for n in range(7):
        at = 2 + 4 * n
        if random.random() < 0.4:
            row[at].value = free
            found.append(None)
            continue
        begin, length = random.randrange(20, 88) * 15, random.randrange(24, 39) * 15
        on, off = (f"{(begin + extra) // 60 % 24:02}:{(begin + extra) % 60:02}" for extra in (0, length))
        turn = random.choice((f"R {random.randint(10, 99)}", "STBY"))
        row[at].value, row[at + 1].value, row[at + 2].value = on, off, turn
        row[at + 3].value = f"{length // 60:02}:{length % 60:02}"
        minutes += length
        found.append((f"{on}-{off}", turn, tuple(row[at : at + 3])))
    row[1].value = f"{minutes // 60}.{minutes % 60:02}"
    return found


def _week(name: str, sunday: date, line: list[Shift], free: str, truth: Truth) -> None:
    for n, shift in enumerate(line):
        day = (sunday + timedelta(days=n)).isoformat()
        if shift is None:
            truth.may.append(Duty((name,), day, (free, "OFF")))
        else:
            hours, turn, cells = shift
            truth.duties.append(
                Duty((name,), day, (turn, hours, f"{hours} {turn}", f"{turn} {hours}"), hours, sources=cells)
            )
