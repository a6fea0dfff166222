"""The driver of the search: construction or warm start, annealing, recombination, and the incumbent with its bound."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from random import Random

from solvers.engines.compilation import uncompiled
from solvers.engines.search.background_bound import BackgroundBound
from solvers.engines.search.budget import move_budget, searching_share
from solvers.engines.search.chains import BATCH_MOVES, Chain, TimedSchedule, anneal_in_parallel
from solvers.engines.search.construction import construct_groups, place_anywhere
from solvers.engines.search.cooling import Cooling, CoolingSchedule, Sounding, cooling_of, sound
from solvers.engines.search.memory_layout import new_state
from solvers.engines.search.partition import join_parts, part_state, partition_plan
from solvers.engines.search.problem import Smalls
from solvers.engines.search.problem_encoding import encode_instance
from solvers.engines.search.recombination import distinct_groups, recombine
from solvers.engines.search.row_codec import EncodedInstance, decode_groups, session_counts
from solvers.engines.search.state import SIZE, UNPLACED, unplaced
from solvers.engines.search.state_updates import store_incumbent
from solvers.engines.search.warm_start import load_groups, load_previous
from solvers.instance import Group, Instance
from solvers.progress import OnProgress, Progress
from solvers.solution import Solution
from solvers.stop import Limits, ShouldStop

SOUNDING_SHARE = 0.1
"""Share of the time in which the instance shows at which temperatures to search."""
_SOUNDING_BATCHES = 100
"""How often, at least, a sounding that counts moves looks at the score."""
_CYCLE_MOVES_A_RESIDENT, _MOST_CYCLES_ALONE = 5_000, 4
"""A lone worker begins again, or goes on from its best plan, once it has tried so many moves."""
RESIDENTS_A_PART = 150
"""Smaller parts would leave a chain too small a neighbourhood: then every worker searches the whole plan."""
LEAST_TO_RECOMBINE_SECONDS = 5.0
CYCLE_SECONDS_A_RESIDENT = 0.1
FIRST_CYCLE_SHARE = 0.45
"""The largest share of the time before the first recombination."""
POOL_PLANS = 600
POOL_GROUPS = 6000
MET_PLANS = 12
"""How many plans of the pool the proof is given at a time."""
_EPOCHS = 40
_EPOCH_SECONDS = 0.4
_PROGRESS_SECONDS = 0.2
_CONSTRUCTION_TRIES = 40
_PACKING_SECONDS = 0.8
_LEAST_PROOF_SECONDS = 1.0
"""In less time only the first bound is worth proving, which takes hardly any."""
_PROOF_ENDING_SECONDS = 0.8
"""Time that a proof may take to end once it is stopped."""
_OUTRIGHT_FROM, _LEAST_OUTRIGHT_SECONDS, _OUTRIGHT_ENDING_SECONDS = 0.3, 0.2, 0.1
"""The same where an instance is small: from this share of the time on, if so much is left, ending so soon."""


@dataclass(slots=True)
class Search:
    """One search for a plan, from the groups of ``start`` if there are any.

    ``started`` and ``deadline`` are seconds of the monotonic clock.
    """

    instance: Instance
    limits: Limits
    on_progress: OnProgress
    should_stop: ShouldStop
    started: float
    deadline: float
    start: tuple[Group, ...] = ()
    outright: bool = False
    """Whether the joint model is to be solved beside, too: for small instances."""
    bounded: Instance | None = None
    """The instance that the bound is about, if it is another: one in which more is possible."""
    phase: str = "start"
    bound: int | None = None
    encoded: EncodedInstance = field(init=False)
    incumbent: Smalls = field(init=False)
    incumbent_score: int = field(init=False)
    _base: int = field(init=False)
    _cooling: Cooling = field(default=Cooling(CoolingSchedule(1.0, 1.0), CoolingSchedule(1.0, 1.0)))
    _rng: Random = field(init=False)
    _prove_at: float = field(init=False)
    _background: BackgroundBound | None = None
    _proof_plan: Solution | None = None
    _stopped: bool = False
    _last_report: float = 0.0
    _cycle: int = 0
    _pool: list[Smalls] = field(default_factory=list)

    def plan(self) -> tuple[Group, ...]:
        """Search until time is up, the plan is proven optimal, or a stop is requested; returns the best plan found."""
        self._rng = Random(self.limits.seed)
        residents = len(self.instance.residents)
        share = _OUTRIGHT_FROM if self.outright else searching_share(self.limits.seconds, residents)
        self._prove_at = self.started + (self.deadline - self.started) * share
        self._base = base_points(self.instance)
        self.encoded = EncodedInstance(self.instance, *encode_instance(self.instance))
        first = self._initial_chain(self.limits.seed, goes_on=True)
        self.incumbent_score, self.incumbent = first.published
        if not self.tick() and self.instance.residents and self.instance.models:
            self.phase = "anneal"
            self._anneal(first)
        if self._background:
            self._background.finish()
        self._take_bound()
        return self.groups()

    def groups(self) -> tuple[Group, ...]:
        """The best plan so far, the incumbent or one found by the proof."""
        if self._proof_plan is not None and self._proof_plan.score > self.incumbent_score + self._base:
            return self._proof_plan.groups
        return decode_groups(self.encoded, self.incumbent)

    @property
    def score(self) -> int:
        """The score of the best plan so far."""
        own = self.incumbent_score + self._base
        return own if self._proof_plan is None else max(own, self._proof_plan.score)

    def _initial_chain(self, seed: int, goes_on: bool = False) -> Chain:
        """A chain that starts from what can stay of the previous plan, with everybody placed who can be.

        The one that ``goes_on`` starts from the plan that the search was given, if any.
        """
        problem = self.encoded.problem
        state = new_state(problem, seed)
        if goes_on and self.start:
            load_groups(self.encoded, state, self.start)
        else:
            load_previous(self.encoded, state)
        while construct_groups(problem, state, _CONSTRUCTION_TRIES) and not self._asked_to_stop():
            pass
        for resident in uncompiled(unplaced)(problem, state)[: state.words[UNPLACED]].tolist():
            if self._asked_to_stop():
                break
            place_anywhere(problem, state, resident)
        store_incumbent(problem, state)
        return Chain(problem, state)

    # --- the course of a search -----------------------------------------------------------------------------

    def _anneal(self, first: Chain) -> None:
        if self.limits.workers == 1:
            self._anneal_alone(first)
            return
        self._sound(first)
        if self.tick():
            return
        residents, now = len(self.instance.residents), time.monotonic()
        left = self.deadline - now
        if residents >= RESIDENTS_A_PART * self.limits.workers:
            self._anneal_parts(TimedSchedule(self._first_cooling, now, self.deadline))
        elif left < LEAST_TO_RECOMBINE_SECONDS:
            self._anneal_whole(TimedSchedule(self._first_cooling, now, self.deadline))
        else:
            self._anneal_in_cycles(min(left * FIRST_CYCLE_SHARE, CYCLE_SECONDS_A_RESIDENT * residents))

    def _sound(self, first: Chain) -> None:
        """Cool quickly in every thread, to learn at which temperatures this instance is to be searched."""
        chains = [first, *(self._initial_chain(self._rng.getrandbits(62)) for _ in range(self._threads - 1))]
        soundings = [self._scatter(chain) for chain in chains]
        now = time.monotonic()
        end = now + SOUNDING_SHARE * (self.deadline - now)
        runs = [(chain, TimedSchedule(at.schedule, now, end)) for chain, at in zip(chains, soundings, strict=True)]
        anneal_in_parallel(runs, end, lambda: self.update_incumbent(*chains) or self.tick())
        self._learn(soundings, chains)

    def _scatter(self, chain: Chain) -> Sounding:
        moves = int(SOUNDING_SHARE / 4 * move_budget(chain.problem, self.limits.seconds))
        return sound(chain.problem, chain.state, moves)

    def _learn(self, soundings: list[Sounding], chains: list[Chain]) -> None:
        self.update_incumbent(*chains)
        courses = [(at, chain.course) for at, chain in zip(soundings, chains, strict=True) if chain.course]
        if courses:
            self._cooling = cooling_of(courses)

    @property
    def _first_cooling(self) -> CoolingSchedule:
        return self._cooling.again if self._is_warm else self._cooling.anew

    @property
    def _is_warm(self) -> bool:
        """Whether there is a plan to go on from before anything was searched."""
        return bool(self.instance.previous or self.start)

    def _anneal_in_cycles(self, cycle_seconds: float) -> None:
        """Repeat: every worker anneals the whole plan for ``cycle_seconds``, then the pool is recombined."""
        now = time.monotonic()
        self._anneal_whole(TimedSchedule(self._first_cooling, now, now + cycle_seconds))
        while not self.tick():
            self._recombine()
            now = time.monotonic()
            end = now + cycle_seconds if self.deadline - now > 1.5 * cycle_seconds + 1.0 else self.deadline
            self._anneal_whole(TimedSchedule(self._cooling.again, now, end))

    def _anneal_alone(self, first: Chain) -> None:
        """Search by a move budget, so that the answer does not depend on the clock; then prove for the rest."""
        self._prove_at = self.deadline

        def tick() -> bool:
            return self.update_incumbent(first) or self.tick()

        moves = move_budget(first.problem, self.limits.seconds)
        sounded = int(SOUNDING_SHARE * moves)
        batch_moves = min(BATCH_MOVES, max(1, sounded // _SOUNDING_BATCHES))
        at = self._scatter(first)
        first.anneal_moves(at.schedule, sounded, tick, batch_moves)
        self._learn([at], [first])
        if self.tick():
            return
        least = _CYCLE_MOVES_A_RESIDENT * len(self.instance.residents)
        cycles = max(1, min(_MOST_CYCLES_ALONE, (moves - sounded) // least))
        for cycle in range(cycles):
            goes_on = self._is_warm != (cycle % 2 == 1)
            if goes_on:
                first.restart(self.incumbent)
            cooling = self._cooling.again if goes_on else self._cooling.anew
            first.anneal_moves(cooling, (moves - sounded) // cycles, tick)
            if self.tick():
                return
        self._prove_at = time.monotonic()
        while not self.tick() and not (self._background and self._background.done):
            time.sleep(0.02)

    def _anneal_whole(self, schedule: TimedSchedule) -> None:
        """Let every worker anneal the whole plan: the first from the incumbent, the others from a new first plan.

        A lone worker alternates between the two. Combining what differs between them is left to recombination.
        """
        runs, threads = [], self._threads
        for number in range(threads):
            from_best = number == 0 if threads > 1 else self._cycle % 2 == 1
            if from_best and (self._cycle > 0 or self._is_warm):
                chain = Chain(self.encoded.problem, new_state(self.encoded.problem, self._rng.getrandbits(62)))
                chain.restart(self.incumbent)
                runs.append((chain, schedule))
            else:
                chain = self._initial_chain(self._rng.getrandbits(62))
                cooling = self._cooling.anew if self._cycle else self._first_cooling
                runs.append((chain, replace(schedule, cooling=cooling)))
            chain.pool_below = self._cooling.again.initial
        self._cycle += 1
        chains = [chain for chain, _ in runs]
        anneal_in_parallel(runs, schedule.end, lambda: self.update_incumbent(*chains) or self.tick())
        self.update_incumbent(*chains)
        for chain in chains:
            self._pool.extend(chain.pool)
        del self._pool[:-POOL_PLANS]

    def _anneal_parts(self, schedule: TimedSchedule) -> None:
        """Let every worker anneal a part of the plan, with a new random partition in every epoch."""
        problem = self.encoded.problem
        whole = Chain(problem, new_state(problem, self.limits.seed))
        rows, last = self.incumbent, False
        while not last and not self.tick():
            until = time.monotonic() + max(_EPOCH_SECONDS, (schedule.end - schedule.start) / _EPOCHS)
            last = until + _EPOCH_SECONDS / 2 > schedule.end
            parts = partition_plan(problem, rows, self._threads, self._rng)
            chains = [Chain(problem, part_state(problem, rows, part, self._rng.getrandbits(62))) for part in parts]
            runs = [(chain, schedule) for chain in chains]
            anneal_in_parallel(runs, schedule.end if last else until, self.tick)
            whole.restart(join_parts(problem, parts, [chain.incumbent_rows() for chain in chains]))
            self.update_incumbent(whole)
            rows = join_parts(problem, parts, [chain.rows() for chain in chains])
            self._pool.append(self.incumbent)
            del self._pool[:-POOL_PLANS]

    def _recombine(self) -> None:
        """Choose the best plan out of the groups of all plans in the pool."""
        if len(self._pool) < 2 or self.deadline - time.monotonic() < 2 * _PACKING_SECONDS:
            return
        self.phase = "recombine"
        groups = distinct_groups(self.encoded.problem, [*self._pool, self.incumbent], POOL_GROUPS)
        rows = recombine(self.encoded.problem, groups, _PACKING_SECONDS, self._threads, self.limits.seed)
        if rows is not None:
            whole = Chain(self.encoded.problem, new_state(self.encoded.problem, self.limits.seed))
            whole.restart(rows)
            self.update_incumbent(whole)
        self.phase = "anneal"

    @property
    def _threads(self) -> int:
        """Workers that anneal: all but the one that proves a bound, if any does for long."""
        proving = self._background is not None and not (self._background.first_only or self._background.done)
        return max(1, self.limits.workers - proving)

    def _prove(self, now: float) -> None:
        """Start to prove the first bound at once, which takes a moment, and better ones from ``_prove_at`` on.

        A lone worker proves better ones once it has searched: its answer must not depend on the clock. By the first
        bound it may end sooner, but only with a plan than which there is none better.
        """
        seconds = self._proof_seconds(now) if now >= self._prove_at else 0.0
        if self._background is None or (seconds > 0 and self._background.first_only and self._background.done):
            if self._background is not None:
                self._background.finish()
            known = Solution(self.instance.name, self.groups(), self.score)
            self._background = BackgroundBound(
                self.bounded or self.instance, seconds, known, self.limits, self.outright, self._met_groups
            )

    def _met_groups(self) -> tuple[Group, ...]:
        """Groups of the latest plans of the pool and of the best one. The proof asks, in a thread of its own."""
        if self.instance.previous:
            return decode_groups(self.encoded, self.incumbent)
        plans = [*self._pool[-MET_PLANS:], self.incumbent]
        return decode_groups(self.encoded, distinct_groups(self.encoded.problem, plans, POOL_GROUPS))

    def _proof_seconds(self, start: float) -> float:
        """Seconds for a proof that starts at a time; 0 for the first bound alone."""
        ending = _OUTRIGHT_ENDING_SECONDS if self.outright else _PROOF_ENDING_SECONDS
        left = self.deadline - start - ending
        return left if left > (_LEAST_OUTRIGHT_SECONDS if self.outright else _LEAST_PROOF_SECONDS) else 0.0

    # --- incumbent, bound and progress ------------------------------------------------------------------------

    def update_incumbent(self, *chains: Chain) -> bool:
        """Make the best plan of the chains the incumbent if it is better; always False."""
        score, rows = max((chain.published for chain in chains), key=lambda published: published[0])
        if score > self.incumbent_score:
            self.incumbent, self.incumbent_score = rows, score
        return False

    def tick(self) -> bool:
        """Report progress when it is due or there is a first bound, start to prove when it is time; whether the search
        is to end."""
        now = time.monotonic()
        if now < self.deadline:
            self._prove(now)
        unbounded = self.bound is None
        self._take_bound()
        if now - self._last_report >= _PROGRESS_SECONDS or (unbounded and self.bound is not None):
            self._last_report = now
            self._report(now)
        return self._asked_to_stop() or self.score == self.bound or now >= self.deadline

    def _asked_to_stop(self) -> bool:
        self._stopped = self._stopped or self.should_stop()
        return self._stopped

    def _take_bound(self) -> None:
        if self._background and self._background.bound is not None:
            self.bound = self._background.bound
            alone = self.limits.workers == 1
            self._take_plan(self._background.repeatable if alone else self._background.plan)

    def _take_plan(self, plan: Solution | None) -> None:
        """Take a better plan that the proof found."""
        if plan is not None and self.bounded is None and plan.score > self.score:
            self._proof_plan = plan

    def _report(self, now: float) -> None:
        held, coming, seats = session_counts(self.encoded.problem, self.incumbent)
        self.on_progress(
            Progress(
                seconds=now - self.started,
                phase=self.phase,
                score=self.score,
                bound=self.bound,
                placed=int(self.incumbent[:, SIZE].sum()),
                groups=int((self.incumbent[:, SIZE] > 0).sum()),
                held=held,
                coming=coming,
                seats=seats,
            )
        )


def base_points(instance: Instance) -> int:
    """Points that every plan starts from: as if everybody in a previous group had left it."""
    here = {person.id for person in instance.residents} | {person.id for person in instance.faculty}
    residents = sum(i in here for group in instance.previous for i in group.residents)
    facilitators = sum(i in here for group in instance.previous for i in group.facilitators)
    return instance.weights.regroup * residents + instance.weights.handover * facilitators
