"""What if: what edits would do to a plan, where else somebody could be, and when else a group could meet.

    from solvers.edit import Editor, MoveResident, preview

    preview(instance, solution, [MoveResident("r1", to="g3")]).broken_after

Every rule and every point is the referee's own (:mod:`solvers.scorecard`); only the groups that an edit touches are
judged anew, and what they share with others: residents, facilitators, rooms, time, pins.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from types import MappingProxyType

from solvers.editing.application import Base, Changes, apply
from solvers.editing.candidates import Place, PossibleDate, dates, newly, places
from solvers.editing.codec import EDITS_FORMAT, edit_to_json, edits_from_json, edits_to_json, read_edits
from solvers.editing.model import (
    AddFacilitator,
    DissolveGroup,
    DropSession,
    Edit,
    FormGroup,
    MergeGroups,
    MoveResident,
    RemoveFacilitator,
    ReplaceFacilitator,
    SetDate,
    SetMode,
    SetModel,
    SetRoom,
    SplitGroup,
    SwapResidents,
)
from solvers.errors import Fault, UnusableInput
from solvers.instance import Instance
from solvers.lookup import Lookup
from solvers.referee import Breach, bound_kept
from solvers.scorecard import Scorecard
from solvers.solution import Solution

__all__ = [
    "EDITS_FORMAT",
    "AddFacilitator",
    "DissolveGroup",
    "DropSession",
    "Edit",
    "Editor",
    "FormGroup",
    "MergeGroups",
    "MoveResident",
    "Place",
    "PossibleDate",
    "Preview",
    "RemoveFacilitator",
    "ReplaceFacilitator",
    "SetDate",
    "SetMode",
    "SetModel",
    "SetRoom",
    "SplitGroup",
    "SwapResidents",
    "best_dates",
    "best_places",
    "edit_to_json",
    "edits_from_json",
    "edits_to_json",
    "preview",
    "read_edits",
]

MOST_SUGGESTED = 20


@dataclass(frozen=True, slots=True)
class Preview:
    """What edits would do to a plan.

    ``broken`` and ``points`` are what the referee says of the plan before and after; points go by their weight. The
    plan after is ``solution``; its ``changes`` are the groups that are others then, None for one that is gone.
    """

    broken_before: tuple[Breach, ...]
    broken_after: tuple[Breach, ...]
    points_before: Mapping[str, int]
    points_after: Mapping[str, int]
    solution: Solution
    changes: Changes

    @property
    def score_before(self) -> int:
        """All points before. They count only if no rule is broken."""
        return sum(self.points_before.values())

    @property
    def score_after(self) -> int:
        """All points after. They count only if no rule is broken."""
        return sum(self.points_after.values())

    @property
    def gain(self) -> int:
        """How many points more the plan has after."""
        return self.score_after - self.score_before

    @property
    def newly_broken(self) -> tuple[Breach, ...]:
        """What holds before and does not after."""
        return newly(*self._differences())

    @property
    def mended(self) -> tuple[Breach, ...]:
        """What does not hold before and does after."""
        return newly(*reversed(self._differences()))

    def _differences(self) -> tuple[frozenset[Breach], frozenset[Breach]]:
        before, after = frozenset(self.broken_before), frozenset(self.broken_after)
        return after - before, before - after


class Editor:
    """A plan to try edits on: judged once as a whole, then as often as wanted where edits touch it.

    Raises :class:`~solvers.errors.UnusableInput` for a plan in which two groups have one id. It never changes;
    :meth:`after` is another one.
    """

    def __init__(self, instance: Instance, solution: Solution) -> None:
        ids = [group.id for group in solution.groups]
        twice = [f"groups[{n}].id" for n, id_ in enumerate(ids) if id_ in ids[:n]]
        if twice:
            raise UnusableInput([Fault(path, "is that of another group") for path in twice])
        self.solution = solution
        self._bound = solution.bound
        self._base = Base.of(Scorecard(Lookup.of(instance), solution.groups))

    def after(self, edits: Iterable[Edit]) -> Editor:
        """The plan with edits made, to try others on. Raises as :meth:`preview` does."""
        before = self._base.scorecard
        scorecard = before.after(before.outcome(apply(self._base, edits)))
        changed = copy(self)
        changed.solution, changed._base = self._solution(scorecard), Base.of(scorecard)
        return changed

    def preview(self, edits: Iterable[Edit]) -> Preview:
        """What these edits would do, made one after the other.

        Raises :class:`~solvers.errors.UnusableInput` for one that makes no sense, such as moving somebody to where they
        are; one that breaks rules is previewed as any other.
        """
        before = self._base.scorecard
        changes = apply(self._base, edits)
        after = before.after(before.outcome(changes)) if changes else before
        solution = self._solution(after) if changes else self.solution
        return Preview(
            broken_before=(*before.broken, *bound_kept(self.solution, before.score)),
            broken_after=(*after.broken, *bound_kept(solution, after.score)),
            points_before=before.points,
            points_after=after.points,
            solution=solution,
            changes=MappingProxyType(dict(changes)),
        )

    def best_places(self, person: str, limit: int = MOST_SUGGESTED) -> tuple[Place, ...]:
        """The best places for a resident or a facilitator besides those that they have: those that break no rule first,
        by what the plan gains. Raises :class:`~solvers.errors.UnusableInput` for somebody who is not in the
        instance."""
        return places(self._base, person, limit)

    def best_dates(self, group: str, limit: int = MOST_SUGGESTED, round: int | None = None) -> tuple[PossibleDate, ...]:
        """The best dates for a group besides those that it has, of one ``round`` or of all: those that break no rule
        first, by what the plan gains. Raises :class:`~solvers.errors.UnusableInput` for a group that is not in the
        plan."""
        return dates(self._base, group, limit, round)

    def _solution(self, scorecard: Scorecard) -> Solution:
        """A bound is one for plans that keep every rule: of points that do not count it says nothing."""
        bound = None if scorecard.broken else self._bound
        return Solution(self.solution.instance, scorecard.groups, scorecard.score, bound)


def preview(instance: Instance, solution: Solution, edits: Iterable[Edit]) -> Preview:
    """What edits would do to a plan; see :meth:`Editor.preview`. For more than one question an :class:`Editor` judges
    the plan only once."""
    return Editor(instance, solution).preview(edits)


def best_places(instance: Instance, solution: Solution, person: str, limit: int = MOST_SUGGESTED) -> tuple[Place, ...]:
    """The best places for somebody; see :meth:`Editor.best_places`."""
    return Editor(instance, solution).best_places(person, limit)


def best_dates(
    instance: Instance, solution: Solution, group: str, limit: int = MOST_SUGGESTED, round: int | None = None
) -> tuple[PossibleDate, ...]:
    """The best dates for a group; see :meth:`Editor.best_dates`."""
    return Editor(instance, solution).best_dates(group, limit, round)
