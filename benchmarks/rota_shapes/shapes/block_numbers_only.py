"""Numbered blocks without a date anywhere: the days of the blocks have to be asked, once."""

from __future__ import annotations

from random import Random

from benchmarks.rota_shapes.book import Book, numbers
from benchmarks.rota_shapes.people import People
from benchmarks.rota_shapes.truth import LEAVE, Ask, Duty, MadeFile, Truth
from benchmarks.rota_shapes.words import codes

_HEADS = (("ID", "Name", "Year"), ("Code", "Resident", "Level"), ("No", "Trainee", "Grade"))


def make(random: Random) -> list[MadeFile]:
    """One workbook."""
    names = People(random).full(random.randint(12, 26))
    head = random.choice(_HEADS)
    count, word = random.choice((12, 13, 13)), random.choice(("Block_{}", "Block {}", "B{}", "Rotation {}"))
    leaves = random.choice((("OffA_Block", "OffA_Half"), ("LeaveOne_Block", "LeaveOne_Half"), ()))
    blocks = [word.format(n + 1) for n in range(count)]
    rotations = codes(random, 9)
    truth = Truth(dated="block", never=["first", "second", *leaves, *blocks, "T1", "T2"])
    truth.must_ask.append(Ask(("date", "layout"), once=True))
    truth.note = "Which days the blocks are has to be asked, once; a half of a block named as leave may be read so."
    book = Book()
    sheet = book.sheet(random.choice(("plan", "Blocks", "with_blocks")))
    sheet.add([*head, *leaves, *blocks])
    for n, name in enumerate(names):
        off = random.randint(1, count), random.choice(("first", "second"))
        row = sheet.add([f"T{n % 3 + 1}-{n:02}", name, f"T{n % 3 + 1}", *off[: len(leaves)], *[None] * count])
        truth.people.append((name,))
        for k, cell in enumerate(row[-count:]):
            cell.value = random.choice(rotations)
            truth.duties.append(Duty((name,), f"block {k + 1}", (cell.value,), sources=(cell,)))
        if leaves:
            truth.may.append(Duty((name,), f"block {off[0]}", (LEAVE,)))
    sheet.loose_rows.append(numbers(1, len(names)))
    if random.random() < 0.5:
        other = book.sheet("Sheet1")
        for row in sheet.rows:
            other.add([cell.value for cell in row[: 3 + len(leaves)]])
    return [MadeFile("block_numbers_only.xlsx", book, truth)]
