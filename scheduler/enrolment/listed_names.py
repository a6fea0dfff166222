"""The people of a list as rotas may refer to them: only their names, addresses and sites; nothing is stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scheduler.enrolment.spreadsheets.columns import GIVEN, SURNAME, ListKind
from scheduler.enrolment.spreadsheets.headings import column_of_heading
from scheduler.enrolment.spreadsheets.names import full_name, plain_address
from scheduler.enrolment.spreadsheets.table import Row, Table, read_table
from scheduler.errors import Rejected
from scheduler.languages import say
from scheduler.rotas.names import Known

_NAMES = ("name", GIVEN, SURNAME)


def listed_names(content: bytes, filename: str) -> tuple[Known, ...]:
    """Everybody on a list of people, numbered from 1 in the list's order.

    Raises ``UnreadableFile`` where there is no list, and ``Rejected`` where none of its columns holds names.
    """
    table = read_table(ListKind.PEOPLE, content, filename)
    places = _places(table)
    if not any(column in places for column in _NAMES):
        raise Rejected(
            say("No column of the list holds names."), what_to_do=say("Call that column “name”, and try again.")
        )
    return tuple(Known(number, *each) for number, each in enumerate(_people(table, places), start=1))


def _places(table: Table) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, heading in enumerate(table.headings):
        if column := column_of_heading(ListKind.PEOPLE, heading):
            places.setdefault(column, place)
    return places


def _people(table: Table, places: Mapping[str, int]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Each person's names and address, once; people of one name without an address are told apart by their rows."""
    seen: set[tuple[str, str]] = set()
    for row in table.rows:
        cells = {column: row.cells[place] for column, place in places.items()}
        name = full_name(cells.get("name", ""), cells.get(GIVEN, ""), cells.get(SURNAME, ""))
        address = plain_address(cells.get("email", "")) or _row(row)
        if name and (name, address) not in seen:
            seen.add((name, address))
            yield (name,), address


def _row(row: Row) -> str:
    return say("row %(number)s", number=row.number)
