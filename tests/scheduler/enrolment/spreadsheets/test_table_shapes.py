"""Lists of other shapes: supervisors beside their trainees, a week from left to right, spans of time in one cell."""

from __future__ import annotations

import pytest

from scheduler.enrolment.spreadsheets.columns import COLUMNS, ListKind
from scheduler.enrolment.spreadsheets.headings import column_of_heading
from scheduler.enrolment.spreadsheets.table import Row, Table
from scheduler.enrolment.spreadsheets.table_shapes import reshaped
from scheduler.languages import in_language, say, translated

Cells = tuple[str, ...]


def table(*rows: Cells) -> Table:
    return Table(rows[0], tuple(Row("", number, cells) for number, cells in enumerate(rows[1:], start=2)))


def facts(kind: ListKind, *rows: Cells) -> list[dict[str, str]]:
    """What each row says, by the list's own columns."""
    found = reshaped(kind, table(*rows))
    columns = [column_of_heading(kind, heading) for heading in found.headings]
    return [{column: cell for column, cell in zip(columns, row.cells, strict=True) if column} for row in found.rows]


def test_each_supervisor_beside_a_trainee_is_a_relation_of_the_kind_that_the_heading_says() -> None:
    said = facts(
        ListKind.RELATIONS,
        ("Trainee", "Ward", "Educational Supervisor", "Educational supervisor e-mail", "Assessor", "Line Manager"),
        ("Ada Quill", "4B", "Fay Lantern", "fay@trust.example", "Gil Spare", ""),
        ("Ben Marrow", "4C", "", "", "", "Hal Ives"),
    )
    assert said == [
        {"about": "Ada Quill", "person": "fay@trust.example", "kind": "educational supervisor"},
        {"about": "Ada Quill", "person": "Gil Spare", "kind": "assessor"},
        {"about": "Ben Marrow", "person": "Hal Ives", "kind": "line manager"},
    ]


def test_a_column_for_the_relation_is_what_says_it() -> None:
    rows = (("Supervisor", "Trainee", "Relation"), ("Fay Lantern", "Ada Quill", "assesses"))
    assert reshaped(ListKind.RELATIONS, table(*rows)) == table(*rows)


def test_a_week_from_left_to_right_is_an_entry_a_cell() -> None:
    said = facts(
        ListKind.CLINICS,
        ("Consultant", "Mon AM", "Mon PM", "Thursday 9-12.30"),
        ("Fay Lantern", "Clinic", "", "Theatre"),
    )
    assert said == [
        {"person": "Fay Lantern", "kind": "Clinic", "weekday": "Mon", "start": "09:00", "end": "13:00"},
        {"person": "Fay Lantern", "kind": "Theatre", "weekday": "Thursday", "start": "09:00", "end": "12:30"},
    ]


@pytest.mark.parametrize("heading", ["Time", "Session", "Hours"])
def test_a_span_in_one_cell_becomes_start_and_end(heading: str) -> None:
    said = facts(
        ListKind.CLINICS,
        ("Consultant", "Day", heading),
        *(("Fay Lantern", "Mon", cell) for cell in ("9:00-12:30", "afternoon", "13.00 – 17.00", "9-5", "when asked")),
    )
    assert [(each["start"], each["end"]) for each in said] == [
        ("09:00", "12:30"), ("13:00", "17:00"), ("13:00", "17:00"), ("09:00", "17:00"), ("when asked", ""),
    ]  # fmt: skip


def test_numbers_of_places_are_no_opening_hours() -> None:
    rows = (("Room", "Hospital", "Capacity"), ("Library", "north", "8-10"))
    assert reshaped(ListKind.ROOMS, table(*rows)) == table(*rows)
    [hall] = facts(ListKind.ROOMS, ("Room", "Hospital", "Capacity", "Open"), ("Hall", "north", "30", "9-5"))
    assert (hall["opens_at"], hall["closes_at"], hall["capacity"]) == ("09:00", "17:00", "30")


@pytest.mark.parametrize("kind", ListKind)
@pytest.mark.parametrize("language", ["en", *translated()])
def test_what_the_page_calls_a_column_is_a_heading(kind: ListKind, language: str) -> None:
    """The page lists them for whoever makes a list by hand."""
    with in_language(language):
        called = {name: say(column.label) for name, column in COLUMNS[kind].items()}
    known = {name: column_of_heading(kind, label) for name, label in called.items()}
    other = {name: found for name, found in known.items() if found != name}
    assert other.keys() <= _TWO_OF_ONE_LABEL, other


_TWO_OF_ONE_LABEL = {"first_day", "last_day", "name"}
"""“From” is a time or a day, and “Nom” a whole name where there is no “Prénom” beside it."""
