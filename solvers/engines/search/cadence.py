"""Cadence: what it costs that a group's sessions in rounds that follow each other are off the intended interval."""

from __future__ import annotations

from solvers.engines.compilation import compiled
from solvers.engines.search.problem import DAY, INTERVAL_DAYS, NONE, W_CADENCE, Problem, Smalls, slot_facts, weight


@compiled
def weeks_off(problem: Problem, dates: Smalls) -> int:
    """The whole weeks by which sessions in a row are off the interval, summed up; 0 where there is none."""
    interval, day = problem.words[INTERVAL_DAYS], slot_facts(problem, DAY)
    total = 0
    if interval == NONE:
        return total
    for number in range(1, len(dates)):
        if dates[number - 1] != NONE and dates[number] != NONE:
            total += abs(day[dates[number]] - day[dates[number - 1]] - interval) // 7
    return total


@compiled
def slot_weeks_off(problem: Problem, earlier: int, slot: int, later: int) -> int:
    """The same for one slot between those of the rounds before and after, either of which may be NONE."""
    interval, day = problem.words[INTERVAL_DAYS], slot_facts(problem, DAY)
    weeks = 0
    if interval != NONE and earlier != NONE:
        weeks += abs(day[slot] - day[earlier] - interval) // 7
    if interval != NONE and later != NONE:
        weeks += abs(day[later] - day[slot] - interval) // 7
    return weeks


@compiled
def add_cadence(problem: Problem, value: Smalls, first: int, residents: int, earlier: int, later: int) -> None:
    """Add to the values of the slots from ``first`` on what each would cost between its neighbours."""
    if problem.words[INTERVAL_DAYS] == NONE or (earlier == NONE and later == NONE):
        return
    points = weight(problem, W_CADENCE) * residents
    for index in range(len(value)):
        value[index] += points * slot_weeks_off(problem, earlier, first + index, later)
