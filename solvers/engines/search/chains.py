"""Searches under way: each a state of its own that is cooled a stretch at a time, alone or side by side in threads.

The compiled code runs without the interpreter lock, so threads use as many cores.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from solvers.engines.search.annealing import anneal
from solvers.engines.search.blocks import rows_view
from solvers.engines.search.problem import IN_BEST, Problem, Smalls
from solvers.engines.search.restoring import restore
from solvers.engines.search.state import BEST, State

STRETCH = 10_000
"""Moves between two looks at the clock."""
_POLL_SECONDS = 0.05
_SAMPLE_SECONDS = 0.02

Tick = Callable[[], bool]
"""Called every now and then while chains run; True ends them."""


@dataclass(frozen=True, slots=True)
class Cooling:
    """A temperature, in points, that falls geometrically from ``hot`` to ``cold``."""

    hot: float
    cold: float

    def at(self, share: float) -> float:
        """The temperature once ``share`` of the way is gone."""
        return float(self.hot * (self.cold / self.hot) ** min(1.0, max(0.0, share)))


@dataclass(frozen=True, slots=True)
class Schedule:
    """A cooling spread over a time of the monotonic clock."""

    cooling: Cooling
    start: float
    end: float

    def warmth(self, now: float) -> float:
        """The temperature at a time."""
        return self.cooling.at((now - self.start) / max(1e-6, self.end - self.start))


@dataclass(slots=True)
class Chain:
    """One search under way. While its thread runs, others may read only ``published`` and ``samples``.

    ``published`` is the best plan seen with its points, which leave out what is the same for all plans;
    ``samples`` are plans that it passed through once it had cooled down to ``sample_below``.
    """

    problem: Problem
    state: State
    sample_below: float = 0.0
    published: tuple[int, Smalls] = field(init=False)
    samples: list[Smalls] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.published = (int(self.state.words[BEST]), self.best_rows())

    def publish(self) -> None:
        """Let others see the best plan so far."""
        if self.state.words[BEST] > self.published[0]:
            self.published = (int(self.state.words[BEST]), self.best_rows())

    def best_rows(self) -> Smalls:
        """The best plan seen."""
        return rows_view(self.problem, self.state.small, IN_BEST).copy()

    def rows(self) -> Smalls:
        """The present plan."""
        return rows_view(self.problem, self.state.small).copy()

    def restart(self, rows: Smalls) -> None:
        """Go on from the plan in ``rows``."""
        restore(self.problem, self.state, rows)
        self.published = (int(self.state.words[BEST]), self.best_rows())

    def cool_by_steps(self, cooling: Cooling, steps: int, tick: Tick) -> None:
        """Try ``steps`` moves unless ``tick`` ends it."""
        for start in range(0, steps, STRETCH):
            count = min(STRETCH, steps - start)
            anneal(self.problem, self.state, count, cooling.at(start / steps), cooling.at((start + count) / steps))
            self.publish()
            if tick():
                return

    def cool_by_clock(self, schedule: Schedule, until: float, stopped: Tick) -> None:
        """Try moves until the monotonic clock shows ``until``, or ``stopped``."""
        now = sampled = time.monotonic()
        while now < until and not stopped():
            warmth = schedule.warmth(now)
            anneal(self.problem, self.state, STRETCH, warmth, warmth)
            self.publish()
            now = time.monotonic()
            if warmth < self.sample_below and now - sampled > _SAMPLE_SECONDS:
                self.samples.append(self.rows())
                sampled = now


def cool_together(runs: list[tuple[Chain, Schedule]], until: float, tick: Tick) -> None:
    """Run chains in as many threads ``until`` a time, unless ``tick``, called from this thread, ends it."""
    ended = False
    with ThreadPoolExecutor(max_workers=len(runs)) as pool:
        running = {pool.submit(chain.cool_by_clock, schedule, until, lambda: ended) for chain, schedule in runs}
        try:
            while running:
                done, running = wait(running, timeout=_POLL_SECONDS)
                for future in done:
                    future.result()
                ended = ended or tick()
        finally:
            ended = True
