"""A small database: a table of assignments that names its people, and perhaps what they do, by their numbers in other
tables, and writes the first day in one column or in three, with a number of days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType

from scheduler.languages import mark, say
from scheduler.rotas.model import Question
from scheduler.rotas.reading.at_once import about_overlaps
from scheduler.rotas.reading.cells import Cell, folded, is_blank, is_number, text_of
from scheduler.rotas.reading.context import Context
from scheduler.rotas.reading.dates import Hints, partial, resolve
from scheduler.rotas.reading.doubtful_dates import not_in_order, out_of_order
from scheduler.rotas.reading.headings import (
    column_role,
    is_date_heading,
    is_given_name_heading,
    is_of_numbers,
    is_person_heading,
    numbers_people,
    words_of_heading,
)
from scheduler.rotas.reading.layout import Entry, Layout, Reading, SheetReader, Sign, Use
from scheduler.rotas.reading.workbook import Sheet
from scheduler.rotas.written_days import Partial, Slot

LINKED_TABLES = Layout("tables", mark("linked tables: one of people, one of assignments"))
_WITHIN_ROWS = 5
_LONGEST = 400
_WHAT = frozenset(("what", "label", "rotation", "activity", "post", "service", "block"))


@dataclass(frozen=True, slots=True)
class _Table:
    """A sheet with headings in its first filled row: the words of each, and the rows below."""

    sheet: Sheet
    row: int
    words: Mapping[int, tuple[str, ...]]

    @property
    def rows(self) -> list[int]:
        return [row for row in range(self.row + 1, self.sheet.height) if any(True for _ in self.sheet.filled(row))]

    def column(self, fits: Callable[[tuple[str, ...]], bool], holds: Callable[[Cell], bool]) -> int | None:
        """The first column with such a heading whose filled cells are all such."""
        for column, words in self.words.items():
            cells = [cell for row in self.rows if not is_blank(cell := self.sheet.at(row, column))]
            if fits(words) and cells and all(map(holds, cells)):
                return column
        return None


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where an assignment says who, from which day, for how many days, and what; ``labels`` are what the numbers in
    the last column stand for."""

    person: int
    day: tuple[int, ...]
    length: int
    what: int
    labels: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def read_linked_tables(sheet: Sheet, context: Context) -> Reading | None:
    """The sheet as a table of assignments; None if it is none."""
    table = _table(sheet)
    columns = _columns(table, context.others) if table else None
    if table is None or columns is None:
        return None
    names = _names(table, columns, context.others)
    entries: list[Entry] = []
    slots: dict[str, Slot] = {}
    questions: list[Question] = []
    for row in table.rows:
        place = sheet.address(row, columns.what)
        first, who = _first_day(sheet, row, columns), _key(sheet.at(row, columns.person))
        length = _number(sheet.at(row, columns.length))
        what = columns.labels.get(_key(cell := sheet.at(row, columns.what)), text_of(cell))
        if first is None or not 0 < length <= _LONGEST or not what or not who:
            questions.append(
                Question("cell", place, say("This row was left out: it says no days or no name."), (), place)
            )
            continue
        slot = sheet.address(row, columns.day[-1])
        slots[slot] = Slot(slot, str(first), Partial(first.day, first.month, first.year), length=length)
        person = names.get(who, who)
        days = (first + timedelta(days=offset) for offset in range(length))
        is_known = who in names and not person.endswith(f"({who})")
        if is_number(who) and not is_known and not any(each.subject == person for each in questions):
            questions.append(_no_name(person, sheet.address(row, columns.person)))
        entries += (Entry(person, day, what, place, slot=slot) for day in days)
    questions += about_overlaps(entries)
    questions += _not_in_order(entries, slots)
    people = tuple(dict.fromkeys(entry.person for entry in entries))
    days_spoken_for = tuple(sorted({entry.day for entry in entries}))
    return Reading(
        LINKED_TABLES,
        people,
        tuple(entries),
        days_spoken_for,
        tuple(questions),
        uses=_uses(table, columns),
        slots=slots,
    )


def _not_in_order(entries: Iterable[Entry], slots: Mapping[str, Slot]) -> Iterator[Question]:
    """What is asked about a first day that breaks the order of everybody's first days."""
    firsts: dict[str, dict[str, date]] = {}
    for entry in entries:
        firsts.setdefault(entry.person, {}).setdefault(entry.slot, entry.day)
    lists = [list(each.items()) for each in firsts.values()]
    for number, position in out_of_order([day for _, day in each] for each in lists):
        place = lists[number][position][0]
        yield not_in_order(place, slots[place].written)


def _table(sheet: Sheet) -> _Table | None:
    for row in range(min(sheet.height, _WITHIN_ROWS)):
        cells = list(sheet.filled(row))
        if cells:
            if all(isinstance(cell, str) and not is_number(cell) for _, cell in cells):
                return _Table(sheet, row, {column: words_of_heading(cell) for column, cell in cells})
            return None
    return None


def _columns(table: _Table, others: Sequence[Sheet]) -> _Columns | None:
    day = _day_columns(table)
    length = table.column(_is_of_lengths, _is_within(1, _LONGEST))
    person = table.column(_is_of_people, lambda cell: not is_blank(cell))
    if day is None or length is None or person is None:
        return None
    what = table.column(_is_of_what, _is_words)
    what = _varying(table, person) if what is None else what
    if what is not None:
        return _Columns(person, day, length, what)
    linked = next(_linked(table, (person, length, *day), others), None)
    return None if linked is None else _Columns(person, day, length, *linked)


def _day_columns(table: _Table) -> tuple[int, ...] | None:
    """The columns of year, month and day, or that of dates."""
    found = [
        table.column(lambda words, part=part: bool(words) and words[-1] == part, holds)  # type: ignore[misc]
        for part, holds in (("year", _is_within(1990, 2100)), ("month", _is_within(1, 12)), ("day", _is_within(1, 31)))
    ]
    parts = tuple(column for column in found if column is not None)
    if len(parts) == len(found):
        return parts
    whole = table.column(lambda words: words[-1:] == ("date",) or is_date_heading(" ".join(words)), _is_whole_date)
    return None if whole is None else (whole,)


def _is_whole_date(cell: Cell) -> bool:
    part = partial(cell)
    return part is not None and part.year is not None and not part.is_ambiguous


def _linked(table: _Table, taken: Sequence[int], others: Sequence[Sheet]) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Columns of numbers that stand for words in a table of their name, with these; tables of days are none."""
    tables = [each for other in others if (each := _table(other)) is not None and _day_columns(each) is None]
    for column, words in table.words.items():
        numbers = {_key(cell) for row in table.rows if not is_blank(cell := table.sheet.at(row, column))}
        if column in taken or not is_of_numbers(words):
            continue
        for each in (each for each in tables if _singular(words_of_heading(each.sheet.name)) == _singular(words[:-1])):
            labels = dict(_labels(each))
            if numbers and 2 * len(numbers & labels.keys()) > len(numbers):
                yield column, labels


def _singular(words: Sequence[str]) -> list[str]:
    return [word.removesuffix("s") for word in words]


def _labels(table: _Table) -> Iterator[tuple[str, str]]:
    """What the numbers of a table stand for."""
    number = table.column(is_of_numbers, is_number)
    label = table.column(lambda words: words[-1:] in (("label",), ("name",), ("title",), ("code",)), _is_words)
    if number is not None and label is not None:
        yield from ((_key(table.sheet.at(row, number)), text_of(table.sheet.at(row, label))) for row in table.rows)


def _is_words(cell: Cell) -> bool:
    return isinstance(cell, str) and not is_number(cell)


def _varying(table: _Table, person: int) -> int | None:
    """The one column of words that are not the same in all rows of a person, as names are."""
    found = []
    for column in table.words:
        cells = [(_key(table.sheet.at(row, person)), table.sheet.at(row, column)) for row in table.rows]
        filled = [(who, text_of(cell)) for who, cell in cells if who and not is_blank(cell)]
        if column != person and all(_is_words(text) for _, text in filled) and len(set(filled)) > len(dict(filled)):
            found.append(column)
    return found[0] if len(found) == 1 else None


def _is_within(low: int, high: int) -> Callable[[Cell], bool]:
    return lambda cell: is_number(cell) and low <= _number(cell) <= high


def _is_of_lengths(words: tuple[str, ...]) -> bool:
    is_number_of = words[-1:] == ("days",) or words[:1] in (("length",), ("duration",))
    return is_number_of or column_role(" ".join(words)) == "days"


def _is_of_people(words: tuple[str, ...]) -> bool:
    return numbers_people(words) or is_person_heading(" ".join(words))


def _is_of_what(words: tuple[str, ...]) -> bool:
    return " ".join(words) in _WHAT or column_role(" ".join(words)) == "code"


def _number(cell: Cell) -> int:
    return int(float(text_of(cell))) if is_number(cell) else 0


def _key(cell: Cell) -> str:
    return str(_number(cell)) if is_number(cell) else text_of(cell)


def _first_day(sheet: Sheet, row: int, columns: _Columns) -> date | None:
    if len(columns.day) == 1:
        part = partial(sheet.at(row, columns.day[0]))
        return None if part is None else resolve([(0, part)], Hints()).dates.get(0)
    year, month, day = (_number(sheet.at(row, column)) for column in columns.day)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _names(table: _Table, columns: _Columns, others: Sequence[Sheet]) -> dict[str, str]:
    """What people are called, by how the assignments name them: their numbers in a table of people."""
    wanted = {_key(table.sheet.at(row, columns.person)) for row in table.rows}
    tables = [people for other in others if (people := _table(other)) is not None]
    found = max((dict(_people(each)) for each in tables), key=lambda found: len(wanted & found.keys()), default={})
    counts = Counter(map(folded, found.values()))
    return {who: name if counts[folded(name)] == 1 else _numbered(name, who) for who, name in found.items()}


def _numbered(name: str, who: str) -> str:
    """What one of several people of one name is called."""
    return f"{name} ({who})"


def _no_name(who: str, place: str) -> Question:
    """The question about somebody of whom only a number is written."""
    return Question("person", place, say("Only the number “%(name)s” is written. Who is it?", name=who), (), who)


def _people(table: _Table) -> Iterator[tuple[str, str]]:
    """The people of a table by their numbers, if it is one of people."""
    number = table.column(is_of_numbers, is_number)
    heads = {column: " ".join(words) for column, words in table.words.items()}
    given = [column for column, head in heads.items() if is_given_name_heading(head)][:1]
    family = [column for column, head in heads.items() if is_person_heading(head) and column not in given][:1]
    if number is None or not family:
        return
    for row in table.rows:
        names = [text_of(table.sheet.at(row, column)) for column in (*given, *family)]
        if all(names):
            yield _key(table.sheet.at(row, number)), " ".join(filter(None, names))


def _uses(table: _Table, columns: _Columns) -> dict[str, Use]:
    by_column = dict.fromkeys((*columns.day, columns.length), Use.DATE)
    by_column |= {columns.person: Use.PERSON, columns.what: Use.CODE}
    sheet = table.sheet
    return {
        sheet.address(row, column): Use.HEADING if row <= table.row else by_column.get(column, Use.NOTE)
        for row in range(sheet.height)
        for column, _ in sheet.filled(row)
    }


READER = SheetReader((LINKED_TABLES,), Sign.COLUMNS, read_linked_tables)
