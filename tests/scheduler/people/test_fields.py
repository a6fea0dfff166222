"""Every column of a participant is declared once, and what hangs on the declaration follows it."""

from __future__ import annotations

from scheduler.db import Database
from scheduler.enrolment.people_lists import CHANGE_COLUMNS, NEEDED_COLUMNS, PEOPLE_COLUMNS, WISH_COLUMNS
from scheduler.enrolment.people_register import PeopleFilter, list_register
from scheduler.joining.model import COLUMNS
from scheduler.paging import Paging
from scheduler.people.fields import FIELDS, shown_fields
from scheduler.people.model import PARTICIPANTS, Role
from scheduler.people.tables import ParticipantRow
from scheduler.programmes.service import get_programme
from tests.builders import import_residents, person_line, world

WHO_AND_WHEN = {"programme_id", "person_id", "kind", "site_id", "joined_at", "left_at", "declined", "guest", "stays_on"}
"""Columns of a participant that are no fields: no cell of the list is stored in them as it is read."""
TOLD_OPENLY = {"traits", "like", "unlike", "together", "firm", "accepts_writing"}
"""What people say only themselves, most of it when they are asked openly: no list brings it, and no table shows it."""


def test_every_column_of_a_participant_is_a_field() -> None:
    assert set(ParticipantRow.__table__.columns.keys()) - WHO_AND_WHEN - TOLD_OPENLY == {field.name for field in FIELDS}


def test_no_column_of_the_list_stands_twice() -> None:
    assert (
        len(set(PEOPLE_COLUMNS))
        == len(PEOPLE_COLUMNS)
        == sum(map(len, (NEEDED_COLUMNS, FIELDS, WISH_COLUMNS, CHANGE_COLUMNS)))
    )


def test_what_people_answer_themselves_are_fields() -> None:
    answered = {column for columns in COLUMNS.values() for column in columns}
    assert answered - TOLD_OPENLY <= {field.name for field in FIELDS}


def test_the_coordinators_table_has_a_value_for_each_heading(storage: Database) -> None:
    here = world(storage)
    import_residents(here, 1, person_line("Dr Cy", role="faculty", stage=""), stage="3")
    with storage.reading() as db:
        programme = get_programme(db, here.programme_id)
        entries, _ = list_register(db, here.coordinator, programme, PeopleFilter(), Paging())
    lines = {entry.kind: entry for entry in entries}
    assert lines[Role.RESIDENT].shown["stage"] == 3
    assert {kind: list(lines[kind].shown) for kind in PARTICIPANTS} == {
        kind: [field.name for field in shown_fields(kind)] for kind in PARTICIPANTS
    }
