"""The planner goes on from a draft, around what is pinned."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from scheduler.db import Database
from scheduler.edits import service
from scheduler.edits.improvement import (
    Improvement,
    found_nothing_better,
    improvement_from_json,
    improvement_to_json,
    problem_of,
)
from scheduler.edits.model import MovePerson, Pin, PinKind, SetDate, SetPin
from scheduler.edits.opened import open_stored
from scheduler.errors import NotPossible
from scheduler.jobs.child import work
from scheduler.planning.keys import person_key
from scheduler.planning.runs import claim_next_run, get_run
from scheduler.plans.disposal import delete_drafts
from scheduler.plans.model import RunState
from scheduler.plans.origins import asked_at, improved_from
from scheduler.plans.service import list_plans
from scheduler.plans.tables import PlanRow, RunRow
from solvers.instance import Instance
from solvers.instance import Pin as PlannersPin
from solvers.referee import check
from solvers.solution import Solution
from tests.builders import NOW, publish
from tests.scheduler.edits.drafts import Drafted, a_draft, store, stored


@pytest.fixture
def here(storage: Database) -> Drafted:
    return a_draft(storage)


def pin(here: Drafted, kind: PinKind, group: str = "", *names: str, round_: int | None = None) -> None:
    one, other = (*(here.ids[name] for name in names), None, None)[:2]
    here.keep(SetPin(Pin(kind, group, one, other, round_)))


def problem_of_draft(here: Drafted, plan_id: int) -> tuple[Instance, Improvement]:
    with here.database.reading() as db:
        draft = open_stored(db, here.coordinator, plan_id, NOW)
    return problem_of(draft, draft.facts.instance)


def improved(here: Drafted, seconds: float = 1.0, now: datetime = NOW) -> Drafted:
    """The draft that an improvement of this one ends in."""
    with here.database.writing() as db:
        run_id = service.improve(db, here.coordinator, here.plan_id, now, seconds=seconds, workers=1)
    with here.database.writing() as db:
        attempt = claim_next_run(db, now)
    assert attempt is not None
    work(here.database, attempt)
    with here.database.reading() as db:
        run = get_run(db, here.coordinator, run_id)
    assert (run.state, run.error) == (RunState.DONE, "")
    assert run.plan_id is not None
    return Drafted(here.world, run.plan_id, here.ids)


def test_what_is_pinned_stays_and_no_point_is_lost(here: Drafted) -> None:
    here.keep(MovePerson(here.ids["l"], "g1"))
    date = here.group("g2").sessions[1].starts_at
    pin(here, PinKind.PERSON, "g1", "l")
    pin(here, PinKind.DATE, "g2", round_=1)
    pin(here, PinKind.APART, "", "r1", "r9")
    before = here.open()
    after = improved(here)
    draft = after.open()
    assert draft.score >= before.score
    assert draft.broken == ()
    assert draft.number == before.number + 1
    assert after.people("g1") == {"l", "r1", "r2", "r3", "r4"}
    assert after.people("g2") == {"r5", "r6", "r7", "r8"}
    assert after.group("g2").sessions[1].starts_at == date
    assert draft.pins == before.pins
    by_hand = {member.person_id for group in draft.groups for member in group.residents if member.by_hand}
    assert by_hand == {here.ids["l"]}
    names = {group.key: group.name for group in before.groups}
    assert all(names[group.key] == group.name for group in draft.groups if group.key in names)
    assert len({group.name for group in draft.groups}) == len(draft.groups)


def test_what_goes_along_is_kept_with_the_run_though_its_draft_is_deleted(here: Drafted) -> None:
    here.keep(MovePerson(here.ids["l"], "g1"))
    pin(here, PinKind.PERSON, "g1", "l")
    name = here.group("g1").name
    with here.database.writing() as db:
        run_id = service.improve(db, here.coordinator, here.plan_id, NOW, seconds=1, workers=1)
    with here.database.writing() as db:
        attempt = claim_next_run(db, NOW)
    assert attempt is not None
    with here.database.writing() as db:
        delete_drafts(db, here.coordinator, here.world.programme_id, [here.plan_id], NOW)
    work(here.database, attempt)
    with here.database.reading() as db:
        run = get_run(db, here.coordinator, run_id)
    assert (run.state, run.error) == (RunState.DONE, "")
    after = Drafted(here.world, run.plan_id or 0, here.ids)
    assert (after.group("g1").name, len(after.open().pins)) == (name, 1)
    assert [member.by_hand for member in after.group("g1").residents].count(True) == 1


def test_improving_again_and_again_takes_no_newer_change_of_what_is_published_in(here: Drafted) -> None:
    later = NOW + timedelta(hours=2)
    with here.database.reading() as db:
        first = asked_at(db, db.get_one(PlanRow, here.plan_id))
    for _ in range(2):
        here = improved(here, now=later)
        with here.database.reading() as db:
            assert asked_at(db, db.get_one(PlanRow, here.plan_id)) == first


def test_people_pinned_apart_have_a_conflict_and_others_none(here: Drafted) -> None:
    pin(here, PinKind.APART, "", "r1", "r9")
    with here.database.reading() as db:
        draft = open_stored(db, here.coordinator, here.plan_id, NOW)
    instance, improvement = problem_of(draft, draft.facts.instance)
    assert instance.conflicts == {frozenset((person_key(here.ids["r1"]), person_key(here.ids["r9"])))}
    assert improvement.own_problem(instance) == draft.facts.instance
    assert improvement_from_json(improvement_to_json(improvement)) == improvement


def test_the_planner_pins_whole_groups(here: Drafted) -> None:
    pin(here, PinKind.GROUP, "g1")
    pin(here, PinKind.TOGETHER, "", "r5", "r6")
    pin(here, PinKind.FACILITATOR, "g4", "f1")
    instance, _ = problem_of_draft(here, here.plan_id)
    assert set(instance.pins) == {PlannersPin("g1", (0, 1, 2)), PlannersPin("g2"), PlannersPin("g4")}
    assert check(instance, Solution(instance.name, instance.previous)).ok


def test_a_draft_is_never_given_up_for_a_worse_one(here: Drafted) -> None:
    instance, improvement = problem_of_draft(here, here.plan_id)
    worse = Solution(instance.name, instance.previous[:2], bound=7)
    best = improvement.best(instance, worse)
    assert set(best.groups) == set(instance.previous)
    assert (best.score, best.bound) == (here.open().score, 7)


def test_where_nothing_is_published_plans_are_worth_as_much_in_the_runs_problem_as_in_the_programmes(
    here: Drafted,
) -> None:
    pin(here, PinKind.GROUP, "g1")
    instance, improvement = problem_of_draft(here, here.plan_id)
    for groups in (instance.previous, instance.previous[:1]):
        plan = Solution(instance.name, groups)
        assert check(instance, plan).score == check(improvement.own_problem(instance), plan).score


def test_a_bound_is_none_of_the_programmes_where_something_is_published(here: Drafted) -> None:
    with here.database.writing() as db:
        publish(db, here.coordinator, here.plan_id, NOW)
    again = Drafted(here.world, store(here.world, here.ids), here.ids)
    instance, improvement = problem_of_draft(here, again.plan_id)
    found = Solution(instance.name, instance.previous, bound=10**9)
    assert improvement.best(instance, found).bound is None


def test_what_is_pinned_and_breaks_a_rule_is_refused_with_its_group(here: Drafted) -> None:
    here.keep(MovePerson(here.ids["r1"], None))
    pin(here, PinKind.PERSON, "g1", "r2")
    before = stored(here)
    name = here.group("g1").name
    with here.database.writing() as db, pytest.raises(NotPossible, match=f"pinned in {name} breaks a rule"):
        service.improve(db, here.coordinator, here.plan_id, NOW)
    assert stored(here) == before


def test_dates_set_by_hand_are_told_apart_as_long_as_they_are_so(here: Drafted) -> None:
    with here.database.reading() as db:
        dates = service.best_dates(db, here.coordinator, here.plan_id, "g1", 0, NOW)
    here.keep(SetDate("g1", 0, dates[0].starts_at))
    pin(here, PinKind.DATE, "g1", round_=0)
    after = improved(here)
    assert after.group("g1").sessions[0].starts_at == dates[0].starts_at
    assert after.group("g1").sessions[0].by_hand


def test_where_nothing_better_was_found_it_is_said(here: Drafted) -> None:
    for group in here.open().groups:
        pin(here, PinKind.GROUP, group.key)
    after = improved(improved(here))  # the first finds another way to meet
    with here.database.reading() as db:
        run_id = db.scalars(select(RunRow.id).where(RunRow.plan_id == after.plan_id)).one()
        assert found_nothing_better(db, run_id)
    after.keep(SetDate("g2", 1, None))
    with here.database.reading() as db:
        assert not found_nothing_better(db, run_id)


def test_the_list_of_plans_says_which_draft_another_goes_on_from(here: Drafted) -> None:
    after = improved(here)
    with here.database.reading() as db:
        plans = list_plans(db, here.coordinator, here.world.programme_id)
        found = improved_from(db, plans)
        number = db.get_one(PlanRow, here.plan_id).number
    assert found == {after.plan_id: number}
