"""The one public entry of the planner."""

from __future__ import annotations

import time
from dataclasses import replace

from solvers.instance import Instance
from solvers.progress import OnProgress, ignore
from solvers.referee import check
from solvers.solution import Solution
from solvers.stop import Limits, ShouldStop, never

_ENDING_SECONDS = 0.05
_ENDING_SECONDS_A_PERSON = 1.2e-4


def solve(
    instance: Instance, limits: Limits, on_progress: OnProgress = ignore, should_stop: ShouldStop = never
) -> Solution:
    """Form and date groups for ``instance`` within ``limits``.

    ``on_progress`` is told of the best so far, from the calling thread; ``should_stop`` is asked several times a
    second from the same thread, and once it says True the best plan so far is returned within a second.
    Everything returned has passed the referee. Raises PinsFail if no plan can keep the pins.
    """
    from solvers.engines.search.planning import Search

    started = time.monotonic()
    people = len(instance.residents) + len(instance.faculty)
    deadline = started + limits.seconds - _ENDING_SECONDS - _ENDING_SECONDS_A_PERSON * people
    search = Search(instance, limits, on_progress, should_stop, started, deadline)
    solution = Solution(instance.name, search.plan())
    verdict = check(instance, solution)
    if not verdict.ok:
        raise AssertionError(f"the referee rejects the plan: {verdict.broken[0].text}")
    return replace(solution, score=verdict.score, seconds=round(time.monotonic() - started, 3))
