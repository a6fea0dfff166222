"""Which column of a table is which of a list: as it was said before, by its heading, else by what its cells hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from scheduler.enrolment.spreadsheets.columns import COLUMNS, GIVEN, SURNAME, Cells, ListKind
from scheduler.enrolment.spreadsheets.grades import find_grade, step_of
from scheduler.enrolment.spreadsheets.headings import column_of_heading
from scheduler.enrolment.spreadsheets.meanings import clock_of, role_of, site_of, weekdays_of
from scheduler.enrolment.spreadsheets.table import Table
from scheduler.people.model import is_address
from scheduler.programmes.model import Programme
from scheduler.rotas.reading.cells import folded

IGNORED: Final = ""
"""The column of a list that a column of a file is where it is none of them."""
_MOST = 0.8
"""The share of a column's cells that must be of a kind for the column to be taken for it."""
_MOST_SAMPLES = 3


@dataclass(frozen=True, slots=True)
class FileColumn:
    """A column of a file: its heading, what its cells say for example, and which column of the list it is."""

    place: int
    heading: str
    samples: tuple[str, ...]
    filled: int
    column: str


def recognise(
    kind: ListKind, table: Table, programme: Programme, said: Mapping[str, str] | None = None
) -> tuple[FileColumn, ...]:
    """The columns of a table. ``said`` is heading, folded → column, as somebody has said it."""
    texts = [_texts(table, place) for place in range(len(table.headings))]
    chosen = _by_heading(kind, table, texts, said or {})
    free = [place for place in range(len(texts)) if place not in chosen]
    for place, column in _by_content(kind, programme, table, texts, free, set(chosen.values())):
        chosen[place] = column
    return tuple(
        FileColumn(place, heading, _samples(texts[place]), len(texts[place]), chosen.get(place, IGNORED))
        for place, heading in enumerate(table.headings)
    )


def _by_heading(
    kind: ListKind, table: Table, texts: Sequence[Sequence[str]], said: Mapping[str, str]
) -> dict[int, str]:
    """Columns that are known by their heading; of two for one, the one that was said, else the one that says more."""
    found: dict[int, str] = {
        place: said[folded(heading)] for place, heading in enumerate(table.headings) if folded(heading) in said
    }
    guesses: dict[str, list[int]] = {}
    for place, heading in enumerate(table.headings):
        column = IGNORED if place in found else column_of_heading(kind, heading)
        if column and column not in found.values() and _may_be(COLUMNS[kind][column].cells, texts[place]):
            guesses.setdefault(column, []).append(place)
    for column, places in guesses.items():
        exact = [place for place in places if folded(table.headings[place]) == column.replace("_", " ")]
        says_most = sorted(places, key=lambda place: (-_share(texts[place], is_address), -len(texts[place]), place))
        found[(exact or says_most)[0]] = column
    return _one_name(found)


def _one_name(found: dict[int, str]) -> dict[int, str]:
    """“Name” beside “First name” is the last name; “Room” alone is a room’s name."""
    columns = {column: place for place, column in found.items()}
    if "room" in columns and "name" not in columns:
        found[columns["room"]] = "name"
    if GIVEN in columns and "name" in columns and SURNAME not in columns:
        found[columns["name"]] = SURNAME
    return found


def _may_be(cells: Cells, texts: Sequence[str]) -> bool:
    """Whether cells can be what their heading says: a column of addresses holds some."""
    if not texts or cells is not Cells.ADDRESS:
        return True
    return sum(map(is_address, texts)) >= len(texts) / 2


def _by_content(
    kind: ListKind,
    programme: Programme,
    table: Table,
    texts: Sequence[Sequence[str]],
    free: Sequence[int],
    taken: set[str],
) -> Iterator[tuple[int, str]]:
    """Columns whose heading says nothing, by what is in most of their cells."""
    left = list(free)
    for column, holds in _tests(kind, programme):
        if column in taken or (column == "name" and SURNAME in taken):
            continue
        fitting = [place for place in left if _share(texts[place], holds) >= _MOST]
        if column == "name":
            fitting = [place for place in fitting if _varied(texts[place]) and not (table.has_sheets and place == 0)]
        if fitting:
            left.remove(fitting[0])
            yield fitting[0], column


def _tests(kind: ListKind, programme: Programme) -> Iterator[tuple[str, Callable[[str], bool]]]:
    """What the cells of a column may be known by, the surest first."""
    if kind is ListKind.PEOPLE:
        yield "email", is_address
        yield "stage", lambda text: step_of(text) is not None or (not text.isdecimal() and _is_grade(text, programme))
        yield "site", lambda text: site_of(text, programme.sites) is not None
        yield "role", lambda text: role_of(text) is not None
        yield "name", _is_a_name
    if kind is ListKind.RELATIONS:
        yield "person", is_address
        yield "about", is_address
    if kind is ListKind.CLINICS:
        yield "person", is_address
        yield "weekday", lambda text: weekdays_of(text) is not None
        yield "start", lambda text: ":" in text and clock_of(text) is not None
        yield "end", lambda text: ":" in text and clock_of(text) is not None
    if kind is ListKind.ROOMS:
        yield "site", lambda text: site_of(text, programme.sites) is not None
        yield "weekdays", lambda text: weekdays_of(text) is not None


def _is_grade(text: str, programme: Programme) -> bool:
    return find_grade(text, programme.grades) is not None


def _is_a_name(text: str) -> bool:
    words = text.replace(",", " ").replace("-", " ").replace("'", "").replace("’", "").replace(".", " ").split()
    return 2 <= len(words) <= 6 and all(word.isalpha() for word in words)


def _varied(texts: Sequence[str]) -> bool:
    return len(set(texts)) > 0.8 * len(texts)


def _share(texts: Sequence[str], holds: Callable[[str], bool]) -> float:
    if not texts:
        return 0.0
    held = {text: holds(text) for text in set(texts)}
    return sum(held[text] for text in texts) / len(texts)


def _texts(table: Table, place: int) -> list[str]:
    return [row.cells[place] for row in table.rows if row.cells[place]]


def _samples(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(list(dict.fromkeys(texts))[:_MOST_SAMPLES])
