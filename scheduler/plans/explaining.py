"""What the planner says about a plan, put into the words of the database. The only translator of its explanations.

It takes as long as it is given: what matters most comes first, and what there was no time for stays out.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import takewhile
from types import MappingProxyType

from scheduler.plans.building import database_id
from scheduler.plans.reasons import Explained, Help, Missed, Moved, Reasons, Regrouped, Wish
from solvers.explain import Explainer
from solvers.explaining.relaxing import WEEKDAYS
from solvers.explaining.report import Changes, MissedSession, MovedPerson, MovedSession, Relaxed, WishOutcome
from solvers.instance import COMING, Group, Instance, Resident
from solvers.lookup import Lookup
from solvers.solution import Solution
from solvers.stop import ShouldStop, never

LEAST_SECONDS = 10.0
SECONDS_A_RESIDENT = 0.01
# The parts of the time that looking for what would help, and for why people and sessions moved, may take.
HELP_SHARE = CHANGES_SHARE = 1 / 3
# Every trial looks at every resident without a group beside every group; more than this takes minutes.
MOST_PAIRS = 100_000

KINDS_ABOUT_PEOPLE = frozenset({"want"})
# Tags stay out even here: that there was such a wish is enough.
KINDS_UNNAMED = frozenset({"alone", "regroup"})


def explained(instance: Instance, solution: Solution, should_stop: ShouldStop = never) -> Explained:
    """Explain a solution that the referee accepted, until told to stop, within ten seconds and a bit a resident."""
    return _Translator(instance, solution, _within(_seconds(instance), should_stop)).explained()


def _seconds(instance: Instance) -> float:
    return LEAST_SECONDS + SECONDS_A_RESIDENT * len(instance.residents)


def _within(seconds: float, should_stop: ShouldStop) -> ShouldStop:
    until = time.monotonic() + seconds
    return lambda: should_stop() or time.monotonic() >= until


class _Translator:
    """One explanation in the making."""

    def __init__(self, instance: Instance, solution: Solution, should_stop: ShouldStop) -> None:
        self._instance = instance
        self._groups = {group.id: group for group in solution.groups}
        self._explainer = Explainer(instance, solution)
        self._lookup = Lookup.of(instance)
        self._should_stop = should_stop
        placed = {key for group in solution.groups for key in group.residents}
        self._placed = {resident.id: resident for resident in instance.residents if resident.id in placed}
        self._unplaced = [resident.id for resident in instance.residents if resident.id not in placed]

    def explained(self) -> Explained:
        """First what is missing, what moved and what would help, then what people may read, then unmet wishes."""
        no_group = {database_id(key): self._in_the_way(key) for key in self._going(self._unplaced)}
        missed = tuple(missed for key in self._going(list(self._groups)) for missed in self._missed(key))
        changes = self._changes()
        help_, together = self._help()
        told = {database_id(key): self._told(self._placed[key]) for key in self._going(list(self._placed))}
        unmet = {database_id(key): self._unmet(self._placed[key]) for key in self._going(list(self._placed))}
        some_unmet = MappingProxyType({person_id: wishes for person_id, wishes in unmet.items() if wishes})
        regrouped, moved = tuple(map(_regrouped, changes.people)), tuple(map(self._moved, changes.sessions))
        reasons = Reasons(MappingProxyType(no_group), missed, help_, together, some_unmet, regrouped, moved)
        return Explained(reasons, MappingProxyType(told))

    def _going(self, keys: list[str]) -> Iterator[str]:
        return takewhile(lambda _: not self._should_stop(), keys)

    def _in_the_way(self, key: str) -> tuple[str, ...]:
        return tuple(obstacle.rule_id for obstacle in self._explainer.unplaced(key))

    def _missed(self, key: str) -> Iterator[Missed]:
        group = self._groups[key]
        for session in self._explainer.group(key).missed:
            yield self._missed_round(group, session)

    def _missed_round(self, group: Group, session: MissedSession) -> Missed:
        slot = session.slot
        return Missed(
            group_key=group.id,
            round=session.round,
            nearest=None if slot is None else self._instance.slots[slot].start,
            in_the_way=tuple(obstacle.rule_id for obstacle in session.obstacles),
            can_come=0 if slot is None else self._can_come(group, slot),
            residents=len(group.residents),
            needed=self._lookup.quorum_of(len(group.residents)),
            gain=session.gain,
        )

    def _can_come(self, group: Group, slot: int) -> int:
        return sum(self._lookup.residents[key].availability[slot] in COMING for key in group.residents)

    def _changes(self) -> Changes:
        return self._explainer.changes(_within(CHANGES_SHARE * _seconds(self._instance), self._should_stop))

    def _moved(self, session: MovedSession) -> Moved:
        """Dates in place of slots: the numbers of slots mean nothing later. The old one is a slot of this instance."""
        group, slots = self._groups[session.group], self._instance.slots
        return Moved(
            group_key=group.id,
            round=session.round,
            was=slots[session.old_slot].start,
            now=None if session.slot is None else slots[session.slot].start,
            in_the_way=tuple(obstacle.rule_id for obstacle in session.obstacles),
            can_come=self._can_come(group, session.old_slot),
            residents=len(group.residents),
            needed=self._lookup.quorum_of(len(group.residents)),
            cost=session.cost,
        )

    def _help(self) -> tuple[tuple[Help, ...], tuple[int, int]]:
        if self._should_stop() or len(self._unplaced) * len(self._groups) > MOST_PAIRS:
            return (), (0, 0)
        found = self._explainer.relaxations(_within(HELP_SHARE * _seconds(self._instance), self._should_stop))
        return tuple(map(_help, found.smallest)), (found.together.sessions, found.together.residents)

    def _told(self, resident: Resident) -> tuple[Wish, ...]:
        return _wishes(resident, self._explainer.for_person(resident.id).wishes)

    def _unmet(self, resident: Resident) -> tuple[Wish, ...]:
        wishes = _wishes(resident, self._explainer.for_coordinator(resident.id).wishes)
        return tuple(wish for wish in wishes if wish.met is False)


def _regrouped(moved: MovedPerson) -> Regrouped:
    return Regrouped(database_id(moved.person), moved.before, moved.now, moved.in_the_way, moved.cost)


def _help(relaxed: Relaxed) -> Help:
    step, gain = relaxed.step, relaxed.gain
    asks = step.kind.startswith("accept")
    return Help(
        kind=step.kind,
        sessions=gain.sessions,
        residents=gain.residents,
        subject="" if asks else step.subject,
        person_id=database_id(step.subject) if asks else None,
        what=str(WEEKDAYS.index(step.what)) if step.kind == "facilitators_on" else step.what,
        value=step.value,
        instead_of=step.instead_of,
    )


def _wishes(resident: Resident, outcomes: tuple[WishOutcome, ...]) -> tuple[Wish, ...]:
    """Each wish once; where everything is liked alike, nothing was wished."""
    indifferent = {"model"} if len(set(resident.models.values())) < 2 else set()
    indifferent |= {"mode"} if len(resident.modes) < 2 else set()
    return tuple(dict.fromkeys(_wish(outcome) for outcome in outcomes if outcome.kind not in indifferent))


def _wish(outcome: WishOutcome) -> Wish:
    about_id = database_id(outcome.subject) if outcome.kind in KINDS_ABOUT_PEOPLE else None
    subject = "" if about_id is not None or outcome.kind in KINDS_UNNAMED else outcome.subject
    return Wish(outcome.kind, outcome.met, about_id, subject, outcome.cost)
