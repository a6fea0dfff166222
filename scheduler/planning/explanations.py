"""What the planner says about a plan, as it is kept: its facts with people and slots as the database has them.

It takes as long as it is given: what matters most comes first, and what there was no time for stays out.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import takewhile
from types import MappingProxyType

from scheduler.planning.keys import database_id
from scheduler.reasons.model import Explained, Reasons
from solvers.explain import Explainer, openly_known
from solvers.instance import Instance, Resident
from solvers.reasons.facts import Relaxations, WishOutcome
from solvers.reasons.reports import Changes
from solvers.solution import Solution
from solvers.stop import ShouldStop, never

LEAST_SECONDS = 10.0
SECONDS_A_RESIDENT = 0.01
# The parts of the time that looking for what would help, and for why people and sessions moved, may take.
HELP_SHARE = CHANGES_SHARE = 1 / 3
# Every trial looks at every resident without a group beside every group; more than this takes minutes.
MOST_PAIRS = 100_000

# Tags and categories stay out even here: that there was such a wish is enough.
KINDS_UNNAMED = frozenset({"alone", "like", "unlike", "regroup"})


def explained(
    instance: Instance,
    solution: Solution,
    should_stop: ShouldStop = never,
    *,
    seconds: float | None = None,
    about: Collection[str] = (),
    fixed: Collection[str] = (),
) -> Explained:
    """Explain a solution that the referee accepted, until told to stop, within ten seconds and a bit a resident, or as
    many ``seconds``. The people in the groups that it is ``about``, by their keys, come first. Groups that were
    ``fixed`` when it was solved could not have been otherwise."""
    stop = _within(_seconds(instance) if seconds is None else seconds, should_stop)
    return _Explanation(instance, solution, stop, about, fixed).explained()


def _seconds(instance: Instance) -> float:
    return LEAST_SECONDS + SECONDS_A_RESIDENT * len(instance.residents)


def _within(seconds: float, should_stop: ShouldStop) -> ShouldStop:
    until = time.monotonic() + seconds
    return lambda: should_stop() or time.monotonic() >= until


class _Explanation:
    """One explanation in the making."""

    def __init__(
        self,
        instance: Instance,
        solution: Solution,
        should_stop: ShouldStop,
        about: Collection[str],
        fixed: Collection[str],
    ) -> None:
        self._instance = instance
        self._groups = [group.id for group in solution.groups]
        self._explainer = Explainer(instance, solution, fixed)
        # What a coordinator reads of costs and of wishes is the same whatever people keep to themselves.
        self._open = Explainer(openly_known(instance), solution, fixed)
        self._should_stop = should_stop
        placed = {key for group in solution.groups for key in group.residents}
        first = {key for group in solution.groups if group.id in about for key in group.residents}
        everybody = sorted(instance.residents, key=lambda resident: resident.id not in first)
        self._placed = [resident for resident in everybody if resident.id in placed]
        self._unplaced = [resident.id for resident in instance.residents if resident.id not in placed]

    def explained(self) -> Explained:
        """First what is missing, what moved and what would help, then what people may read, then unmet wishes."""
        reasons = Reasons(
            unplaced=tuple(self._explainer.unplaced(key) for key in self._going(self._unplaced)),
            missed=tuple(missed for key in self._going(self._groups) for missed in self._explainer.group(key).missed),
        )
        changes = self._changes()
        reasons = replace(reasons, regrouped=changes.people, moved=changes.sessions, help=self._help())
        told = {database_id(resident.id): self._told(resident) for resident in self._residents()}
        reasons = replace(
            reasons, unmet=tuple(wish for resident in self._residents() for wish in self._unmet(resident))
        )
        return Explained(reasons.with_people(database_id).with_slots(self._start), MappingProxyType(told))

    def _going(self, keys: list[str]) -> Iterator[str]:
        return takewhile(lambda _: not self._should_stop(), keys)

    def _residents(self) -> Iterator[Resident]:
        return takewhile(lambda _: not self._should_stop(), self._placed)

    def _start(self, slot: int) -> datetime:
        """Moments in place of slots, whose numbers mean nothing later. Those of before are slots of this instance."""
        return self._instance.slots[slot].start

    def _changes(self) -> Changes:
        return self._open.changes(_within(CHANGES_SHARE * _seconds(self._instance), self._should_stop))

    def _help(self) -> Relaxations[str]:
        """The smallest set alone is kept, worked out as far as a coordinator may know: were a trial to fail for what
        somebody keeps to themselves, its failing would tell of it."""
        if self._should_stop() or len(self._unplaced) * len(self._groups) > MOST_PAIRS:
            return Relaxations()
        found = self._open.relaxations(_within(HELP_SHARE * _seconds(self._instance), self._should_stop))
        return replace(found, single=())

    def _told(self, resident: Resident) -> tuple[WishOutcome[int], ...]:
        wishes = kept_wishes(resident, self._explainer.for_person(resident.id).wishes)
        return tuple(wish.with_people(database_id) for wish in wishes)

    def _unmet(self, resident: Resident) -> Iterator[WishOutcome[str]]:
        wishes = kept_wishes(resident, self._open.for_coordinator(resident.id).wishes)
        return (wish for wish in wishes if wish.met is False)


def kept_wishes(resident: Resident, wishes: Iterable[WishOutcome[str]]) -> Iterable[WishOutcome[str]]:
    """What is kept of wishes: each once; where everything is liked alike, nothing was wished."""
    indifferent = {"model"} if len(set(resident.models.values())) < 2 else set()
    indifferent |= {"mode"} if len(resident.modes) < 2 else set()
    return dict.fromkeys(_shown(wish) for wish in wishes if wish.kind not in indifferent)


def _shown(wish: WishOutcome[str]) -> WishOutcome[str]:
    """What no page shows is not kept."""
    return replace(wish, subject="" if wish.kind in KINDS_UNNAMED else wish.subject, in_the_way=())
