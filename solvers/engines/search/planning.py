"""The whole search: a first plan or the earlier one, then annealing, and the best plan of it all."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from random import Random

from solvers.engines.search.assembly import Book, write_groups
from solvers.engines.search.blocks import new_state
from solvers.engines.search.chains import Chain, Cooling, Schedule, cool_together
from solvers.engines.search.compiled import plain
from solvers.engines.search.earlier import load_earlier
from solvers.engines.search.founding import found_all
from solvers.engines.search.layout import lay_out
from solvers.engines.search.parting import divide, join, part_state
from solvers.engines.search.problem import LABEL, NOBODY, W_REGROUP, Problem, Smalls, person_of, weight
from solvers.engines.search.recombining import distinct_groups, recombine
from solvers.engines.search.state import BEST, SIZE
from solvers.instance import Group, Instance
from solvers.progress import OnProgress, Progress
from solvers.stop import Limits, ShouldStop

ANEW = Cooling(hot=20.0, cold=2.0)
REPAIR = Cooling(hot=8.0, cold=2.0)
AGAIN = Cooling(hot=7.0, cold=1.5)
STEPS_A_SECOND = 100_000
"""Moves counted on for each second when one worker must give the same answer whatever the clock says."""
RESIDENTS_A_PART = 150
"""Smaller parts would leave a search too little to choose from."""
MOST_TO_RECOMBINE = 250
LEAST_TO_RECOMBINE_SECONDS = 5.0
TURN_SECONDS_A_RESIDENT = 0.1
SAMPLE_BELOW = 6.0
MOST_SAMPLES = 600
MOST_GROUPS = 6000
_EPOCH_SECONDS = 0.4
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
    book: Book = field(init=False)
    best: Smalls = field(init=False)
    best_score: int = field(init=False)
    _told: float = 0.0
    _samples: list[Smalls] = field(default_factory=list)
    _chance: Random = field(init=False)

    def plan(self) -> tuple[Group, ...]:
        """Search until time is up or a stop is asked for; the best plan found."""
        self._chance = Random(self.limits.seed)
        self.book = Book(self.instance, *lay_out(self.instance))
        state = new_state(self.book.problem, self.limits.seed)
        load_earlier(self.book, state)
        found_all(self.book.problem, state, _FOUNDING_TRIES)
        first = Chain(self.book.problem, state)
        self.best, self.best_score = first.best_rows(), int(first.state.words[BEST])
        if not self.tick() and self.instance.residents and self.instance.models:
            self.phase = "anneal"
            self._improve(first)
        return write_groups(self.book, self.best)

    def _improve(self, first: Chain) -> None:
        cooling = REPAIR if self.instance.previous else ANEW
        if self.limits.workers == 1:
            steps = int(self.limits.seconds * STEPS_A_SECOND)
            first.cool_by_steps(cooling, steps, lambda: self.consider(first) or self.tick())
            return
        residents, now = len(self.instance.residents), time.monotonic()
        left = self.deadline - now
        if residents > MOST_TO_RECOMBINE or left < LEAST_TO_RECOMBINE_SECONDS:
            self._cool(Schedule(cooling, now, self.deadline))
            return
        turn = min(left * 0.6, TURN_SECONDS_A_RESIDENT * residents)
        self._cool(Schedule(cooling, now, now + turn))
        while self.deadline - time.monotonic() > 1.5 and not self.tick():
            self._recombine()
            now = time.monotonic()
            end = min(now + turn, self.deadline)
            if self.deadline - end < turn / 2:
                end = self.deadline
            self._cool(Schedule(AGAIN, now, end - 1.0 if end - now > 3 else end))

    def _cool(self, schedule: Schedule) -> None:
        if len(self.instance.residents) >= RESIDENTS_A_PART * self.limits.workers:
            self._cool_apart(schedule)
        else:
            self._cool_alike(schedule)

    def _recombine(self) -> None:
        """Choose the best plan out of the groups of all plans passed through of late."""
        if len(self._samples) < 2:
            return
        self.phase = "recombine"
        groups = distinct_groups(self.book.problem, [*self._samples, self.best], MOST_GROUPS)
        rows = recombine(self.book.problem, groups, 0.8, self.limits.workers, self.limits.seed)
        if rows is not None:
            whole = Chain(self.book.problem, new_state(self.book.problem, self.limits.seed))
            whole.restart(rows)
            self.consider(whole)
        self.phase = "anneal"

    def _cool_alike(self, schedule: Schedule) -> None:
        """Let every worker search the whole plan on its own."""
        chains = []
        for _ in range(self.limits.workers):
            chain = Chain(self.book.problem, new_state(self.book.problem, self._chance.getrandbits(62)), SAMPLE_BELOW)
            chain.restart(self.best)
            chains.append(chain)
        cool_together(chains, schedule, schedule.end, lambda: self.consider(*chains) or self.tick())
        self.consider(*chains)
        for chain in chains:
            self._samples.extend(chain.samples)
        del self._samples[:-MOST_SAMPLES]

    def _cool_apart(self, schedule: Schedule) -> None:
        """Let every worker search a part of the plan, and divide it anew every while."""
        problem = self.book.problem
        whole = Chain(problem, new_state(problem, self.limits.seed))
        rows, last = self.best, False
        while not last and not self.tick():
            until = time.monotonic() + max(_EPOCH_SECONDS, (schedule.end - schedule.start) / 40)
            last = until + _EPOCH_SECONDS / 2 > schedule.end
            parts = divide(problem, rows, self.limits.workers, self._chance)
            chains = [Chain(problem, part_state(problem, rows, part, self._chance.getrandbits(62))) for part in parts]
            cool_together(chains, schedule, schedule.end if last else until, self.tick)
            whole.restart(join(problem, parts, [chain.best_rows() for chain in chains]))
            self.consider(whole)
            rows = join(problem, parts, [chain.rows() for chain in chains])
            if schedule.warmth(time.monotonic()) < SAMPLE_BELOW:
                self._samples.append(rows)

    def consider(self, *chains: Chain) -> bool:
        """Keep the best plan of the chains if it is the best of all; always False."""
        score, rows = max((chain.published for chain in chains), key=lambda published: published[0])
        if score > self.best_score:
            self.best, self.best_score = rows, score
        return False

    def tick(self) -> bool:
        """Tell the listener now and then; whether the search is to end."""
        now = time.monotonic()
        if now - self._told >= _TELL_SECONDS:
            self._told = now
            self._tell(now)
        self.stopped = self.stopped or self.should_stop()
        return self.stopped or now >= self.deadline

    def _tell(self, now: float) -> None:
        self.listen(
            Progress(
                seconds=now - self.started,
                phase=self.phase,
                score=self.best_score + base_points(self.book.problem, len(self.instance.residents)),
                bound=None,
                placed=int(self.best[:, SIZE].sum()),
                groups=int((self.best[:, SIZE] > 0).sum()),
            )
        )


def base_points(problem: Problem, residents: int) -> int:
    """Points that no plan escapes: as if every resident of an earlier group had left it."""
    earlier = sum(int(plain(person_of)(problem, i)[LABEL]) != NOBODY for i in range(residents))
    return earlier * int(plain(weight)(problem, W_REGROUP))
