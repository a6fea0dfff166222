"""Proving a bound in a thread of its own while the search goes on."""

from __future__ import annotations

import logging
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for

from solvers.engines.bounding.bound import upper_bound
from solvers.instance import Instance
from solvers.solution import Solution

_ENDING_SECONDS = 0.5
_log = logging.getLogger(__name__)


class Prover:
    """A bound being lowered. ``bound`` is None until the first is proven; ``done`` once nothing more is to come.

    ``plan`` is one that keeps the rules, if the proof has come upon any; ``brief`` tells that only the first bound is
    to be proven, which leaves the cores to others.

    Should the proving fail, that is logged and the bound stays where it was: a plan is worth having without.
    """

    def __init__(self, instance: Instance, seconds: float, incumbent: Solution, threads: int) -> None:
        self.bound: int | None = None
        self.plan: Solution | None = None
        self.brief = seconds <= 0
        self._stopped = False
        self._pool = ThreadPoolExecutor(max_workers=1)
        self._future: Future[int] = self._pool.submit(
            upper_bound, instance, seconds, self._take, lambda: self._stopped, incumbent, self._take_plan, threads
        )

    def _take(self, bound: int) -> None:
        self.bound = bound

    def _take_plan(self, plan: Solution) -> None:
        self.plan = plan

    @property
    def done(self) -> bool:
        """Whether the proving has ended."""
        return self._future.done()

    def finish(self) -> None:
        """End the proving, waiting for it half a second at most."""
        self._stopped = True
        wait_for([self._future], timeout=_ENDING_SECONDS)
        self._pool.shutdown(wait=False)
        failure = self._future.exception() if self._future.done() else None
        if failure is not None:
            _log.error("Proving a bound failed.", exc_info=failure)
