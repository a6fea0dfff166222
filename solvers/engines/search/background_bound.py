"""An upper bound on the score, lowered in a background thread while the search goes on."""

from __future__ import annotations

import logging
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for

from solvers.engines.bound.upper_bound import MetGroups, upper_bound
from solvers.instance import Instance
from solvers.solution import Solution

_ENDING_SECONDS = 0.5
_log = logging.getLogger(__name__)


class BackgroundBound:
    """A bound being lowered. ``bound`` is None until the first is proven; ``done`` is True once it is final.

    ``met_groups`` is asked from another thread for groups that the search has met.

    ``plan`` is a feasible plan if the proof has found one; ``first_only`` says that only the first bound is
    to be proven, which leaves the cores to others.

    A failure of the proof is logged and the bound stays where it was: a plan is worth having without one.
    """

    def __init__(
        self, instance: Instance, seconds: float, incumbent: Solution, threads: int, met_groups: MetGroups = tuple
    ) -> None:
        self.bound: int | None = None
        self.plan: Solution | None = None
        self.first_only = seconds <= 0
        self._stopped = False
        self._executor = ThreadPoolExecutor(max_workers=1)
        self._future: Future[int] = self._executor.submit(
            upper_bound,
            instance,
            seconds,
            self._on_bound,
            lambda: self._stopped,
            incumbent,
            self._on_plan,
            threads,
            met_groups,
        )

    def _on_bound(self, bound: int) -> None:
        self.bound = bound

    def _on_plan(self, plan: Solution) -> None:
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
