"""Which other groups a facilitator could lead, beside those who lead them or in somebody's place.

As with residents' places: whatever is asked of an instance that holds no secrets gives none away.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from typing import Final

from solvers.instance import COMING, Faculty, Group
from solvers.reasons.plan import Bookings, Plan

MOST_LED: Final = 5
"""So many other groups are told."""


@dataclass(frozen=True, slots=True)
class Leadable:
    """A group that a facilitator could lead as well, or ``instead_of`` one of those who do; they could come to ``can``
    of its ``held`` sessions."""

    group: str
    instead_of: str | None
    can: int
    held: int


def leadable(plan: Plan, facilitator: str) -> tuple[Leadable, ...]:
    """Groups of a kind that they offer, which meet in a way that suits them, and that would stand with them; those to
    which they could come most first. Whether they would have to give another group up is theirs to say."""
    person, bookings = plan.lookup.faculty[facilitator], Bookings(plan)
    found = [one for group in plan.groups.values() for one in _of_group(plan, bookings, person, group)]
    return tuple(sorted(found, key=lambda one: (-one.can, one.instead_of is not None, one.group))[:MOST_LED])


def _of_group(plan: Plan, bookings: Bookings, person: Faculty, group: Group) -> Iterator[Leadable]:
    fits = group.model in person.models and group.mode in person.modes
    if not fits or person.id in group.facilitators or group.id in plan.pinned:
        return
    slots = [session.slot for session in group.sessions]
    comes = {slot for slot in slots if person.availability[slot] in COMING and bookings.is_free(person.id, slot)}
    for instead_of, facilitators in _teams(plan, person, group):
        if comes and _stands(plan, _led_by(group, facilitators, person.id, comes)):
            yield Leadable(group.id, instead_of, len(comes), len(slots))
            return


def _led_by(group: Group, facilitators: tuple[str, ...], new: str, comes: Container[int]) -> Group:
    """The group with these facilitators, the new one at the sessions to which they come."""
    sessions = (
        replace(
            session,
            facilitators=tuple(
                one for one in facilitators if one in session.facilitators or (one == new and session.slot in comes)
            ),
        )
        for session in group.sessions
    )
    return replace(group, facilitators=facilitators, sessions=tuple(sessions))


def _stands(plan: Plan, group: Group) -> bool:
    """Whether it keeps every rule, and every session."""
    settled = plan.settled(group)
    return settled is not None and len(settled.sessions) == len(group.sessions)


def _teams(plan: Plan, person: Faculty, group: Group) -> Iterator[tuple[str | None, tuple[str, ...]]]:
    """Who would lead it then: all of them where there may be more, else without one of them."""
    if len(group.facilitators) < plan.lookup.models[group.model].facilitators[1]:
        yield None, (*group.facilitators, person.id)
    for other in group.facilitators:
        yield other, (*(one for one in group.facilitators if one != other), person.id)
