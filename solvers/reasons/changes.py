"""What a repair changed against the earlier plan: who and what moved, and why."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

from solvers.reasons.facts import MovedSession, Regrouped
from solvers.reasons.plan import Bookings, Plan
from solvers.reasons.reports import Changes
from solvers.reasons.sessions import moved_sessions
from solvers.reasons.wishes import staying
from solvers.stop import ShouldStop


def changes(plan: Plan, bookings: Bookings, should_stop: ShouldStop) -> Changes:
    """Compare the plan with the one before, as far as found when told to stop."""
    return Changes(
        sessions=tuple(takewhile(lambda _: not should_stop(), _sessions(plan, bookings))),
        people=tuple(takewhile(lambda _: not should_stop(), _people(plan))),
        gone=tuple(group.id for group in plan.instance.previous if group.id not in plan.groups),
    )


def _sessions(plan: Plan, bookings: Bookings) -> Iterator[MovedSession[int]]:
    for before in plan.instance.previous:
        if before.id in plan.groups:
            yield from moved_sessions(plan, bookings, plan.groups[before.id])


def _people(plan: Plan) -> Iterator[Regrouped[str]]:
    for person, before in plan.group_before.items():
        if person in plan.lookup.residents and plan.group_of.get(person) != before:
            yield _regrouped(plan, person, before)


def _regrouped(plan: Plan, person: str, before: str) -> Regrouped[str]:
    stay = staying(plan, plan.lookup.residents[person])
    return Regrouped(person, before, plan.group_of.get(person), stay.in_the_way, stay.cost)
