"""Guest coaches, as the planner knows them: never placed by a plan, and kept where a coordinator has put them.

A group that a guest leads stays together when planning runs again, and gets new dates only. Where it can't stay as it
is, because a rule stands against it, the guest is left out, and everybody else is planned as always.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from solvers.instance import Group, Instance, Pin
from solvers.lookup import Lookup
from solvers.one_group import OneGroup


def with_guests_kept(instance: Instance, guests: Iterable[str]) -> Instance:
    """The problem with the groups of these guests pinned, and without guests who lead none that can stay."""
    known = {person.id for person in instance.faculty}.intersection(guests)
    if not known:
        return instance
    referee, people = OneGroup(Lookup.of(instance)), {person.id for person in instance.residents}
    led = [group for group in instance.previous if known.intersection(group.facilitators)]
    kept = [group for group in led if people.issuperset(group.residents) and _may_stay(referee, group)]
    pinned = {pin.id for pin in instance.pins}
    out = known - {who for group in kept for who in group.facilitators}
    return replace(
        instance,
        faculty=tuple(person for person in instance.faculty if person.id not in out),
        previous=tuple(_without(group, out) for group in instance.previous),
        pins=(*instance.pins, *(Pin(group.id) for group in kept if group.id not in pinned)),
    )


def _may_stay(referee: OneGroup, group: Group) -> bool:
    return not any(referee.breaches(replace(group, sessions=())))


def _without(group: Group, out: Iterable[str]) -> Group:
    gone = frozenset(out)
    if gone.isdisjoint(group.facilitators):
        return group
    sessions = (
        replace(each, facilitators=tuple(who for who in each.facilitators if who not in gone))
        for each in group.sessions
    )
    leads = tuple(who for who in group.facilitators if who not in gone)
    return replace(group, facilitators=leads, sessions=tuple(sessions))
