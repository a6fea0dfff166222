"""What is kept in memory is never old."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scheduler.availability.entries import replace_own_marks
from scheduler.availability.intervals import Interval
from scheduler.availability.model import OwnMark
from scheduler.changes import Fact, note
from scheduler.db import Database
from scheduler.edits.facts import Facts, facts_of
from scheduler.edits.model import MovePerson
from scheduler.memory import forget_everything
from scheduler.people.model import Role
from scheduler.planning.known_to import KnownTo
from scheduler.planning.present_problem import present_problem
from scheduler.programmes.facts_mark import facts_mark
from scheduler.programmes.tables import ProgrammeRow
from scheduler.publishing.rule_check import check_rules
from tests.builders import NOW, actor
from tests.scheduler.edits.drafts import Drafted, a_draft
from tests.web.test_request_context import counting


@pytest.fixture
def here(storage: Database) -> Drafted:
    return a_draft(storage)


def facts(here: Drafted, later: timedelta = timedelta()) -> Facts:
    with here.database.reading() as db:
        return facts_of(db, here.world.programme_id, NOW + later)[1]


@pytest.mark.parametrize("fact", Fact)
def test_whatever_is_noted_makes_it_be_worked_out_anew(here: Drafted, fact: Fact) -> None:
    before = facts(here)
    assert facts(here) is before
    with here.database.writing() as db:
        note(db, fact, here.world.programme_id, NOW)
    assert facts(here) is not before


def test_who_says_that_they_cannot_come_cannot_from_then_on(here: Drafted) -> None:
    session = here.group("g1").sessions[0]
    assert session.can_come == 4
    with here.database.writing() as db:
        span = Interval(session.starts_at, session.starts_at + timedelta(hours=1))
        r1 = actor(here.ids["r1"], here.world.programme_id, Role.RESIDENT)
        replace_own_marks(db, r1, here.world.programme_id, (), [OwnMark(span, "0")], NOW)
    assert here.group("g1").sessions[0].can_come == 3


def test_a_day_later_they_are_looked_at_anew(here: Drafted) -> None:
    before = facts(here)
    assert facts(here, timedelta(minutes=5)) is before
    assert facts(here, timedelta(days=1)) is not before


def test_a_date_that_has_begun_is_no_date_any_more(here: Drafted) -> None:
    start = here.group("g1").sessions[0].starts_at
    before = facts(here, start - NOW - timedelta(minutes=1))
    assert (start, 0) in before.index_of
    assert (start, 0) not in facts(here, start - NOW).index_of


def test_of_a_programme_in_which_nothing_was_noted_nothing_is_kept(here: Drafted) -> None:
    with here.database.writing() as db:
        db.get_one(ProgrammeRow, here.world.programme_id).facts_mark = ""
    with here.database.reading() as db:
        assert facts_mark(db, here.world.programme_id) is None
    assert facts(here) is not facts(here)


def test_the_problem_is_built_once_for_all_who_look_and_anew_for_whoever_changes(here: Drafted) -> None:
    programme_id = here.world.programme_id
    with here.database.reading() as db:
        instance = present_problem(db, programme_id, NOW, KnownTo.COORDINATOR)
        assert present_problem(db, programme_id, NOW + timedelta(minutes=5), KnownTo.COORDINATOR) is instance
    assert facts(here).instance is instance
    with here.database.writing() as db:
        assert present_problem(db, programme_id, NOW, KnownTo.COORDINATOR) is not instance
    here.note()
    assert facts(here).instance is not instance


def test_the_rules_of_a_draft_are_looked_at_without_building_the_problem_again(here: Drafted) -> None:
    here.open()
    with counting(here.database) as counted, here.database.reading() as db:
        check_rules(db, here.coordinator, here.plan_id, NOW)
    assert not [query for query in counted.queries if "FROM availability" in query]
    forget_everything()
    with counting(here.database) as counted, here.database.reading() as db:
        check_rules(db, here.coordinator, here.plan_id, NOW)
    assert len([query for query in counted.queries if "FROM availability" in query]) == 1


def test_what_a_page_shows_of_a_draft_is_worked_out_once_for_each_state_of_it(here: Drafted) -> None:
    before = here.open()
    assert all(one is other for one, other in zip(here.open().groups, before.groups, strict=True))
    here.keep(MovePerson(here.ids["l"], "g1"))
    assert here.open().groups != before.groups
    here.undo()
    assert here.open().groups == before.groups


def test_a_draft_in_memory_takes_a_handful_of_queries(here: Drafted) -> None:
    here.open()
    edit = MovePerson(here.ids["l"], "g1")
    with counting(here.database) as warm:
        here.preview(edit)
    forget_everything()
    with counting(here.database) as cold:
        here.preview(edit)
    assert len(warm.queries) <= 6
    assert len(cold.queries) <= 52
