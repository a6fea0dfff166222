"""Annealing chains: each a search with a state of its own, run in batches of moves, alone or in parallel threads.

The compiled code runs without the interpreter lock, so threads use as many cores.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from solvers.engines.search.annealing import anneal
from solvers.engines.search.cooling import CoolingSchedule
from solvers.engines.search.memory_layout import rows_view
from solvers.engines.search.problem import STATE_INCUMBENT, Problem, Smalls
from solvers.engines.search.state import INCUMBENT_SCORE, SCORE, State
from solvers.engines.search.state_updates import load_plan

BATCH_MOVES = 10_000
"""Moves between two readings of the clock."""
_POLL_SECONDS = 0.05
_POOL_SECONDS = 0.02

Tick = Callable[[], bool]
"""Called regularly while chains run; True ends them."""


@dataclass(frozen=True, slots=True)
class TimedSchedule:
    """A cooling schedule spread over a time span of the monotonic clock, in seconds."""

    cooling: CoolingSchedule
    start: float
    end: float

    def temperature(self, now: float) -> float:
        """The temperature at a time of the monotonic clock."""
        return self.cooling.temperature((now - self.start) / max(1e-6, self.end - self.start))


@dataclass(slots=True)
class Chain:
    """One annealing chain. While its thread runs, other threads may read only ``published`` and ``pool``.

    ``published`` is the incumbent with its score, which leaves out what is the same for all plans;
    ``pool`` holds plans that the chain visited below the temperature ``pool_below``, ``course`` its latest
    temperatures with the score at each.
    """

    problem: Problem
    state: State
    pool_below: float = 0.0
    published: tuple[int, Smalls] = field(init=False)
    pool: list[Smalls] = field(default_factory=list)
    course: list[tuple[float, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.published = (int(self.state.words[INCUMBENT_SCORE]), self.incumbent_rows())

    def publish(self) -> None:
        """Let other threads see the incumbent."""
        if self.state.words[INCUMBENT_SCORE] > self.published[0]:
            self.published = (int(self.state.words[INCUMBENT_SCORE]), self.incumbent_rows())

    def incumbent_rows(self) -> Smalls:
        """The rows of the incumbent."""
        return rows_view(self.problem, self.state.small, STATE_INCUMBENT).copy()

    def rows(self) -> Smalls:
        """The rows of the current plan."""
        return rows_view(self.problem, self.state.small).copy()

    def restart(self, rows: Smalls) -> None:
        """Restart from the plan in ``rows``."""
        load_plan(self.problem, self.state, rows)
        self.published = (int(self.state.words[INCUMBENT_SCORE]), self.incumbent_rows())

    def _keep_course(self, temperature: float) -> None:
        self.course.append((temperature, int(self.state.words[SCORE])))

    def anneal_moves(self, cooling: CoolingSchedule, moves: int, tick: Tick, batch_moves: int = BATCH_MOVES) -> None:
        """Try ``moves`` moves, in batches, unless ``tick`` ends the chain."""
        self.course.clear()
        for start in range(0, moves, batch_moves):
            count = min(batch_moves, moves - start)
            anneal(
                self.problem,
                self.state,
                count,
                cooling.temperature(start / moves),
                cooling.temperature((start + count) / moves),
            )
            self._keep_course(cooling.temperature(start / moves))
            self.publish()
            if tick():
                return

    def anneal_until(self, schedule: TimedSchedule, until: float, stopped: Tick) -> None:
        """Try moves until the monotonic clock shows ``until``, or ``stopped``."""
        now = pooled_at = time.monotonic()
        self.course.clear()
        while now < until and not stopped():
            temperature = schedule.temperature(now)
            anneal(self.problem, self.state, BATCH_MOVES, temperature, temperature)
            self._keep_course(temperature)
            self.publish()
            now = time.monotonic()
            if temperature < self.pool_below and now - pooled_at > _POOL_SECONDS:
                self.pool.append(self.rows())
                pooled_at = now


def anneal_in_parallel(runs: list[tuple[Chain, TimedSchedule]], until: float, tick: Tick) -> None:
    """Run each chain in its own thread ``until`` a time, unless ``tick``, called from this thread, ends them."""
    ended = False
    with ThreadPoolExecutor(max_workers=len(runs)) as executor:
        running = {executor.submit(chain.anneal_until, schedule, until, lambda: ended) for chain, schedule in runs}
        try:
            while running:
                done, running = wait(running, timeout=_POLL_SECONDS)
                for future in done:
                    future.result()
                ended = ended or tick()
        finally:
            ended = True
