"""Searches under way: each a state of its own that is cooled a stretch at a time, alone or side by side in threads.

The compiled code runs without the interpreter lock, so threads use as many cores.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass

from solvers.engines.search.annealing import anneal
from solvers.engines.search.assembly import Book
from solvers.engines.search.blocks import rows_view
from solvers.engines.search.problem import IN_BEST, Smalls
from solvers.engines.search.restoring import restore
from solvers.engines.search.state import BEST, State

STRETCH = 2000
"""Moves between two looks at the clock."""
_POLL_SECONDS = 0.05

Tick = Callable[[], bool]
"""Called every now and then while chains run; True ends them."""


@dataclass(frozen=True, slots=True)
class Cooling:
    """A falling temperature, in points."""

    hot: float
    cold: float

    def at(self, share: float) -> float:
        """The temperature once ``share`` of the way is gone."""
        return float(self.hot * (self.cold / self.hot) ** min(1.0, max(0.0, share)))


@dataclass(slots=True)
class Chain:
    """One search under way."""

    book: Book
    state: State

    @property
    def best_score(self) -> int:
        """Points of the best plan seen, without what is the same for all plans."""
        return int(self.state.words[BEST])

    def best_rows(self) -> Smalls:
        """The best plan seen."""
        return rows_view(self.book.problem, self.state.small, IN_BEST).copy()

    def restart(self, rows: Smalls) -> None:
        """Go on from the plan in ``rows``."""
        restore(self.book.problem, self.state, rows)

    def cool_by_steps(self, cooling: Cooling, steps: int, tick: Tick) -> None:
        """Try ``steps`` moves unless ``tick`` ends it."""
        for start in range(0, steps, STRETCH):
            count = min(STRETCH, steps - start)
            anneal(
                self.book.problem,
                self.state,
                count,
                cooling.at(start / steps),
                cooling.at((start + count) / steps),
            )
            if tick():
                return

    def cool_by_clock(self, cooling: Cooling, start: float, end: float, stopped: Callable[[], bool]) -> None:
        """Try moves until the monotonic clock shows ``end``, or ``stopped``."""
        now = time.monotonic()
        while now < end and not stopped():
            share = (now - start) / max(1e-6, end - start)
            anneal(self.book.problem, self.state, STRETCH, cooling.at(share), cooling.at(share))
            now = time.monotonic()


def cool_together(chains: list[Chain], cooling: Cooling, seconds: float, tick: Tick) -> None:
    """Run ``chains`` in as many threads for ``seconds`` unless ``tick``, called from this thread, ends it."""
    start = time.monotonic()
    ended = False
    with ThreadPoolExecutor(max_workers=len(chains)) as pool:
        running = {pool.submit(chain.cool_by_clock, cooling, start, start + seconds, lambda: ended) for chain in chains}
        try:
            while running:
                done, running = wait(running, timeout=_POLL_SECONDS)
                for future in done:
                    future.result()
                ended = ended or tick()
        finally:
            ended = True
