"""The public entry: a proven upper bound on the score of every plan, tightened as time allows."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from solvers.engines.bound.earlier_groups import counts_handover
from solvers.engines.bound.first_bound import bound_per_resident
from solvers.instance import Group, Instance
from solvers.lookup import Lookup
from solvers.solution import Solution
from solvers.stop import ShouldStop, never

OnBound = Callable[[int], None]
OnPlan = Callable[[Solution], None]
MetGroups = Callable[[], Iterable[Group]]

MAX_RESIDENTS: Final = 20_000
"""Larger instances keep the first bound."""
LARGE, SECONDS_A_RESIDENT = 1_200, 0.004
"""Instances of more residents keep it too if there is hardly time to lay the subproblems out."""
ROUNDING: Final = 1e-6


def upper_bound(
    instance: Instance,
    seconds: float,
    on_bound: OnBound = lambda _bound: None,
    should_stop: ShouldStop = never,
    incumbent: Solution | None = None,
    on_plan: OnPlan = lambda _plan: None,
    threads: int = 1,
    met_groups: MetGroups = tuple,
) -> int:
    """A proven upper bound on the score of every plan for ``instance``.

    ``on_bound`` is called with every better bound as it is found, the first within about a second, from the calling
    thread. The proof ends after ``seconds``, when ``should_stop`` says so, or when the bound cannot be improved any
    further. An ``incumbent`` guides the search; the bound is valid however good or bad it is. If a better plan that
    keeps the rules turns up on the way, ``on_plan`` is called with it. ``met_groups`` is asked time and again for
    groups that a search has met: dual values that do justice to them are good ones to go towards. Up to ``threads``
    subproblems are searched at the same time.
    """
    criterion = _StopCriterion(time.monotonic() + seconds, should_stop)
    best = bound_per_resident(instance)
    report = _Report(on_bound, _points_of_leaving(instance) + _left_out_points(instance))
    leading = _points_for_leading(instance)
    report(sum(best) + sum(points * person.capacity for points, person in zip(leading, instance.faculty, strict=True)))
    if not criterion.over() and _is_worth_more(instance, criterion.seconds_left()):
        from solvers.engines.bound.column_generation import ColumnGeneration
        from solvers.engines.bound.pricing import Duals

        start = Duals(np.array(best), np.array(leading))
        ColumnGeneration(instance, start, criterion, report, incumbent, on_plan, threads, met_groups).run()
    return report.bound


def _is_worth_more(instance: Instance, seconds: float) -> bool:
    """Whether more than the first bound can be had in so many seconds."""
    residents = len(instance.residents)
    enough = residents <= LARGE or seconds >= SECONDS_A_RESIDENT * residents
    return bool(enough and 0 < residents <= MAX_RESIDENTS and instance.slots and instance.models)


@dataclass(slots=True)
class _StopCriterion:
    """When to stop. ``deadline`` is a time of the monotonic clock."""

    deadline: float
    should_stop: ShouldStop
    stopped: bool = False

    def seconds_left(self) -> float:
        """Seconds until the deadline."""
        return self.deadline - time.monotonic()

    def over(self) -> bool:
        """Whether time is up or a stop was requested; once it was, ``should_stop`` is not asked again."""
        self.stopped = self.stopped or self.seconds_left() <= 0 or self.should_stop()
        return self.stopped


@dataclass(slots=True)
class _Report:
    """Keeps the best bound. ``constant`` is the part of the score that is the same whatever the groups are."""

    tell: OnBound
    constant: int
    bound: int = field(default=2**62)

    def __call__(self, groups: float) -> None:
        """Record that the groups of any plan are together worth at most ``groups``."""
        bound = math.floor(groups + ROUNDING) + self.constant
        if bound < self.bound:
            self.bound = bound
            self.tell(bound)


def _points_of_leaving(instance: Instance) -> int:
    """Points for nobody being in their earlier group; whoever is earns them back as points of the group."""
    people, weights = Lookup.of(instance), instance.weights
    before: Sequence[str] = [person for group in instance.previous for person in group.residents]
    led: Sequence[str] = [person for group in instance.previous for person in group.facilitators]
    handed_over = weights.handover * sum(people.person(person) is not None for person in led)
    return weights.regroup * sum(people.person(person) is not None for person in before) + (
        handed_over if counts_handover(instance) else 0
    )


def _points_for_leading(instance: Instance) -> list[float]:
    """The most that each facilitator's leading a group may earn back of these."""
    led = {person for group in instance.previous for person in group.facilitators}
    points = float(max(0, -instance.weights.handover)) if counts_handover(instance) else 0.0
    return [points * (person.id in led) for person in instance.faculty]


def _left_out_points(instance: Instance) -> int:
    """The most that points in no other part of the bound could add. By default they only lower a score."""
    weights, before = instance.weights, instance.previous
    days = [slot.start.toordinal() for slot in instance.slots]
    interval = instance.interval_days
    furthest = 0 if interval is None or not days else max(interval, max(days) - min(days) + interval)
    return (
        (
            0
            if counts_handover(instance)
            else max(0, weights.handover) * sum(len(group.facilitators) for group in before)
        )
        + max(0, weights.reroom) * sum(len(group.sessions) for group in before)
        + max(0, weights.cadence) * len(instance.residents) * (instance.rounds - 1) * (furthest // 7)
    )


def warm_up(instance: Instance) -> None:
    """Compile all that bounds of any instance need, using ``instance`` as the example; it must allow a group."""
    from solvers.engines.bound.columns_to_plan import dates_of_column
    from solvers.engines.bound.decomposition import decompose
    from solvers.engines.bound.instance_data import build_instance_data
    from solvers.engines.bound.loss_grid import build_loss_grid
    from solvers.engines.bound.pricing import Column, DatesFirstSearch, Duals, MembersFirstSearch, PricingSettings

    data = build_instance_data(instance)
    subproblem = decompose(instance, data)[0]
    duals = Duals(np.array(bound_per_resident(instance)), np.zeros(len(instance.faculty)))
    grid = build_loss_grid(data, subproblem, instance.quorum)
    DatesFirstSearch(data, subproblem, duals, PricingSettings(1)).advance(1)
    MembersFirstSearch(data, subproblem, grid, duals, PricingSettings(1)).advance(1)
    dates_of_column(data, subproblem, grid, Column(tuple(subproblem.residents[:1].tolist()), (), 0.0, option=0))
