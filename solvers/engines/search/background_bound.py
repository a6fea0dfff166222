"""An upper bound on the score, lowered in a background thread while the search goes on."""

from __future__ import annotations

import logging
import time
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from dataclasses import replace

from solvers.engines.bound.upper_bound import MetGroups, upper_bound
from solvers.instance import Instance
from solvers.solution import Solution
from solvers.stop import Limits

_ENDING_SECONDS = 0.5
_WORK_SHARE = 0.3
"""Share of a lone worker's time, in the solver's own seconds, for solving outright."""
_log = logging.getLogger(__name__)


class BackgroundBound:
    """A bound being lowered. ``bound`` is None until the first is proven; ``done`` is True once it is final.

    ``met_groups`` is asked from another thread for groups that the search has met.

    ``plan`` is a feasible plan if the proof has found one, ``repeatable`` a plan whose finding does not depend on the
    clock; ``first_only`` says that only the first bound is to be proven, which leaves the cores to others. Where
    ``outright`` is True, the joint model too is solved: by a lone worker first, else once the bound is final.

    A failure of the proof is logged and the bound stays where it was: a plan is worth having without one.
    """

    def __init__(
        self,
        instance: Instance,
        seconds: float,
        incumbent: Solution,
        limits: Limits,
        outright: bool = False,
        met_groups: MetGroups = tuple,
    ) -> None:
        self.bound: int | None = None
        self.plan: Solution | None = None
        self.repeatable: Solution | None = None
        self.first_only = seconds <= 0
        self._instance, self._limits, self._incumbent = instance, limits, incumbent
        self._end = time.monotonic() + seconds
        self._stopped = False
        self._executor = ThreadPoolExecutor(max_workers=1)
        self._met_groups = met_groups
        outright = outright and not self.first_only
        self._future: Future[None] = self._executor.submit(self._run, outright)

    def _run(self, outright: bool) -> None:
        if outright and self._limits.workers == 1:
            self._solve_outright(_WORK_SHARE * self._limits.seconds)
        if not self._is_proven:
            self._lower()
        if outright and self._limits.workers > 1 and not self._is_proven:
            self._solve_outright()

    def _lower(self) -> None:
        upper_bound(
            self._instance,
            self._seconds_left,
            self._on_bound,
            lambda: self._stopped,
            self._best,
            self._on_plan,
            self._limits.workers,
            self._met_groups,
        )

    def _solve_outright(self, work: float | None = None) -> None:
        from solvers.engines.joint.outright import solve_outright

        # With one worker it proves more in the same work than with several.
        limits = replace(self._limits, seconds=self._seconds_left, workers=1)

        def take(plan: Solution) -> None:
            self._on_plan(plan)
            if work is not None:
                self.repeatable = self.plan

        answer = solve_outright(self._instance, limits, self._best, lambda: self._stopped, take, self._on_bound, work)
        if answer.bound is not None:
            self._on_bound(answer.bound)

    @property
    def _seconds_left(self) -> float:
        return 0.0 if self.first_only else max(0.0, self._end - time.monotonic())

    @property
    def _best(self) -> Solution:
        return self._incumbent if self.plan is None else self.plan

    @property
    def _is_proven(self) -> bool:
        return self.bound is not None and self._best.score >= self.bound

    def _on_bound(self, bound: int) -> None:
        self.bound = bound if self.bound is None else min(self.bound, bound)

    def _on_plan(self, plan: Solution) -> None:
        if plan.score > self._best.score:
            self.plan = plan

    @property
    def done(self) -> bool:
        """Whether the proof has ended."""
        return self._future.done()

    def finish(self) -> None:
        """Stop the proof and wait for it, half a second at most."""
        self._stopped = True
        wait_for([self._future], timeout=_ENDING_SECONDS)
        self._executor.shutdown(wait=False)
        failure = self._future.exception() if self._future.done() else None
        if failure is not None:
            _log.error("Proving a bound failed.", exc_info=failure)
