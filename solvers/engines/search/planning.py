"""The whole search: a first plan or the earlier one, then annealing, and the best plan of it all with its bound."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from random import Random

from solvers.engines.compiling import plain
from solvers.engines.search.assembly import Book, write_groups
from solvers.engines.search.blocks import new_state
from solvers.engines.search.chains import Chain, Cooling, Schedule, cool_together
from solvers.engines.search.earlier import load_earlier
from solvers.engines.search.founding import found_some, squeeze_in
from solvers.engines.search.layout import lay_out
from solvers.engines.search.parting import divide, join, part_state
from solvers.engines.search.problem import RESIDENTS, SEATS, SLOTS, Problem, Smalls
from solvers.engines.search.proving import Prover
from solvers.engines.search.recombining import distinct_groups, recombine
from solvers.engines.search.restoring import remember
from solvers.engines.search.state import HOMELESS, SIZE, homeless
from solvers.instance import Group, Instance
from solvers.progress import OnProgress, Progress
from solvers.solution import Solution
from solvers.stop import Limits, ShouldStop

ANEW = Cooling(hot=20.0, cold=2.0)
IN_PARTS = Cooling(hot=16.0, cold=0.8)
REPAIR = Cooling(hot=8.0, cold=2.0)
AGAIN = Cooling(hot=7.0, cold=1.5)

STEPS_A_SECOND = 300_000
"""Moves counted on for each second when one worker must give the same answer whatever the clock says."""
_LOADING_SECONDS = 2.0
"""What the start of a process and the loading of compiled code take."""
RESIDENTS_A_PART = 150
"""Smaller parts would leave a search too little to choose from: then every worker searches the whole plan."""
LEAST_TO_RECOMBINE_SECONDS = 5.0
TURN_SECONDS_A_RESIDENT = 0.1
FIRST_TURN = 0.45
"""The most of its time that a search takes before it first recombines."""
SAMPLE_BELOW = 6.0
MOST_SAMPLES = 600
MOST_GROUPS = 6000
_EPOCHS = 40
_LONG_SECONDS = 20.0
_SOON_PROVEN, _SOON_FOUND, _LATE_PROVEN = 100, 300, 1200
"""Up to so many residents a bound comes down in seconds; the best plan that a minute finds, in an eighth of it; and
only with most of a minute does a bound come down far, while one thread searches on."""
_EPOCH_SECONDS = 0.4
_TELL_SECONDS = 0.2
_FOUNDING_TRIES = 40
_PACKING_SECONDS = 0.8
_LEAST_PROOF_SECONDS = 1.0
"""In less than this only the first bound is worth having, which takes hardly any time."""
_PROOF_ENDING_SECONDS = 0.8
"""What a proof may take to end once it is told to."""


@dataclass(slots=True)
class Search:
    """One search for a plan. ``started`` and ``deadline`` are on the monotonic clock."""

    instance: Instance
    limits: Limits
    listen: OnProgress
    should_stop: ShouldStop
    started: float
    deadline: float
    phase: str = "start"
    bound: int | None = None
    book: Book = field(init=False)
    best: Smalls = field(init=False)
    best_score: int = field(init=False)
    _base: int = field(init=False)
    _chance: Random = field(init=False)
    _prove_at: float = field(init=False)
    _prover: Prover | None = None
    _given: Solution | None = None
    _stopped: bool = False
    _told: float = 0.0
    _turn: int = 0
    _samples: list[Smalls] = field(default_factory=list)

    def plan(self) -> tuple[Group, ...]:
        """Search until time is up, the best plan is proven, or a stop is asked for; the best plan found."""
        self._chance = Random(self.limits.seed)
        share = _searching_share(self.limits.seconds, len(self.instance.residents))
        self._prove_at = self.started + (self.deadline - self.started) * share
        self._base = base_points(self.instance)
        self.book = Book(self.instance, *lay_out(self.instance))
        first = self._start(self.limits.seed)
        self.best_score, self.best = first.published
        if not self.tick() and self.instance.residents and self.instance.models:
            self.phase = "anneal"
            self._improve(first)
        if self._prover:
            self._prover.finish()
        self._note_bound()
        return self.groups()

    def groups(self) -> tuple[Group, ...]:
        """The best plan so far."""
        if self._given is not None and self._given.score > self.best_score + self._base:
            return self._given.groups
        return write_groups(self.book, self.best)

    @property
    def score(self) -> int:
        """Points of the best plan so far."""
        own = self.best_score + self._base
        return own if self._given is None else max(own, self._given.score)

    def _start(self, seed: int) -> Chain:
        """Keep what can stay of the earlier plan and bring everybody into some group who can be."""
        problem = self.book.problem
        state = new_state(problem, seed)
        load_earlier(self.book, state)
        while found_some(problem, state, _FOUNDING_TRIES) and not self._asked_to_stop():
            pass
        for resident in plain(homeless)(problem, state)[: state.words[HOMELESS]].tolist():
            if self._asked_to_stop():
                break
            squeeze_in(problem, state, resident)
        remember(problem, state)
        return Chain(problem, state)

    # --- the course of a search -----------------------------------------------------------------------------

    def _improve(self, first: Chain) -> None:
        cooling = self._cooling
        if self.limits.workers == 1:
            self._improve_alone(first, cooling)
            return
        residents, now = len(self.instance.residents), time.monotonic()
        left = self.deadline - now
        if residents >= RESIDENTS_A_PART * self.limits.workers:
            apart = cooling if self.instance.previous else IN_PARTS
            self._cool_apart(Schedule(apart, now, self.deadline))
        elif left < LEAST_TO_RECOMBINE_SECONDS:
            self._cool_alike(Schedule(cooling, now, self.deadline))
        else:
            self._cool_in_turns(cooling, now, min(left * FIRST_TURN, TURN_SECONDS_A_RESIDENT * residents))

    def _cool_in_turns(self, cooling: Cooling, now: float, turn: float) -> None:
        """Let every worker search the whole plan for ``turn`` seconds, recombine what they came upon, and again."""
        self._cool_alike(Schedule(cooling, now, now + turn))
        while not self.tick():
            self._recombine()
            now = time.monotonic()
            end = now + turn if self.deadline - now > 1.5 * turn + 1.0 else self.deadline
            self._cool_alike(Schedule(AGAIN, now, end))

    def _improve_alone(self, first: Chain, cooling: Cooling) -> None:
        """Search by counted steps, so that the answer does not hang on the clock; then prove for the rest."""
        self._prove_at = self.deadline
        steps = counted_steps(first.problem, self.limits.seconds)
        first.cool_by_steps(cooling, steps, lambda: self.consider(first) or self.tick())
        self._prove_at = time.monotonic()
        while not self.tick() and not (self._prover and self._prover.done):
            time.sleep(0.02)

    def _cool_alike(self, schedule: Schedule) -> None:
        """Let every worker search the whole plan on its own: the first from the best plan, others anew.

        A lone one does so in turns. What they have in common and what sets them apart is for recombining to find out.
        """
        runs, threads = [], self._threads
        for number in range(threads):
            from_best = number == 0 if threads > 1 else self._turn % 2 == 1
            if from_best and self._turn > 0:
                chain = Chain(self.book.problem, new_state(self.book.problem, self._chance.getrandbits(62)))
                chain.restart(self.best)
                runs.append((chain, schedule))
            else:
                chain = self._start(self._chance.getrandbits(62))
                runs.append((chain, replace(schedule, cooling=self._cooling)))
            chain.sample_below = SAMPLE_BELOW
        self._turn += 1
        chains = [chain for chain, _ in runs]
        cool_together(runs, schedule.end, lambda: self.consider(*chains) or self.tick())
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
            until = time.monotonic() + max(_EPOCH_SECONDS, (schedule.end - schedule.start) / _EPOCHS)
            last = until + _EPOCH_SECONDS / 2 > schedule.end
            parts = divide(problem, rows, self._threads, self._chance)
            chains = [Chain(problem, part_state(problem, rows, part, self._chance.getrandbits(62))) for part in parts]
            runs = [(chain, schedule) for chain in chains]
            cool_together(runs, schedule.end if last else until, self.tick)
            whole.restart(join(problem, parts, [chain.best_rows() for chain in chains]))
            self.consider(whole)
            rows = join(problem, parts, [chain.rows() for chain in chains])

    def _recombine(self) -> None:
        """Choose the best plan out of the groups of all plans passed through of late."""
        if len(self._samples) < 2 or self.deadline - time.monotonic() < 2 * _PACKING_SECONDS:
            return
        self.phase = "recombine"
        groups = distinct_groups(self.book.problem, [*self._samples, self.best], MOST_GROUPS)
        rows = recombine(self.book.problem, groups, _PACKING_SECONDS, self._threads, self.limits.seed)
        if rows is not None:
            whole = Chain(self.book.problem, new_state(self.book.problem, self.limits.seed))
            whole.restart(rows)
            self.consider(whole)
        self.phase = "anneal"

    @property
    def _threads(self) -> int:
        """Workers that search: all but the one that proves, if any does for long."""
        proving = self._prover is not None and not (self._prover.brief or self._prover.done)
        return max(1, self.limits.workers - proving)

    @property
    def _cooling(self) -> Cooling:
        return REPAIR if self.instance.previous else ANEW

    def _prove(self, now: float) -> None:
        """Prove the first bound at once, which takes a moment, and from ``_prove_at`` on better ones.

        One worker alone proves once it has searched: its answer must not hang on the clock.
        """
        due = now >= self._prove_at
        seconds = self._proof_seconds(now) if due else 0.0
        if self._prover is None:
            begin = due or self.limits.workers > 1
        else:
            begin = seconds > 0 and self._prover.brief and self._prover.done
        if begin:
            if self._prover is not None:
                self._prover.finish()
            incumbent = Solution(self.instance.name, self.groups(), self.score)
            self._prover = Prover(self.instance, seconds, incumbent, self.limits.workers)

    def _proof_seconds(self, start: float) -> float:
        """How long a proof can take that starts at a time; 0 for the first bound alone."""
        left = self.deadline - start - _PROOF_ENDING_SECONDS
        return left if left > _LEAST_PROOF_SECONDS else 0.0

    # --- keeping watch ----------------------------------------------------------------------------------------

    def consider(self, *chains: Chain) -> bool:
        """Keep the best plan of the chains if it is the best of all; always False."""
        score, rows = max((chain.published for chain in chains), key=lambda published: published[0])
        if score > self.best_score:
            self.best, self.best_score = rows, score
        return False

    def tick(self) -> bool:
        """Tell the listener now and then, start to prove when it is time; whether the search is to end."""
        now = time.monotonic()
        if now < self.deadline:
            self._prove(now)
        self._note_bound()
        if now - self._told >= _TELL_SECONDS:
            self._told = now
            self._tell(now)
        return self._asked_to_stop() or self.score == self.bound or now >= self.deadline

    def _asked_to_stop(self) -> bool:
        self._stopped = self._stopped or self.should_stop()
        return self._stopped

    def _note_bound(self) -> None:
        if self._prover and self._prover.bound is not None:
            self.bound = self._prover.bound
            self._note_plan(self._prover.plan)

    def _note_plan(self, plan: Solution | None) -> None:
        """Take a better plan that the proof came upon, unless the answer must not hang on the clock."""
        if plan is not None and plan.score > self.score and self.limits.workers > 1:
            self._given = plan

    def _tell(self, now: float) -> None:
        self.listen(
            Progress(
                seconds=now - self.started,
                phase=self.phase,
                score=self.score,
                bound=self.bound,
                placed=int(self.best[:, SIZE].sum()),
                groups=int((self.best[:, SIZE] > 0).sum()),
            )
        )


def _searching_share(seconds: float, residents: int) -> float:
    """Which share of the time all workers search before all but one of them turn to proving.

    In a short time only small instances get more than the first bound, which takes no time. In a long one their best
    plan is found soon, and half a minute of proving is worth more than searching on.
    """
    if seconds >= _LONG_SECONDS:
        if residents <= _SOON_FOUND:
            return 0.12
        return 0.2 if residents <= _LATE_PROVEN else 0.5
    return 0.8 if residents <= _SOON_PROVEN else 0.93


def counted_steps(problem: Problem, seconds: float) -> int:
    """Moves that one worker makes in ``seconds``, whatever the clock says: fewer with many slots and large groups.

    A machine at half its speed still ends them in time.
    """
    slots, seats = int(problem.words[SLOTS]), int(problem.words[SEATS])
    residents = int(problem.words[RESIDENTS])
    slower = max(1.0, (slots + 140) / 500) * max(1.0, seats / 8) * max(1.0, residents / 2000)
    return int(STEPS_A_SECOND / slower * max(seconds - _LOADING_SECONDS, seconds / 4))


def base_points(instance: Instance) -> int:
    """Points that no plan escapes: as if every resident of an earlier group had left it."""
    here = {resident.id for resident in instance.residents}
    return instance.weights.regroup * sum(i in here for group in instance.previous for i in group.residents)
