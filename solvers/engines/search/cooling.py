"""Where a search cools and where it need not: read from a quick first cooling of the instance itself.

What a move changes differs from instance to instance by orders of magnitude, so no temperature suits all of them. A
chain that cools quickly from where nearly every move is accepted shows at which temperatures the score is made: above
them annealing is a waste of time, and below them nothing changes any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

from solvers.engines.search.annealing import anneal
from solvers.engines.search.problem import RESIDENTS, Problem
from solvers.engines.search.state import SCORE, State

Course = Sequence[tuple[float, int]]
"""Temperatures, falling, and the score at each."""

_BOUNDLESS = 1e9
_SCATTERING_MOVES = 40
"""Moves a resident, most of them for the worse, after which nothing is left of a plan."""
_MOVES_A_STEP = 8
_FROZEN = 400.0
"""What moves change, divided by this, is a temperature at which nothing moves any more."""
_MADE_ANEW, _MADE_AGAIN, _MADE_AT_ALL = 0.7, 0.95, 0.998
"""Shares of what cooling gains in all: what is left to later when a chain begins anew, when it is heated again, and
when it ends."""
_SMOOTHED = 5


@dataclass(frozen=True, slots=True)
class CoolingSchedule:
    """A geometric cooling schedule: the temperature, in points, falls from ``initial`` to ``final``."""

    initial: float
    final: float

    def temperature(self, share: float) -> float:
        """The temperature once ``share`` (0 to 1) of the schedule is over."""
        return float(self.initial * (self.final / self.initial) ** min(1.0, max(0.0, share)))


@dataclass(frozen=True, slots=True)
class Cooling:
    """The schedules of one instance: for a chain that begins anew, and for one that goes on from a good plan."""

    anew: CoolingSchedule
    again: CoolingSchedule


@dataclass(frozen=True, slots=True)
class Sounding:
    """A plan scattered by moves of all kinds: its usual ``score``, and a schedule over all temperatures that might
    matter."""

    score: float
    schedule: CoolingSchedule


def sound(problem: Problem, state: State, moves: int) -> Sounding:
    """Scatter a plan by moves that are all accepted, ``moves`` at most, and see what they change."""
    steps = max(2, min(moves, _SCATTERING_MOVES * int(problem.words[RESIDENTS])) // _MOVES_A_STEP)
    scores = [int(state.words[SCORE])]
    for _ in range(steps):
        anneal(problem, state, _MOVES_A_STEP, _BOUNDLESS, _BOUNDLESS)
        scores.append(int(state.words[SCORE]))
    scattered = scores[len(scores) // 2 :]
    changes = [abs(after - before) for before, after in pairwise(scattered) if after != before]
    hottest = float(max(1.0, fmean(changes or [1.0])))
    return Sounding(fmean(scattered), CoolingSchedule(hottest, hottest / _FROZEN))


def cooling_of(courses: Sequence[tuple[Sounding, Course]]) -> Cooling:
    """The schedules that follow from how the scores rose in some quick coolings after a sounding."""
    return Cooling(
        CoolingSchedule(_mean_temperature(courses, _MADE_ANEW), _mean_temperature(courses, _MADE_AT_ALL)),
        CoolingSchedule(_mean_temperature(courses, _MADE_AGAIN), _mean_temperature(courses, _MADE_AT_ALL)),
    )


def _mean_temperature(courses: Sequence[tuple[Sounding, Course]], share: float) -> float:
    return fmean(_temperature_at(sounding.score, course, share) for sounding, course in courses)


def _temperature_at(lowest: float, course: Course, share: float) -> float:
    """The temperature by which a share of the rise from the lowest score is made; where it has not risen, the last."""
    scores = [fmean(score for _, score in course[max(0, end - _SMOOTHED) : end]) for end in range(1, len(course) + 1)]
    enough = lowest + share * (max(scores) - lowest)
    reached = (temperature for (temperature, _), score in zip(course, scores, strict=True) if score >= enough)
    return next(reached, course[-1][0])
