"""The public entry: a number that no plan's score can exceed, lower and lower as time goes."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from solvers.engines.bounding.own_best import own_best
from solvers.instance import Instance
from solvers.lookup import Lookup
from solvers.solution import Solution
from solvers.stop import ShouldStop, never

OnBound = Callable[[int], None]
OnPlan = Callable[[Solution], None]

MOST_RESIDENTS: Final = 1_200
"""Larger instances keep the first bound."""
ROUNDING: Final = 1e-6


def upper_bound(
    instance: Instance,
    seconds: float,
    on_bound: OnBound = lambda _bound: None,
    should_stop: ShouldStop = never,
    incumbent: Solution | None = None,
    on_plan: OnPlan = lambda _plan: None,
    threads: int = 1,
) -> int:
    """A proven upper bound on the score of every plan for ``instance``.

    Tells ``on_bound`` every better one as it is found, the first within a second or so, from the calling thread.
    Ends after ``seconds``, when ``should_stop`` says so, or when nothing can be gained any more. An ``incumbent``
    shows where to look; the bound does not depend on its being any good. Should a better plan turn up on the way, one
    that keeps the rules, ``on_plan`` is told of it. Families of groups are searched in so many ``threads``.
    """
    watch = _Watch(time.monotonic() + seconds, should_stop)
    best = own_best(instance)
    report = _Report(on_bound, _regrouping(instance))
    report(sum(best))
    if not watch.over() and 0 < len(instance.residents) <= MOST_RESIDENTS and instance.slots and instance.models:
        from solvers.engines.bounding.descent import Descent

        Descent(instance, np.array(best), watch, report, incumbent, on_plan, threads).run()
    return report.bound


@dataclass(slots=True)
class _Watch:
    """When to end. ``deadline`` is on the monotonic clock."""

    deadline: float
    should_stop: ShouldStop
    stopped: bool = False

    def left(self) -> float:
        """Seconds left."""
        return self.deadline - time.monotonic()

    def over(self) -> bool:
        """Whether time is up or a stop was asked for, which is not asked again."""
        self.stopped = self.stopped or self.left() <= 0 or self.should_stop()
        return self.stopped


@dataclass(slots=True)
class _Report:
    """Keeps the best bound. ``constant`` is what every plan has besides its groups."""

    tell: OnBound
    constant: int
    bound: int = field(default=2**62)

    def __call__(self, groups: float) -> None:
        """Take note that no plan's groups are worth more than ``groups``."""
        bound = math.floor(groups + ROUNDING) + self.constant
        if bound < self.bound:
            self.bound = bound
            self.tell(bound)


def _regrouping(instance: Instance) -> int:
    """What it costs that nobody is in their earlier group; those who are earn it back as points of the group."""
    people = Lookup.of(instance)
    before: Sequence[str] = [person for group in instance.previous for person in group.residents]
    return instance.weights.regroup * sum(people.person(person) is not None for person in before)


def warm_up(instance: Instance) -> None:
    """Compile what bounds of any instance need, at the example of ``instance``: a group must be possible in it."""
    from solvers.engines.bounding.composing import best_dates_of
    from solvers.engines.bounding.facts import lay_out
    from solvers.engines.bounding.families import all_families
    from solvers.engines.bounding.grid import lay_grid
    from solvers.engines.bounding.pricing import Closer, Column, Effort, Explorer, Prices

    facts = lay_out(instance)
    family = all_families(instance, facts)[0]
    prices = Prices(np.array(own_best(instance)), np.zeros(len(instance.faculty)))
    grid = lay_grid(facts, family, instance.quorum)
    Explorer(facts, family, prices, Effort(1)).go_on(1)
    Closer(facts, family, grid, prices, Effort(1)).go_on(1)
    best_dates_of(facts, family, grid, Column(tuple(family.ids[:1].tolist()), (), 0.0, option=0))
