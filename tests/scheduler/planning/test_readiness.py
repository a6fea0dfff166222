"""Nobody to plan: each reason is the true one, with its way out."""

from __future__ import annotations

import pytest

from scheduler.db import Database
from scheduler.enrolment.people_import import import_people
from scheduler.errors import NotPossible, Page
from scheduler.planning.runs import start_run
from tests.builders import NOW, people_csv, person_line, world


def test_a_programme_of_faculty_alone_is_not_called_empty(database: Database) -> None:
    here = world(database)
    with pytest.raises(NotPossible) as empty, database.writing() as db:
        start_run(db, here.coordinator, here.programme_id, NOW)
    assert "no people in it" in empty.value.message
    with database.writing() as db:
        content = people_csv(person_line("Fay Lantern", role="faculty", stage=""))
        import_people(db, here.coordinator, here.programme_id, content, NOW)
    with pytest.raises(NotPossible) as refused, database.writing() as db:
        start_run(db, here.coordinator, here.programme_id, NOW)
    assert refused.value.message == "Groups are made of residents, and everyone in the programme is faculty."
    assert refused.value.page is Page.PEOPLE
