"""One run, solved in a process of its own: ``python -m scheduler.jobs.child RUN ATTEMPT PARENT``.

The solver's libraries are loaded here and nowhere near the pages. The run's row is the only way in and out:
progress and a sign of life go into the database, the wish to stop comes out of it. A process that its dispatcher has
lost (a crash, a restart) changes nothing any more: the run is then another attempt's.
"""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Collection
from datetime import datetime

import structlog

from scheduler.audit.service import record
from scheduler.bootstrap import open_database
from scheduler.circles.dates import private_time
from scheduler.clock import now
from scheduler.db import Database, Db
from scheduler.edits.improvement import carry_over, improvement_from_json
from scheduler.jobs.parents import die_with_parent
from scheduler.logs import log_to_standard_error, places
from scheduler.people.model import OPERATOR
from scheduler.planning.dates_in_company import dated_in_company
from scheduler.planning.drafts import store_draft
from scheduler.planning.explanations import explained
from scheduler.planning.facilitator_attendance import with_all_who_can_come
from scheduler.planning.keys import formed_afresh, with_group_keys, with_likest_keys
from scheduler.planning.private_time import people_of, with_private_time
from scheduler.planning.repair import (
    WHY_SECONDS,
    fewest_changes,
    in_favour_of_staying,
    repair_from_json,
    unchanged_groups,
)
from scheduler.planning.run_inputs import is_afresh
from scheduler.planning.runs import Attempt, add_progress, end_attempt, find_attempted
from scheduler.planning.second_facilitators import second_wanted, with_second_facilitators
from scheduler.plans.model import RunState
from scheduler.plans.tables import RunRow
from scheduler.reasons.model import Explained
from scheduler.settings import load
from solvers.codec import read_instance, solution_to_json
from solvers.instance import Instance
from solvers.progress import Progress
from solvers.referee import Verdict, check
from solvers.solution import Solution
from solvers.solve import solve
from solvers.stop import Limits, ShouldStop
from solvers.vocabulary import COMING

REPORT_SECONDS = 0.5
log = structlog.get_logger()


class Reporter:
    """Carries progress to the database, at most every half second, and brings back the wish to stop."""

    def __init__(self, database: Database, attempt: Attempt) -> None:
        self._database = database
        self._attempt = attempt
        self._waiting: list[Progress] = []
        self._next = 0.0
        self._stop = False
        self._interrupted = False

    def on_progress(self, progress: Progress) -> None:
        """Remember a report; only the newest of those that wait is worth keeping."""
        self._waiting = [progress]

    def should_stop(self) -> bool:
        """Whether to end the search. Looks into the database only every half second."""
        if time.monotonic() >= self._next:
            self.flush()
        return self._stop

    def interrupt(self, *_signal: object) -> None:
        """The machine shuts down, or the run is not ours any more: end with the best so far."""
        self._stop = self._interrupted = True

    def should_hurry(self) -> bool:
        """Whether to leave out what can be left out: not when the coordinator stopped the search, they will read on."""
        self.should_stop()
        return self._interrupted

    def flush(self) -> None:
        """Write what waits, and a sign of life."""
        reports, self._waiting = self._waiting, []
        with self._database.writing() as db:
            asked = add_progress(db, self._attempt, reports, now())
        if asked is None:
            self.interrupt()
        self._stop |= bool(asked)
        self._next = time.monotonic() + REPORT_SECONDS


def work(database: Database, attempt: Attempt) -> None:
    """Solve a run that was claimed, have the referee look at the answer, and keep it as a draft."""
    with database.reading() as db:
        row = db.get_one(RunRow, attempt.run_id)
        instance, limits = read_instance(row.instance), Limits(row.seconds, row.workers, row.seed)
        is_repair, afresh = row.repair is not None, is_afresh(row.asked)
        wanting = second_wanted(db, row.programme_id)
        improvement = improvement_from_json(row.improves) if row.improves is not None else None
    reporter = Reporter(database, attempt)
    signal.signal(signal.SIGINT, reporter.interrupt)
    signal.signal(signal.SIGTERM, reporter.interrupt)
    asked = in_favour_of_staying(instance) if is_repair else formed_afresh(instance) if afresh else instance
    found = with_all_who_can_come(instance, _searched(database, asked, limits, reporter))
    solution = with_likest_keys(instance, found) if afresh else with_group_keys(instance, found)
    if afresh:
        instance = asked  # worth what it is worth without anybody staying
    if is_repair:
        solution = fewest_changes(instance, solution)
    changed = {group.id for group in solution.groups} - unchanged_groups(instance, solution) if is_repair else None
    solution = with_second_facilitators(instance, solution, wanting, changed)
    solution = dated_in_company(_with_private_time(database, instance), solution)
    # What was pinned for this run could not have been otherwise, at any cost.
    fixed = [pin.id for pin in instance.pins]
    if improvement is not None and not check(instance, solution).broken:
        solution, instance = improvement.best(instance, solution), improvement.own_problem(instance)
    verdict = check(instance, solution)
    reporter.on_progress(last_report(instance, solution, verdict))
    reporter.flush()
    why = Explained() if verdict.broken else _explained(instance, solution, reporter.should_hurry, is_repair, fixed)
    finish(database, attempt, (instance, solution, verdict, why))


def _searched(database: Database, asked: Instance, limits: Limits, reporter: Reporter) -> Solution:
    """What the search finds. It alone knows when circles meet: what is kept, bounded, refereed and explained is the
    problem as it was asked."""
    searched = _with_private_time(database, asked)
    bounded = asked if searched is not asked else None
    return solve(searched, limits, reporter.on_progress, reporter.should_stop, bounded=bounded)


def _with_private_time(database: Database, instance: Instance) -> Instance:
    with database.reading() as db:
        return with_private_time(instance, private_time(db, people_of(instance)))


def last_report(instance: Instance, solution: Solution, verdict: Verdict) -> Progress:
    """What the draft comes to, told as the search told of its plans, so that a run ends with what its draft says."""
    marks = {resident.id: resident.availability for resident in instance.residents}
    sessions = [(group, session) for group in solution.groups for session in group.sessions]
    return Progress(
        seconds=solution.seconds,
        phase="done",
        score=verdict.score,
        bound=solution.bound,
        placed=len({who for group in solution.groups for who in group.residents}),
        groups=len(solution.groups),
        held=len(sessions),
        coming=sum(marks[who][session.slot] in COMING for group, session in sessions for who in group.residents),
        seats=sum(len(group.residents) for group, _session in sessions),
    )


def _explained(
    instance: Instance, solution: Solution, should_stop: ShouldStop, is_repair: bool, fixed: Collection[str]
) -> Explained:
    """Why the plan is as it is; of a repair, which is waited for, first of what it changes, and not for long."""
    if not is_repair:
        return explained(instance, solution, should_stop, fixed=fixed)
    changed = {group.id for group in solution.groups} - unchanged_groups(instance, solution)
    return explained(instance, solution, should_stop, seconds=WHY_SECONDS, about=changed)


def finish(database: Database, attempt: Attempt, found: tuple[Instance, Solution, Verdict, Explained]) -> None:
    """Keep what was found as a draft, if the run is still this attempt's and the referee accepts it."""
    with database.writing() as db:
        row = find_attempted(db, attempt)
        if row is None:
            log.warning("an attempt that was given up ended", run=attempt.run_id, attempt=attempt.number)
            return
        _store(db, row, found)


def _store(db: Db, row: RunRow, found: tuple[Instance, Solution, Verdict, Explained]) -> None:
    verdict = found[2]
    row.finished_at = now()
    if verdict.broken:
        row.state, row.error = RunState.FAILED, "The referee refused the plan; it was not kept."
        log.error("referee refused a plan", run=row.id, rules=sorted({breach.rule_id for breach in verdict.broken}))
        return
    row.answer = json.dumps(solution_to_json(found[1]))
    repair = repair_from_json(row.repair) if row.repair is not None else None
    row.plan_id = store_draft(db, row.programme_id, *found, now(), repair, row.trial_steps)
    if row.improves is not None:
        carry_over(db, row.improves, row.plan_id)
    row.state = RunState.CANCELLED if row.cancel_requested else RunState.DONE
    record(db, OPERATOR, "plan.drafted", now(), row.programme_id, plan=row.plan_id, run=row.id)


def fail(database: Database, attempt: Attempt, error: str, at: datetime) -> None:
    """Note that this attempt came to nothing."""
    with database.writing() as db:
        row = find_attempted(db, attempt)
        if row is not None:
            end_attempt(row, error, at)


def main() -> None:
    """The door of the job: whatever goes wrong ends in the log and in the run's row, not in silence."""
    log_to_standard_error()
    run_id, number, parent_pid = map(int, sys.argv[1:])
    die_with_parent(parent_pid)
    database, attempt = open_database(load()), Attempt(run_id, number)
    try:
        work(database, attempt)
    except Exception as error:  # noqa: BLE001 - the door of the job
        log.error("run failed", run=run_id, error=type(error).__name__, places=places(error))
        fail(database, attempt, "Planning ended with an error; the log of the service says more.", now())
        sys.exit(1)
    finally:
        database.close()


if __name__ == "__main__":
    main()
