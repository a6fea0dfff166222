"""How much a search may do: the moves of a worker that must not look at the clock, and how long all workers search."""

from __future__ import annotations

from solvers.engines.search.problem import RESIDENT_SEATS, RESIDENTS, SLOTS, Problem

MOVES_A_SECOND = 600_000
"""Moves budgeted for each second when one worker must give the same answer whatever the clock says."""
_LOADING_SECONDS = 1.0
"""Time that starting the process and loading the compiled code take."""
_LONG_SECONDS = 20.0
_SOON_PROVEN, _SOON_FOUND, _LATE_PROVEN = 100, 300, 1200
"""Up to so many residents a bound comes down in seconds; an eighth of a minute finds the best plan of the minute; and
a bound comes down far, but only in most of a minute, while one thread searches on."""


def searching_share(seconds: float, residents: int) -> float:
    """Share of the time for which all workers search before all but one of them prove a bound.

    In a short time only small instances get more than the first bound, which takes no time. In a long one their best
    plan is found soon, and half a minute of proof is worth more than searching on.
    """
    if seconds >= _LONG_SECONDS:
        if residents <= _SOON_FOUND:
            return 0.12
        return 0.2 if residents <= _LATE_PROVEN else 0.5
    return 0.8 if residents <= _SOON_PROVEN else 0.93


def move_budget(problem: Problem, seconds: float) -> int:
    """The moves that one worker makes in ``seconds``, whatever the clock says: fewer with many slots and large groups.

    A machine at half the usual speed still ends them in time.
    """
    slots, seats = int(problem.words[SLOTS]), int(problem.words[RESIDENT_SEATS])
    residents = int(problem.words[RESIDENTS])
    slower = max(1.0, (slots + 140) / 500) * max(1.0, seats / 8) * max(1.0, residents / 2000)
    return int(MOVES_A_SECOND / slower * max(seconds - _LOADING_SECONDS, seconds / 4))
