"""Made rotas, spoilt: rows, columns and sheets shuffled, cells blanked, merged and misspelt.

A spoilt file may be refused or asked about; what is read of it has to be what stands in it still. So the truth goes
along: what rested on a spoilt cell may be missing, and what a misspelt or merged cell says now is right as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import pairwise
from random import Random

from benchmarks.rota_shapes.book import Book, Cell, Sheet, shuffle_columns, shuffle_rows
from benchmarks.rota_shapes.truth import ANY, LEAVE, Ask, Duty, MadeFile, Truth
from benchmarks.rota_shapes.words import typing_error

NO_CODE = "Duty"
"""What the product calls a duty of which nothing says what it is."""
_WORD = re.compile(r"[^\W\d_]{4,}")
_PARTS = re.compile(r"\s*[,/&*()]+\s*")


def spoilt(file: MadeFile, random: Random) -> MadeFile:
    """The file with one to four faults."""
    if isinstance(file.content, bytes):
        return replace(file, content=_spoilt_calendar(file.content, file.truth, random))
    if isinstance(file.content, Book):
        chosen = random.choices(range(len(WAYS)), k=random.randint(1, 4))
        for number in sorted(chosen):  # what is merged would be torn apart by shuffling
            WAYS[number](file.content, file.truth, random)
    return file


def _spoilt_calendar(content: bytes, truth: Truth, random: Random) -> bytes:
    """A calendar with its events in another order, and some of them twice, without a line, or with a slip in it."""
    before, *rest = content.decode().split("BEGIN:VEVENT\r\n")
    last, after = rest[-1].split("END:VEVENT\r\n", 1)
    events = [each.removesuffix("END:VEVENT\r\n").splitlines() for each in (*rest[:-1], last)]
    random.shuffle(events)
    for lines in random.sample(events, min(len(events), random.randint(1, 4))):
        number = random.randrange(len(lines))
        day = next(line for line in lines if line.startswith("DTSTART"))[-15:-7]
        _may_be_anything(truth, f"{day[:4]}-{day[4:6]}-{day[6:]}")
        if lines[number].startswith("UID") and random.random() < 0.5:
            events.append(list(lines))
        elif random.random() < 0.5:
            del lines[number]
        else:
            lines[number] = typing_error(random, lines[number])
    written = ("".join(f"{line}\r\n" for line in ("BEGIN:VEVENT", *lines, "END:VEVENT")) for lines in events)
    return "".join((before, *written, after)).encode()


def _may_be_anything(truth: Truth, day: str) -> None:
    """What an event says that was spoilt may be missing, and be called otherwise; on another day it must not be."""
    truth.may += [replace(duty, code=(ANY,), part="") for duty in truth.duties if duty.day == day]
    truth.duties = [duty for duty in truth.duties if duty.day != day]


def shuffled(book: Book, _truth: Truth, random: Random) -> None:
    """Rows, columns and sheets in another order, where the order says nothing."""
    for sheet in book.sheets:
        shuffle_rows(sheet, random)
        shuffle_columns(sheet, random)
    if not book.kept_order:
        random.shuffle(book.sheets)


def blanked(book: Book, truth: Truth, random: Random) -> None:
    """Up to five cells emptied."""
    cells = _filled(book)
    chosen = random.sample(cells, min(len(cells), random.randint(1, 5)))
    for cell in chosen:
        _may_have_no_code(truth, str(cell.value))
        cell.value = None
    _may_be_missing(truth, chosen)


def misspelt(book: Book, truth: Truth, random: Random) -> None:
    """A slip in a word of up to three cells."""
    cells = [cell for cell in _filled(book) if isinstance(cell.value, str) and _WORD.search(cell.value)]
    for cell in random.sample(cells, min(len(cells), random.randint(1, 3))):
        before = str(cell.value)
        word = random.choice(list(_WORD.finditer(before)))
        after = f"{before[: word.start()]}{typing_error(random, word.group())}{before[word.end() :]}"
        cell.value = after
        _may_be_missing(truth, [cell])
        _may_be_so(truth, before, after)


def merged(book: Book, truth: Truth, random: Random) -> None:
    """A cell of the rota merged with the one beside or below it."""
    sheet = random.choice(book.sheets)
    sheet.evened()
    by_cell = _duties_by_cell(truth)
    pairs = [pair for pair in _neighbours(sheet, random) if all(id(cell) in by_cell for cell in pair)]
    in_spans = _covered(sheet)
    pairs = [pair for pair in pairs if not in_spans & {id(cell) for cell in pair}]
    if not pairs:
        return
    first, second = random.choice(pairs)
    row, column = sheet.places()[id(first)]
    is_below = sheet.places()[id(second)][0] > row
    sheet.merge(row, column, 1 if is_below else 2, 2 if is_below else 1)
    second.value = None
    _may_be_missing(truth, [first, second])
    _may_hold_on(truth, by_cell[id(first)], by_cell[id(second)])
    _may_give_way(truth, by_cell[id(first)], by_cell[id(second)])


WAYS: tuple[Callable[[Book, Truth, Random], None], ...] = (shuffled, blanked, misspelt, merged)


def _filled(book: Book) -> list[Cell]:
    return [cell for sheet in book.sheets for row in sheet.rows for cell in row if not cell.is_empty]


def _may_be_missing(truth: Truth, cells: Iterable[Cell]) -> None:
    gone = {id(cell) for cell in cells}
    truth.may += [duty for duty in truth.duties if any(id(cell) in gone for cell in duty.sources)]
    truth.duties = [duty for duty in truth.duties if not any(id(cell) in gone for cell in duty.sources)]
    truth.may += [duty for cell, duties in truth.if_empty if id(cell) in gone for duty in duties]


def _may_have_no_code(truth: Truth, gone: str) -> None:
    """Duties whose post or code is written nowhere any more are duties still."""
    renamed = {_folded(gone): NO_CODE}
    truth.duties = [replace(duty, code=_with_others(duty.code, renamed)) for duty in truth.duties]


def _may_be_so(truth: Truth, before: str, after: str) -> None:
    """Wherever a person or code is called as it stood in the cell, it may be called as it stands now."""
    renamed = dict(zip(_called(before), _called(after), strict=False))
    truth.duties = [_renamed(duty, renamed) for duty in truth.duties]
    truth.may = [_renamed(duty, renamed) for duty in truth.may]
    truth.must_ask = [_renamed_ask(ask, renamed) for ask in truth.must_ask]
    truth.may_ask = [_renamed_ask(ask, renamed) for ask in truth.may_ask]
    truth.people = [_with_others(who, renamed) for who in truth.people]


def _called(text: str) -> list[str]:
    """What a cell calls people and codes: all of it, and its parts."""
    return [_folded(text), *map(_folded, _PARTS.split(text))]


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _with_others(spellings: tuple[str, ...], renamed: dict[str, str]) -> tuple[str, ...]:
    others = [renamed[_folded(each)] for each in spellings if _folded(each) in renamed]
    for before, after in renamed.items():  # one of several cells that say what a duty is, such as its turn
        inside = re.compile(rf"(?<!\w){re.escape(before)}(?!\w)")
        others += [inside.sub(after, _folded(each)) for each in spellings if before and inside.search(_folded(each))]
    return tuple(dict.fromkeys((*spellings, *others)))


def _renamed(duty: Duty, renamed: dict[str, str]) -> Duty:
    return replace(duty, person=_with_others(duty.person, renamed), code=_with_others(duty.code, renamed))


def _renamed_ask(ask: Ask, renamed: dict[str, str]) -> Ask:
    return replace(ask, duties=tuple(_renamed(duty, renamed) for duty in ask.duties))


def _neighbours(sheet: Sheet, random: Random) -> list[tuple[Cell, Cell]]:
    if random.random() < 0.5:
        return [pair for row in sheet.rows for pair in pairwise(row)]
    return [pair for upper, lower in pairwise(sheet.rows) for pair in zip(upper, lower, strict=True)]


def _covered(sheet: Sheet) -> set[int]:
    """Cells in a merged range, by ``id``."""
    places, found = sheet.places(), set()
    for span in sheet.merged:
        row, column = places[id(span.first)]
        for r in range(row, row + span.height):
            found |= {id(sheet.cell(r, c)) for c in range(column, column + span.width)}
    return found


def _duties_by_cell(truth: Truth) -> dict[int, list[Duty]]:
    found: dict[int, list[Duty]] = {}
    for duty in (*truth.duties, *truth.may):
        for cell in duty.sources:
            found.setdefault(id(cell), []).append(duty)
    return found


def _may_hold_on(truth: Truth, kept: Iterable[Duty], gone: Iterable[Duty]) -> None:
    """What the first cell says may hold for the second, as a merged cell does: who, what, or which part of the day."""
    for before in kept:
        for after in gone:
            codes = (*before.code, *_at_hours(before.code, after.part))
            for part in {before.part, after.part}:
                truth.may += [
                    replace(after, code=codes, part=part),
                    replace(after, person=before.person, part=part),
                    replace(after, person=before.person, code=codes, part=part),
                ]
            truth.may += [replace(before, person=after.person), replace(after, day=before.day)]


def _at_hours(codes: Iterable[str], hours: str) -> tuple[str, ...]:
    """What duties are called at other hours, where their times stand in cells of their own."""
    turns = [code for code in codes if ":" not in code]
    return tuple(each for turn in turns for each in (f"{turn} {hours}", f"{hours} {turn}")) if "-" in hours else ()


def _may_give_way(truth: Truth, kept: Iterable[Duty], gone: Iterable[Duty]) -> None:
    """Leave that is merged over somebody's line may take the place of whatever else they would do on its days."""
    days = {duty.day for duty in kept if LEAVE in duty.code}
    people = {duty.person for duty in gone}
    taken = [duty for duty in truth.duties if duty.day in days and duty.person in people]
    truth.may += taken
    truth.duties = [duty for duty in truth.duties if duty not in taken]
