"""Runs solved in real child processes: from waiting to a draft, stopped, crashed, started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from scheduler.availability.tables import AvailabilityRow
from scheduler.clock import now
from scheduler.db import Database
from scheduler.errors import NotAllowed, NotPossible
from scheduler.jobs.child import Reporter, fail, finish
from scheduler.jobs.embedded import Dispatcher
from scheduler.people.model import Role
from scheduler.planning.runs import (
    MOST_ATTEMPTS,
    MOST_WAITING,
    Attempt,
    add_progress,
    cancel_run,
    claim_next_run,
    find_current_run,
    get_run,
    put_back_stalled,
    runs_going,
    start_again,
    start_run,
)
from scheduler.planning.trial_steps import step_to_text
from scheduler.plans.model import PlanState, Run, RunState
from scheduler.plans.service import get_plan, list_plans
from scheduler.plans.tables import PlanRow, RunRow
from scheduler.reasons.model import Explained
from scheduler.settings import Settings
from solvers import rules
from solvers.codec import read_instance
from solvers.instance import Instance
from solvers.progress import Progress
from solvers.reasons.facts import Step, StepKind, rule_ids
from solvers.referee import Verdict, check
from solvers.solution import Solution
from tests.builders import NOW, World, actor, import_residents, person_line, set_marks, world

PATIENCE_SECONDS = 60


@pytest.fixture
def here(database: Database) -> World:
    """Six residents of one level who always can, and one of another level who fits nobody."""
    made = world(database)
    ids = import_residents(made, 6, person_line("Odd", stage="5", models="peer"), models="peer:3")
    set_marks(made, dict.fromkeys(ids.values(), "2"))
    return made


@pytest.fixture
def dispatcher(here: World, tmp_path: Path) -> Dispatcher:
    settings = Settings(here.database.engine.url.render_as_string(hide_password=False), "key")
    return Dispatcher(here.database, settings)


def ask(here: World, seconds: float = 2) -> int:
    with here.database.writing() as db:
        return start_run(db, here.coordinator, here.programme_id, NOW, seconds=seconds)


def look(here: World, run_id: int) -> Run:
    with here.database.reading() as db:
        return get_run(db, here.coordinator, run_id)


def work_until(dispatcher: Dispatcher, happened: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        assert time.monotonic() < until, "it did not happen in time"
        dispatcher.look_once()
        time.sleep(0.1)


def test_a_run_ends_in_a_draft_that_tells_everything(here: World, dispatcher: Dispatcher) -> None:
    run_id = ask(here)
    work_until(dispatcher, lambda: look(here, run_id).state.ended)
    run = look(here, run_id)
    assert (run.state, run.error) == (RunState.DONE, "")
    assert run.steps
    assert [step.score for step in run.steps] == sorted(step.score or 0 for step in run.steps)
    assert run.plan_id is not None
    with here.database.reading() as db:
        plan = get_plan(db, here.coordinator, run.plan_id)
        [summary] = list_plans(db, here.coordinator, here.programme_id)
    [group] = plan.groups
    assert (plan.state, plan.placed, len(group.sessions), group.missed_rounds) == (PlanState.DRAFT, 6, 3, ())
    assert [member.marks for member in group.residents] == ["222"] * 6
    assert plan.mean_attendance == 1
    [unplaced] = plan.unplaced
    assert unplaced.person == "Odd"
    assert {rules.STAGE_SPREAD, rules.GROUP_SIZE} <= set(rule_ids(unplaced.obstacles))
    assert (summary.placed, summary.unplaced, summary.groups) == (6, 1, 1)


def test_a_run_that_is_stopped_keeps_its_best_plan(here: World, dispatcher: Dispatcher) -> None:
    run_id = ask(here, seconds=600)
    work_until(dispatcher, lambda: bool(look(here, run_id).steps))
    if not look(here, run_id).state.ended:
        with here.database.writing() as db:
            cancel_run(db, here.coordinator, run_id, now())
    work_until(dispatcher, lambda: look(here, run_id).state.ended)
    assert look(here, run_id).plan_id is not None
    dispatcher.close()


def test_a_waiting_run_that_is_stopped_never_starts(here: World, dispatcher: Dispatcher) -> None:
    run_id = ask(here)
    with here.database.writing() as db:
        cancel_run(db, here.coordinator, run_id, NOW)
    dispatcher.look_once()
    run = look(here, run_id)
    assert (run.state, run.started_at, run.plan_id) == (RunState.CANCELLED, None, None)
    with pytest.raises(NotPossible), here.database.writing() as db:
        cancel_run(db, here.coordinator, run_id, NOW)


def test_a_child_that_is_killed_is_started_again(here: World, dispatcher: Dispatcher) -> None:
    run_id = ask(here, seconds=3)
    dispatcher.look_once()
    assert dispatcher.child_pid is not None
    os.kill(dispatcher.child_pid, signal.SIGKILL)
    work_until(dispatcher, lambda: look(here, run_id).state.ended)
    assert look(here, run_id).state is RunState.DONE
    with here.database.reading() as db:
        assert db.get_one(RunRow, run_id).attempts == 2
        assert db.scalar(select(func.count()).select_from(PlanRow)) == 1


def test_a_run_left_by_a_crash_is_taken_up_again_but_not_for_ever(here: World) -> None:
    run_id = ask(here)
    for attempt in range(1, MOST_ATTEMPTS + 1):
        with here.database.writing() as db:
            assert claim_next_run(db, NOW) == Attempt(run_id, attempt)
            assert claim_next_run(db, NOW) is None
            assert put_back_stalled(db, NOW + timedelta(minutes=1), timedelta(minutes=2)) == 0
            assert put_back_stalled(db, NOW + timedelta(minutes=3), timedelta(minutes=2)) == 1
        expected = RunState.QUEUED if attempt < MOST_ATTEMPTS else RunState.FAILED
        assert look(here, run_id).state is expected
    assert look(here, run_id).error


def found_for(here: World, run_id: int) -> tuple[Instance, Solution, Verdict, Explained]:
    """A plan that the referee accepts: nobody is placed."""
    with here.database.reading() as db:
        instance = read_instance(db.get_one(RunRow, run_id).instance)
    solution = Solution(instance.name, groups=())
    return instance, solution, check(instance, solution), Explained()


def test_an_attempt_that_was_put_back_says_nothing_any_more(here: World) -> None:
    run_id = ask(here)
    with here.database.writing() as db:
        first = claim_next_run(db, NOW)
        assert put_back_stalled(db, NOW + timedelta(minutes=3), timedelta(minutes=2)) == 1
        second = claim_next_run(db, NOW)
    assert (first, second) == (Attempt(run_id, 1), Attempt(run_id, 2))
    found = found_for(here, run_id)
    for attempt in (Attempt(run_id, 1), Attempt(run_id, 2), Attempt(run_id, 2), Attempt(run_id, 1)):
        with here.database.writing() as db:
            add_progress(db, attempt, [Progress(attempt.number, "search", None, None, 0, 0)], NOW)
        finish(here.database, attempt, found)
        fail(here.database, attempt, "It came to nothing.", NOW)
    run = look(here, run_id)
    assert (run.state, [step.seconds for step in run.steps]) == (RunState.DONE, [2])
    with here.database.reading() as db:
        assert len(list_plans(db, here.coordinator, here.programme_id)) == 1


def test_a_search_whose_run_was_put_back_is_told_to_stop_and_to_hurry(here: World) -> None:
    run_id = ask(here)
    with here.database.writing() as db:
        attempt = claim_next_run(db, NOW)
    assert attempt == Attempt(run_id, 1)
    assert not Reporter(here.database, attempt).should_stop()
    with here.database.writing() as db:
        put_back_stalled(db, now() + timedelta(minutes=3), timedelta(minutes=2))
    reporter = Reporter(here.database, attempt)
    assert reporter.should_stop()
    assert reporter.should_hurry()


def test_a_child_ends_with_the_process_that_started_it(here: World) -> None:
    ask(here, seconds=600)
    url = here.database.engine.url.render_as_string(hide_password=False)
    dispatching = [
        "import sys, time",
        "from scheduler.bootstrap import connect",
        "from scheduler.jobs.embedded import Dispatcher",
        "from scheduler.settings import Settings",
        "dispatcher = Dispatcher(connect(sys.argv[1]), Settings(sys.argv[1], 'key'))",
        "dispatcher.look_once()",
        "print(dispatcher.child_pid, flush=True)",
        "time.sleep(600)",
    ]
    command = [sys.executable, "-c", "\n".join(dispatching), url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as parent:
        assert parent.stdout is not None
        child_pid = int(next(line for line in parent.stdout if line.strip().isdigit()))
        parent.kill()
    until = time.monotonic() + PATIENCE_SECONDS
    while is_working(child_pid):
        assert time.monotonic() < until, "the child works on"
        time.sleep(0.1)


def is_working(pid: int) -> bool:
    """Whether a process exists and is more than a dead one that nobody has buried."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_several_runs_wait_in_a_row_and_not_too_many(here: World) -> None:
    waiting = [ask(here) for _ in range(MOST_WAITING)]
    with pytest.raises(NotPossible, match="already waiting"):
        ask(here)
    with here.database.reading() as db:
        current = find_current_run(db, here.coordinator, here.programme_id)
        going = runs_going(db, here.coordinator, here.programme_id)
    assert current is not None
    assert current.id == waiting[0]
    assert [(run.id, run.ahead) for run in going] == list(zip(waiting, range(MOST_WAITING), strict=True))


def test_one_that_waits_is_cancelled_and_the_next_goes_on(here: World, dispatcher: Dispatcher) -> None:
    first, given_up, last = ask(here), ask(here), ask(here)
    with here.database.writing() as db:
        cancel_run(db, here.coordinator, given_up, NOW)
    assert look(here, last).ahead == 1
    work_until(dispatcher, lambda: look(here, last).state.ended)
    assert [look(here, each).state for each in (first, given_up, last)] == [
        RunState.DONE,
        RunState.CANCELLED,
        RunState.DONE,
    ]
    assert look(here, given_up).plan_id is None


def test_a_run_whose_worker_died_comes_before_those_that_wait(here: World, dispatcher: Dispatcher) -> None:
    first, second = ask(here, seconds=600), ask(here)
    work_until(dispatcher, lambda: dispatcher.child_pid is not None)
    killed = dispatcher.child_pid or 0
    os.kill(killed, signal.SIGKILL)
    work_until(dispatcher, lambda: dispatcher.child_pid not in {None, killed})
    assert (look(here, first).state, look(here, second).state) == (RunState.RUNNING, RunState.QUEUED)
    os.kill(dispatcher.child_pid or 0, signal.SIGKILL)


def test_a_run_with_another_rule_and_start_keeps_what_it_was_asked(here: World, dispatcher: Dispatcher) -> None:
    step: Step[int] = Step(StepKind.QUORUM, value=0.4, instead_of=0.6)
    with here.database.writing() as db:
        run_id = start_run(db, here.coordinator, here.programme_id, NOW, seconds=1, seed=7, steps=(step,))
    work_until(dispatcher, lambda: look(here, run_id).state.ended)
    run = look(here, run_id)
    assert (run.seed, run.tried, run.asked_by) == (7, (step,), "Cora Coordinator")
    assert run.asked is not None
    assert run.asked["quorum"] == 0.4
    with here.database.reading() as db:
        people = db.scalars(select(AvailabilityRow.person_id)).all()
    set_marks(here, dict.fromkeys(people, "2"))  # the dispatcher works marks out anew, and these were set by hand
    with here.database.writing() as db:
        again = start_again(db, here.coordinator, run_id, NOW)
        assert read_instance(db.get_one(RunRow, again).instance).quorum == 0.4
        assert db.get_one(PlanRow, run.plan_id).trial_steps == [step_to_text(step)]
    same = look(here, again)
    assert (same.seed, same.seconds, same.tried) == (run.seed, run.seconds, run.tried)
    last = run.steps[-1]
    assert (last.held, last.coming, last.seats) == (3, 18, 18)


def test_nothing_is_planned_for_nobody_or_without_a_rota(database: Database) -> None:
    empty = world(database)
    with pytest.raises(NotPossible, match="no people"):
        ask(empty)
    ids = import_residents(empty, 4)
    set_marks(empty, dict.fromkeys(ids.values(), "?"))
    with pytest.raises(NotPossible, match="rota yet"):
        ask(empty)


def test_nobody_free_and_no_facilitator_still_end_in_a_plan_that_says_so(database: Database) -> None:
    here = world(database)
    ids = import_residents(here, 4, person_line("Ver", models="vertical:3"), models="peer:3")
    set_marks(here, dict.fromkeys(ids.values(), "0"))
    run_id = ask(here)
    dispatcher = Dispatcher(database, Settings(database.engine.url.render_as_string(hide_password=False), "key"))
    work_until(dispatcher, lambda: look(here, run_id).state.ended)
    plan_id = look(here, run_id).plan_id
    assert plan_id is not None
    with database.reading() as db:
        plan = get_plan(db, here.coordinator, plan_id)
    assert [group.missed_rounds for group in plan.groups] == [(0, 1, 2)]
    assert [rules.FACILITATORS in rule_ids(unplaced.obstacles) for unplaced in plan.unplaced] == [True]
    assert {rule_ids(why.obstacles) for group in plan.groups for why in group.missed} == {(rules.QUORUM,)}


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.FACULTY, Role.OVERSIGHT])
def test_only_the_coordinator_sees_and_stops_runs(here: World, role: Role) -> None:
    run_id = ask(here)
    other = actor(1, here.programme_id, role)
    with here.database.writing() as db:
        for refused in (
            lambda: start_run(db, other, here.programme_id, NOW),
            lambda: get_run(db, other, run_id),
            lambda: find_current_run(db, other, here.programme_id),
            lambda: cancel_run(db, other, run_id, NOW),
            lambda: list_plans(db, other, here.programme_id),
        ):
            with pytest.raises(NotAllowed):
                refused()
