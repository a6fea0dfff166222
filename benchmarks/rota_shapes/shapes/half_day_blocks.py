"""Providers by days, a column for the morning and one for the afternoon; two blocks side by side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from random import Random

from benchmarks.rota_shapes.book import Book, Sheet
from benchmarks.rota_shapes.people import People, surname
from benchmarks.rota_shapes.truth import Duty, MadeFile, Truth, held, spellings
from benchmarks.rota_shapes.words import DAY, WEEKDAYS, codes, some_year, untidy

_HALVES = (("am", "pm"), ("AM", "PM"), ("a.m.", "p.m."))
_CALL = ("Duty attending", "On call", "Attending on call")
_ROLES = ("FAC", "MD", "STAFF")


def make(random: Random) -> list[MadeFile]:
    """One workbook."""
    names = People(random).full(random.randint(6, 11))
    halves, call, role = random.choice(_HALVES), random.choice(_CALL), random.choice(_ROLES)
    length, first = random.choice((7, 14)), date(some_year(random), random.randint(1, 12), random.randint(1, 28))
    book = Book()
    truth = Truth(people=[(name,) for name in names], people_never=[call])
    truth.never = [role, "Block 2", "Block 3", "Date:", *halves, "Clinic template"]
    truth.note = (
        "Each half of a day is an entry of its own; the row of calls names who is on call; templates add nothing."
    )
    sheet = book.sheet("Blocks 2-3")
    used = codes(random, random.randint(6, 12), spelled_out=False)
    for number in range(random.choice((1, 2, 2))):
        days = [first + (number * length + n) * DAY for n in range(length)]
        _block(sheet, number, days, (names, used), (halves, call, role), random, truth)
    sheet.loose_rows.append(list(range(4, 4 + len(names))))
    templates = book.sheet("Templates")
    templates.add(["Updated 3 May", "Mo", None, "Tu", None])
    templates.add([None, *halves, *halves])
    templates.add(["Clinic template", *random.choices(used, k=4)])
    return [MadeFile("half_day_blocks.xlsx", book, truth)]


def _block(
    sheet: Sheet,
    number: int,
    days: Sequence[date],
    people: tuple[Sequence[str], Sequence[str]],
    words: tuple[Sequence[str], str, str],
    random: Random,
    truth: Truth,
) -> None:
    at = number * (2 + 2 * len(days))
    names, used = people
    halves, call, role = words
    sheet.put(0, at, f"Block {number + 2}")
    sheet.put(1, at + 1, "Date:")
    sheet.put(2, at + 1, call)
    for n, day in enumerate(days):
        column = at + 2 + 2 * n
        sheet.put(0, column, WEEKDAYS[day.weekday()][:3].upper())
        sheet.put(1, column, day, "d-mmm")
        if n % 3 == 0:
            sheet.merge(1, column, 2)
        on_call = random.choice(names)
        cell = sheet.put(2, column, surname(on_call))
        truth.people += [] if (surname(on_call),) in truth.people else [(surname(on_call),)]
        fitting = [name for name in names if surname(name) == surname(on_call)]
        truth.may += [Duty(spellings(*fitting, surname(on_call)), day.isoformat(), (call,), sources=(cell,))]
        sheet.put(3, column, halves[0])
        sheet.put(3, column + 1, halves[1])
    for n, name in enumerate(names):
        sheet.put(4 + n, at, role)
        sheet.put(4 + n, at + 1, untidy(random, name))
        _person(sheet, 4 + n, at + 2, name, days, used, random, truth)


def _person(
    sheet: Sheet,
    row: int,
    column: int,
    name: str,
    days: Sequence[date],
    used: Sequence[str],
    random: Random,
    truth: Truth,
) -> None:
    for n, day in enumerate(days):
        both = random.choice(used) if random.random() < 0.3 else ""
        for half, part in enumerate(("AM", "PM")):
            if random.random() < 0.03:
                continue
            code = "WEEKEND" if day.weekday() > 4 else both or random.choice(used)
            cell = sheet.put(row, column + 2 * n + half, code)
            truth.duties += held(name, [day], code, cell, part=part)
