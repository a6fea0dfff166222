"""Acceptance of a move: bounds on its score delta, the cheapest first, then new dates, then commit or rollback."""

from __future__ import annotations

from solvers.engines.compilation import compiled
from solvers.engines.search.date_assignment import assign_dates
from solvers.engines.search.problem import CLOSED, INFEASIBLE, Problem, Smalls
from solvers.engines.search.quick_estimate import estimate_date_score
from solvers.engines.search.shortfalls import is_worth_dating, may_be_mended
from solvers.engines.search.slot_values import date_score_bound
from solvers.engines.search.state import (
    ADDITIVE_SCORE,
    DATE_SCORE,
    DELTA,
    ESTIMATED_SCORE,
    NO_DELTA,
    ONE_MOVE,
    ROW,
    SCORE,
    SHORTFALL_CLASS,
    SHORTFALLS_MENDED,
    SIZE,
    STATIC_SCORE,
    State,
    group_row,
    trial_row,
)
from solvers.engines.search.static_score import static_score
from solvers.engines.search.undo_journal import commit, insert, remove_logged, rollback

NO_PROPOSAL, SECOND_TRIAL, BOTH_TRIALS, SECOND_KICKED, SECOND_REDATED, BOTH_REDATED = range(6)
"""What a move proposes: nothing, the second trial row, or both; KICKED says that the dates in it are not the current
ones, REDATED asks for dates chosen from scratch."""


@compiled
def evaluate_static(problem: Problem, state: State, trial: Smalls) -> bool:
    """Write the static score into a trial; False if it breaks a rule that does not depend on dates."""
    if trial[SIZE] == 0:
        trial[STATIC_SCORE] = 0
        trial[DATE_SCORE] = 0
        return True
    points = static_score(problem, state, trial)
    trial[STATIC_SCORE] = points
    return points != INFEASIBLE


@compiled
def _estimate_delta(problem: Problem, state: State, trial: Smalls) -> int:
    """Estimate a trial's score delta at its group's current dates."""
    if trial[DELTA] != NO_DELTA:
        return int(trial[DELTA])
    change = trial[STATIC_SCORE]
    if trial[SIZE]:
        change += estimate_date_score(problem, state, trial)
    old = group_row(problem, state, trial[ROW])
    if old[SIZE]:
        change -= old[STATIC_SCORE] + old[ESTIMATED_SCORE]
    return int(change)


@compiled
def commit_or_rollback(problem: Problem, state: State, before: int, threshold: float) -> bool:
    """Commit the current move if its score delta reaches ``threshold``, else roll it back."""
    if state.words[SCORE] - before >= threshold:
        commit(state)
        return True
    rollback(problem, state)
    return False


@compiled
def date_and_insert(problem: Problem, state: State, trial: Smalls, from_scratch: bool) -> bool:
    """Date a trial whose static score is known and insert it into its empty row; False if its pins fail."""
    if trial[SIZE] == 0:
        return True
    if assign_dates(problem, state, trial, from_scratch) <= CLOSED:
        return False
    insert(problem, state, trial[ROW], trial)
    return True


@compiled
def _row_score(problem: Problem, state: State, number: int) -> int:
    """The score of the group now in a row."""
    row = group_row(problem, state, number)
    return row[STATIC_SCORE] + row[DATE_SCORE] if row[SIZE] else 0


@compiled
def _delta_bound(problem: Problem, state: State, trial: Smalls) -> int:
    """Upper bound on a trial's score delta: the best slot in every round, rhythm and consecutive misses left out."""
    old = group_row(problem, state, trial[ROW])
    was = old[STATIC_SCORE] + old[ADDITIVE_SCORE] if old[SIZE] else 0
    return trial[STATIC_SCORE] + date_score_bound(problem, state, trial) - was


@compiled
def _bound_reaches(problem: Problem, state: State, both: bool, threshold: float) -> bool:
    """Whether the bound on the score delta of the proposed trials reaches ``threshold``."""
    change = _delta_bound(problem, state, trial_row(problem, state, 1))
    if both:
        change += _delta_bound(problem, state, trial_row(problem, state, 0))
    return change >= threshold


@compiled
def try_move(problem: Problem, state: State, proposal: int, threshold: float) -> bool:
    """Replace groups by the proposed trials if the score delta reaches ``threshold``.

    Evaluation stops early where the delta cannot reach it: at the current dates, and once one of two groups is dated.
    """
    both, from_scratch = proposal in (BOTH_TRIALS, BOTH_REDATED), proposal >= SECOND_REDATED
    first, second = trial_row(problem, state, 0), trial_row(problem, state, 1)
    if not evaluate_static(problem, state, second) or (both and not evaluate_static(problem, state, first)):
        return False
    other = 0
    if proposal >= SECOND_KICKED:
        state.words[SHORTFALL_CLASS] = 0
    else:
        judged = second[DELTA] != NO_DELTA and (not both or first[DELTA] != NO_DELTA)
        other = _estimate_delta(problem, state, first) if both else 0
        if not judged and not is_worth_dating(state, threshold - other - _estimate_delta(problem, state, second)):
            return False
        if not _bound_reaches(problem, state, both, threshold):
            return False
    before, was = state.words[SCORE], _row_score(problem, state, second[ROW])
    remove_logged(problem, state, second[ROW])
    if both:
        remove_logged(problem, state, first[ROW])
    placed = date_and_insert(problem, state, second, from_scratch)
    if placed and both:
        reached = second[STATIC_SCORE] + second[DATE_SCORE] - was + other
        placed = from_scratch or may_be_mended(state, threshold - reached)
        placed = placed and date_and_insert(problem, state, first, from_scratch)
    if not placed:
        rollback(problem, state)
        return False
    if not commit_or_rollback(problem, state, before, threshold):
        return False
    state.words[SHORTFALLS_MENDED + state.words[SHORTFALL_CLASS]] += ONE_MOVE
    return True
