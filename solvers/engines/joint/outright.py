"""The joint model at run time: plans with their scores, and bounds that hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from solvers.engines.joint.solver import JointAnswer, solve_joint
from solvers.instance import Group, Instance
from solvers.referee import check
from solvers.solution import Solution
from solvers.stop import Limits, ShouldStop

LARGEST: Final = 1_000_000
"""Beyond this, building the model alone takes minutes and gigabytes."""

OnPlan = Callable[[Solution], None]
OnBound = Callable[[int], None]


def solve_outright(
    instance: Instance,
    limits: Limits,
    hint: Solution,
    should_stop: ShouldStop,
    on_plan: OnPlan,
    on_bound: OnBound,
    work: float | None = None,
) -> JointAnswer:
    """Solve the joint model from ``hint`` on, for ``limits.seconds``; tells each plan that the referee accepts.

    ``work`` ends it after so many of the solver's own seconds, whatever the clock says. The model does not know of long
    leave, by which some sessions need fewer people: then it proves nothing.
    """

    def judged(groups: tuple[Group, ...]) -> None:
        plan = Solution(instance.name, groups)
        verdict = check(instance, plan)
        if verdict.ok:
            on_plan(Solution(instance.name, groups, score=verdict.score))

    if any(resident.leave for resident in instance.residents):
        answer = solve_joint(instance, limits, hint, should_stop, judged, work=work)
        return replace(answer, bound=None, proved=False)
    return solve_joint(instance, limits, hint, should_stop, judged, on_bound, work)
