"""The joint model by itself: what ``rounds solve --engine joint`` runs."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from dataclasses import dataclass, field, replace

from solvers.engines.joint.outright import LARGEST, solve_outright
from solvers.engines.joint.solver import JointAnswer
from solvers.engines.small import model_size
from solvers.errors import PinsFail, TooLarge
from solvers.instance import COMING, Group, Instance
from solvers.progress import OnProgress, Progress
from solvers.referee import check
from solvers.solution import Solution
from solvers.stop import Limits, ShouldStop

_POLL_SECONDS = 0.05
_PROGRESS_SECONDS = 0.2


@dataclass(slots=True)
class JointSearch:
    """One run of the joint model from the groups of ``start``, a plan that keeps the rules, until ``deadline``.

    ``bound`` is the best that is known, before and after. Times are of the monotonic clock.
    """

    instance: Instance
    limits: Limits
    on_progress: OnProgress
    should_stop: ShouldStop
    started: float
    deadline: float
    start: Sequence[Group]
    bound: int | None = None
    _best: Solution = field(init=False)
    _stopped: bool = False
    _last_report: float = 0.0

    def __post_init__(self) -> None:
        if model_size(self.instance) > LARGEST:
            raise TooLarge(model_size(self.instance), LARGEST)
        plan = Solution(self.instance.name, tuple(self.start))
        self._best = replace(plan, score=check(self.instance, plan).score)

    def plan(self) -> tuple[Group, ...]:
        """Solve until time is up, the plan is proven best, or a stop is requested; returns the best plan found.

        Raises PinsFail if no plan can keep the pins.
        """
        limits = replace(self.limits, seconds=self.deadline - time.monotonic())
        with ThreadPoolExecutor(max_workers=1) as executor:
            running = executor.submit(
                solve_outright,
                self.instance,
                limits,
                self._best,
                lambda: self._stopped,
                self._on_plan,
                self._on_bound,
            )
            try:
                self._watch(running)
            finally:
                self._stopped = True
            answer = running.result()
        if answer.groups is None and answer.proved:
            raise PinsFail(tuple(pin.id for pin in self.instance.pins))
        if answer.bound is not None:
            self._on_bound(answer.bound)
        return self._best.groups

    def _watch(self, running: Future[JointAnswer]) -> None:
        while not running.done() and not self._stopped:
            self._report()
            self._stopped = self.should_stop() or self._best.score == self.bound or time.monotonic() >= self.deadline
            wait_for([running], timeout=_POLL_SECONDS)
        self._report(at_once=True)

    def _on_plan(self, plan: Solution) -> None:
        if plan.score > self._best.score:
            self._best = plan

    def _on_bound(self, bound: int) -> None:
        self.bound = bound if self.bound is None else min(self.bound, bound)

    def _report(self, at_once: bool = False) -> None:
        now, best = time.monotonic(), self._best
        if now - self._last_report < _PROGRESS_SECONDS and not at_once:
            return
        self._last_report = now
        marks = {resident.id: resident.availability for resident in self.instance.residents}
        meetings = [(group.residents, session.slot) for group in best.groups for session in group.sessions]
        self.on_progress(
            Progress(
                seconds=now - self.started,
                phase="joint",
                score=best.score,
                bound=self.bound,
                placed=sum(len(group.residents) for group in best.groups),
                groups=len(best.groups),
                held=len(meetings),
                coming=sum(marks[resident][slot] in COMING for invited, slot in meetings for resident in invited),
                seats=sum(len(invited) for invited, _ in meetings),
            )
        )
