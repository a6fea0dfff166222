"""What a repair changed against the earlier plan: who and what moved, and why."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

from solvers.explaining.missing import moved_sessions
from solvers.explaining.plan import Bookings, Plan
from solvers.explaining.report import Changes, MovedPerson, MovedSession
from solvers.explaining.wishes import staying
from solvers.stop import ShouldStop


def changes(plan: Plan, bookings: Bookings, should_stop: ShouldStop) -> Changes:
    """Compare the plan with the one before, as far as found when told to stop."""
    return Changes(
        sessions=tuple(takewhile(lambda _: not should_stop(), _sessions(plan, bookings))),
        people=tuple(takewhile(lambda _: not should_stop(), _people(plan))),
        gone=tuple(group.id for group in plan.instance.previous if group.id not in plan.groups),
    )


def _sessions(plan: Plan, bookings: Bookings) -> Iterator[MovedSession]:
    for before in plan.instance.previous:
        if before.id in plan.groups:
            yield from moved_sessions(plan, bookings, plan.groups[before.id])


def _people(plan: Plan) -> Iterator[MovedPerson]:
    for person, before in plan.group_before.items():
        if person in plan.lookup.residents and plan.group_of.get(person) != before:
            yield _moved(plan, person, before)


def _moved(plan: Plan, person: str, before: str) -> MovedPerson:
    stay = staying(plan, plan.lookup.residents[person])
    return MovedPerson(person, before, plan.group_of.get(person), stay.in_the_way, stay.cost)
