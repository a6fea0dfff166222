"""The whole search: a first plan or the earlier one, then annealing, and the best plan of it all."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from solvers.engines.search.assembly import Book, write_groups
from solvers.engines.search.blocks import new_state
from solvers.engines.search.chains import Chain, Cooling, cool_together
from solvers.engines.search.compiled import plain
from solvers.engines.search.earlier import load_earlier
from solvers.engines.search.founding import found_all
from solvers.engines.search.layout import lay_out
from solvers.engines.search.problem import LABEL, NOBODY, RESIDENTS, W_REGROUP, Problem, person_of, weight
from solvers.engines.search.state import SIZE
from solvers.instance import Group, Instance
from solvers.progress import OnProgress, Progress
from solvers.stop import Limits, ShouldStop

ANEW = Cooling(hot=20.0, cold=2.0)
REPAIR = Cooling(hot=8.0, cold=2.0)
STEPS_A_SECOND = 25_000
"""Moves counted on for each second when one worker must give the same answer whatever the clock says."""
_TELL_SECONDS = 0.2
_FOUNDING_TRIES = 40


@dataclass(slots=True)
class Search:
    """One search for a plan. ``deadline`` is on the monotonic clock."""

    instance: Instance
    limits: Limits
    listen: OnProgress
    should_stop: ShouldStop
    started: float
    deadline: float
    stopped: bool = False
    phase: str = "start"
    _told: float = field(default=0.0)
    _best: int | None = None
    _chains: list[Chain] = field(default_factory=list)

    def plan(self) -> tuple[Group, ...]:
        """Search until time is up or a stop is asked for; the best plan found."""
        book = Book(self.instance, *lay_out(self.instance))
        first = Chain(book, new_state(book.problem, self.limits.seed))
        self._chains = [first]
        load_earlier(book, first.state)
        found_all(book.problem, first.state, _FOUNDING_TRIES)
        if not self._tick() and self.instance.residents and self.instance.models:
            self._improve(first)
        best = max(self._chains, key=lambda chain: chain.best_score)
        return write_groups(book, best.best_rows())

    def _improve(self, first: Chain) -> None:
        self.phase = "anneal"
        cooling = REPAIR if self.instance.previous else ANEW
        if self.limits.workers == 1:
            steps = int(self.limits.seconds * STEPS_A_SECOND)
            first.cool_by_steps(cooling, steps, self._tick)
            return
        for number in range(1, self.limits.workers):
            chain = Chain(first.book, new_state(first.book.problem, self.limits.seed + 1000 * number))
            chain.restart(first.best_rows())
            self._chains.append(chain)
        cool_together(self._chains, cooling, self.deadline - time.monotonic(), self._tick)

    def _tick(self) -> bool:
        """Tell the listener; whether the search is to end."""
        now = time.monotonic()
        if now - self._told >= _TELL_SECONDS:
            self._told = now
            self._tell(now)
        self.stopped = self.stopped or self.should_stop()
        return self.stopped or now >= self.deadline

    def _tell(self, now: float) -> None:
        best = max(self._chains, key=lambda chain: chain.best_score)
        score = best.best_score + base_points(best.book.problem)
        if self._best is None or score > self._best:
            self._best = score
        rows = best.best_rows()
        self.listen(
            Progress(
                seconds=now - self.started,
                phase=self.phase,
                score=self._best,
                bound=None,
                placed=int(rows[:, SIZE].sum()),
                groups=int((rows[:, SIZE] > 0).sum()),
            )
        )


def base_points(problem: Problem) -> int:
    """Points that no plan escapes: as if every resident of an earlier group had left it."""
    earlier = int(sum(plain(person_of)(problem, i)[LABEL] != NOBODY for i in range(problem.words[RESIDENTS])))
    return earlier * int(plain(weight)(problem, W_REGROUP))


def warm_up() -> None:
    """Compile everything that searches need, or load it from where it is kept."""
