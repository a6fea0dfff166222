"""Residents by thirteen blocks whose days stand in the head, two columns a block, leave under the names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from random import Random

from benchmarks.rota_shapes.book import Book, Cell, Sheet
from benchmarks.rota_shapes.people import People
from benchmarks.rota_shapes.truth import LEAVE, Ask, Duty, MadeFile, Truth, every_day, held
from benchmarks.rota_shapes.words import DAY, MONTHS, codes, some_year, untidy

Block = tuple[date, date]


@dataclass(slots=True)
class _Person:
    """What becomes of one person: their name, the rotations of their blocks by halves, and days of leave by block."""

    name: str
    halves: list[tuple[str, str]]
    leave: dict[int, Block]


def make(random: Random) -> list[MadeFile]:
    """One workbook."""
    first = date(some_year(random), random.choice((1, 6, 7, 7, 8)), 1)
    blocks = _blocks(first)
    rotations = codes(random, 13)
    book, truth = Book(), Truth(never=["Start", "End", "Dates", "Resident", "First years", "Second years", "block 1"])
    sheet = book.sheet(random.choice(("Blocks", "Schedule", "AY")))
    _head(sheet, blocks, random)
    for name in People(random).full(random.randint(7, 12)):
        halves = [_halves(code, rotations, random) for code in random.sample(rotations, 13)]
        _person(sheet, _Person(name, halves, _leave(blocks, random)), blocks, random, truth)
        truth.people.append((name,))
    at = sheet.rows.index(sheet.add([None, None, None, None, "Second years"]))
    sheet.rows.insert(3 + 2 * (len(truth.people) // 2), sheet.rows.pop(at))
    truth.note = "A rotation holds on each day of its block, two are its halves; days under a name are leave."
    return [MadeFile("block_schedule.xlsx", book, truth)]


def _blocks(first: date) -> list[Block]:
    """Thirteen blocks of a year; the first and the last are as long as it takes."""
    following = first.replace(year=first.year + 1)
    starts = [first, *(first + (29 + 28 * n) * DAY for n in range(12)), following]
    return [(start, later - DAY) for start, later in pairwise(starts)]


def _head(sheet: Sheet, blocks: Sequence[Block], random: Random) -> None:
    labels = random.choice((("Start", "End"), ("Block", "Dates"), (None, None), ("Resident", None)))
    numbers, days = (sheet.add([label]) for label in labels)
    for n, (first, last) in enumerate(blocks):
        numbers += [Cell(untidy(random, f"block {n + 1}")), Cell()]
        days += [
            Cell(_range(first, last, random, year=first.year != last.year or (n == 0 and first.month == 1))),
            Cell(),
        ]
    sheet.add()


def _range(first: date, last: date, random: Random, year: bool = False) -> str:
    """A range of days, as many hands write it."""
    month = [random.choice((word, word[:3])) for word in (MONTHS[first.month - 1], MONTHS[last.month - 1])]
    dash = random.choice((" - ", "- ", " -", "-", " to ", " – "))
    end = f"{last.day} {month[1]}"
    middle = f" {first.year}" if year else ""
    return f"{first.day}{random.choice((' ', ''))}{month[0]}{middle}{dash}{end}"


def _halves(code: str, rotations: Sequence[str], random: Random) -> tuple[str, str]:
    return (code, random.choice(rotations)) if random.random() < 0.15 else (code, code)


def _leave(blocks: Sequence[Block], random: Random) -> dict[int, Block]:
    found = {}
    for number in random.sample(range(13), random.randint(1, 3)):
        start = blocks[number][0] + random.randint(1, 19) * DAY
        found[number] = (start, start + random.choice((4, 6)) * DAY)
    return found


def _person(sheet: Sheet, person: _Person, blocks: Sequence[Block], random: Random, truth: Truth) -> None:
    upper, lower = sheet.add([person.name, *[None] * 26]), sheet.add([None] * 27)
    for n, block in enumerate(blocks):
        cells = upper[1 + 2 * n], upper[2 + 2 * n]
        first, second = person.halves[n]
        cells[0].value = untidy(random, first)
        cells[1].value = second if second != first else None
        away = person.leave.get(n)
        if away:
            _note_leave(lower[1 + 2 * n + random.randint(0, 1)], person.name, away, random, truth)
        _note_block(person.name, block, (first, second), cells, away, truth)


def _note_leave(cell: Cell, name: str, away: Block, random: Random, truth: Truth) -> None:
    doubtful = random.random() < 0.08
    cell.value = _short(*away, random) + ("???" if doubtful else "")
    duties = held(name, every_day(*away), LEAVE, cell)
    if doubtful:
        truth.may_ask.append(Ask(("cell", "date", "code", "person"), (str(cell.value),), (cell,), duties=tuple(duties)))
    else:
        truth.duties += duties


def _short(first: date, last: date, random: Random) -> str:
    months = [random.choice((word, word[:3])) for word in (MONTHS[first.month - 1], MONTHS[last.month - 1])]
    dash = random.choice((" - ", "- ", " -", "-"))
    if first.month == last.month:
        return f"{months[0]} {first.day}{dash}{last.day}"
    return f"{months[0]} {first.day}{dash}{months[1]} {last.day}"


def _note_block(
    name: str, block: Block, codes_: tuple[str, str], cells: tuple[Cell, Cell], away: Block | None, truth: Truth
) -> None:
    middle = block[0] + 13 * DAY if codes_[0] != codes_[1] else block[1]
    duties: list[Duty] = held(name, every_day(block[0], middle), codes_[0], cells[0])
    duties += held(name, every_day(middle + DAY, block[1]), codes_[1], cells[1])
    if codes_[0] != codes_[1]:
        truth.if_empty.append((cells[1], held(name, every_day(*block), codes_[0], cells[0])))
    days = {day.isoformat() for day in every_day(*away)} if away else set()
    truth.may += [duty for duty in duties if duty.day in days]
    truth.duties += [duty for duty in duties if duty.day not in days]
