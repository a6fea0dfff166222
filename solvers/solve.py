"""The one public entry of the planner."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from solvers.engine import Engine
from solvers.errors import UnsoundPlan
from solvers.instance import COMING, Group, Instance
from solvers.progress import OnProgress, Progress, ignore
from solvers.referee import check
from solvers.solution import Solution
from solvers.stop import Limits, ShouldStop, never

WORTH_THE_UPHEAVAL = 0.01
"""A previous plan that still stands is given up only for one that is better by this share of what is at stake."""
_ENDING_SECONDS = 0.05
_ENDING_SECONDS_A_PERSON = 1.2e-4


def solve(
    instance: Instance,
    limits: Limits,
    on_progress: OnProgress = ignore,
    should_stop: ShouldStop = never,
    start: Sequence[Group] = (),
    engine: Engine = Engine.AUTO,
    bounded: Instance | None = None,
) -> Solution:
    """Form and date groups for ``instance`` within ``limits``, going on from the groups of a plan ``start``, if given.

    What of ``start`` breaks a rule is left out; unlike ``previous``, nothing is lost by leaving it.
    ``on_progress`` is called with the best so far, from the calling thread; ``should_stop`` is asked several times a
    second from the same thread, and once it says True the best plan so far is returned within a second.
    The bound is about ``bounded``, if given, in which everything is possible that is in ``instance``, and more.
    With one worker the plan depends on instance, seed and seconds alone, unless time or a stop cuts the search short.
    Everything returned has passed the referee. Raises PinsFail if no plan can keep the pins, and UnsoundPlan; TooLarge
    where ``engine`` is the joint model alone and cannot hold it.
    """
    started = time.monotonic()  # loading the engines counts as well
    people = len(instance.residents) + len(instance.faculty)
    deadline = started + limits.seconds - limits.spent - _ENDING_SECONDS - _ENDING_SECONDS_A_PERSON * people
    standing = _standing(instance) if instance.previous else None
    listen = _Beside(instance, standing, on_progress) if standing else on_progress
    found = _refereed(
        instance, _found(instance, limits, listen, should_stop, started, deadline, start, engine, bounded)
    )
    if standing and not _worth_the_upheaval(instance, standing, found.score, _placed(found)):
        found = replace(standing, bound=found.bound)
    return replace(found, seconds=round(time.monotonic() - started, 3))


def _found(
    instance: Instance,
    limits: Limits,
    on_progress: OnProgress,
    should_stop: ShouldStop,
    started: float,
    deadline: float,
    start: Sequence[Group],
    engine: Engine,
    bounded: Instance | None,
) -> Solution:
    """What an engine finds, with its bound."""
    from solvers.engines.search.driver import Search
    from solvers.engines.small import is_small

    if engine is Engine.JOINT:
        from solvers.engines.joint.alone import JointSearch

        first = Search(instance, limits, ignore, lambda: True, started, deadline, tuple(start))
        groups = first.plan()
        joint = JointSearch(instance, limits, on_progress, should_stop, started, deadline, groups, first.bound)
        return Solution(instance.name, joint.plan(), bound=joint.bound if bounded is None else None)
    outright = engine is Engine.AUTO and is_small(instance) and bounded is None
    search = Search(instance, limits, on_progress, should_stop, started, deadline, tuple(start), outright, bounded)
    return Solution(instance.name, search.plan(), bound=search.bound)


class _Beside:
    """Reports of a search beside a previous plan that still stands: they are of that plan until there is one for which
    it would be given up."""

    def __init__(self, instance: Instance, standing: Solution, on_progress: OnProgress) -> None:
        self._instance, self._standing, self._on_progress = instance, standing, on_progress
        marks = {resident.id: resident.availability for resident in instance.residents}
        meetings = [(group, session) for group in standing.groups for session in group.sessions]
        self._held, self._seats = len(meetings), sum(len(group.residents) for group, _ in meetings)
        self._coming = sum(marks[who][session.slot] in COMING for group, session in meetings for who in group.residents)

    def __call__(self, progress: Progress) -> None:
        """Pass a report on."""
        score = progress.score
        if score is None or not _worth_the_upheaval(self._instance, self._standing, score, progress.placed):
            progress = replace(
                progress,
                score=self._standing.score,
                placed=_placed(self._standing),
                groups=len(self._standing.groups),
                held=self._held,
                coming=self._coming,
                seats=self._seats,
            )
        self._on_progress(progress)


def _refereed(instance: Instance, solution: Solution) -> Solution:
    verdict = check(instance, solution)
    if not verdict.ok:
        raise UnsoundPlan(verdict.broken[0].text)
    return replace(solution, score=verdict.score)


def _standing(instance: Instance) -> Solution | None:
    """The previous plan with its score, if it keeps every rule as it is."""
    verdict = check(instance, Solution(instance.name, instance.previous))
    return Solution(instance.name, instance.previous, score=verdict.score) if verdict.ok else None


def _worth_the_upheaval(instance: Instance, standing: Solution, score: int, placed: int) -> bool:
    """Whether a plan places more residents than one that could stay, or is better by enough."""
    gain, before = score - standing.score, _placed(standing)
    at_stake = standing.score - instance.weights.placed * before
    return gain > WORTH_THE_UPHEAVAL * max(0, at_stake) or (gain > 0 and placed > before)


def _placed(solution: Solution) -> int:
    return sum(len(group.residents) for group in solution.groups)
