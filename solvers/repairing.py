"""What a repair changed against the earlier plan: who and what moved, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from solvers.explain import Explainer
from solvers.explaining.report import MovedSession
from solvers.instance import Instance
from solvers.solution import Solution


@dataclass(frozen=True, slots=True)
class MovedPerson:
    """A resident who is not in the group they were in: ``now`` is None if they are in none.

    ``in_the_way`` has the rules that keep them out of the earlier group; where there are none, ``cost`` is what the
    plan would lose, in points, by the cheapest exchange found that keeps them there, None if none was found.
    """

    person: str
    before: str
    now: str | None
    in_the_way: tuple[str, ...] = ()
    cost: int | None = None


@dataclass(frozen=True, slots=True)
class RepairReport:
    """``sessions`` that moved or are missed now, ``people`` who changed groups, and ids of groups that are gone."""

    sessions: tuple[MovedSession, ...]
    people: tuple[MovedPerson, ...]
    gone: tuple[str, ...]

    @property
    def nothing_moved(self) -> bool:
        """Whether the plan is the earlier one, as far as people and sessions go."""
        return not (self.sessions or self.people or self.gone)


def repair_report(instance: Instance, solution: Solution) -> RepairReport:
    """Compare ``solution``, which has passed the referee, with ``instance.previous``."""
    explainer = Explainer(instance, solution)
    now = {group.id for group in solution.groups}
    kept = [group.id for group in instance.previous if group.id in now]
    return RepairReport(
        sessions=tuple(moved for group_id in kept for moved in explainer.group(group_id).moved),
        people=tuple(_moved_people(instance, solution, explainer)),
        gone=tuple(group.id for group in instance.previous if group.id not in now),
    )


def _moved_people(instance: Instance, solution: Solution, explainer: Explainer) -> Iterator[MovedPerson]:
    now = {resident: group.id for group in solution.groups for resident in group.residents}
    here = {resident.id for resident in instance.residents}
    for group in instance.previous:
        for resident in group.residents:
            if resident in here and now.get(resident) != group.id:
                yield _moved(explainer, resident, group.id, now.get(resident))


def _moved(explainer: Explainer, resident: str, before: str, now: str | None) -> MovedPerson:
    wishes = explainer.for_coordinator(resident).wishes
    staying = next((wish for wish in wishes if wish.kind == "regroup" and wish.subject == before), None)
    if staying is None:
        return MovedPerson(resident, before, now)
    return MovedPerson(resident, before, now, staying.in_the_way, staying.cost)
