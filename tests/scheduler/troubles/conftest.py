"""A published term whose people's time comes from stored facts, so that whatever changes is worked out anew."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from scheduler import clock
from scheduler.availability import entries
from scheduler.availability.model import Weekly
from scheduler.db import Database
from scheduler.enrolment import people_import
from scheduler.programmes.model import Programme, equal_rounds
from tests.builders import everybody_is_ready, people_csv, programme, world
from tests.kept import kept_for_a_moment
from tests.scheduler.sessions.term import PEOPLE, Term, publish_plan

OFFICE_HOURS = tuple(Weekly(weekday, time(9), time(18), "2", "working_hours") for weekday in range(5))


@kept_for_a_moment
def a_true_term(database: Database, **changes: object) -> Term:
    """Everybody can come in office hours, as they said themselves."""
    now = clock.now()
    first_monday = now.date() + timedelta(days=28 - now.weekday())
    wanted: Programme = programme(**{"rounds": equal_rounds(first_monday, 3, 4), **changes})
    here = world(database, wanted)
    with database.writing() as db:
        people_import.import_people(db, here.coordinator, here.programme_id, people_csv(*PEOPLE), now)
        ids = people_import.person_ids_by_address(db, here.programme_id)
    term = Term(here, ids)
    with database.writing() as db:
        everybody_is_ready(db, here.programme_id)
        for address in ids:
            who = term.actor(address.removesuffix("@example.org"))
            entries.set_weekly(db, who, here.programme_id, OFFICE_HOURS, now)
    publish_plan(term)
    return term


@pytest.fixture
def term(database: Database) -> Term:
    return a_true_term(database)
