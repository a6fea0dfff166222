"""Time that a search alone knows to be taken, without a reason: nothing that is stored, refereed, explained or shown is
worked out of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

from scheduler.bookings.private_hours import Stretch
from scheduler.planning.keys import database_id
from scheduler.planning.left_alone import with_closed
from solvers.instance import Faculty, Instance, Resident

_Planned = TypeVar("_Planned", Resident, Faculty)


def people_of(instance: Instance) -> frozenset[int]:
    """Everybody in a problem."""
    keys = [*(person.id for person in instance.residents), *(person.id for person in instance.faculty)]
    return frozenset(map(database_id, keys))


def with_private_time(instance: Instance, taken: Mapping[int, list[Stretch]]) -> Instance:
    """The problem as a search is given it: nobody can come when their time is taken. Dates that a group has already
    stay open to its people: they chose both."""
    if not taken or not instance.slots:
        return instance
    own_dates = _own_dates(instance)

    def closed(person: _Planned) -> _Planned:
        slots = touching(instance, taken.get(database_id(person.id), ())) - own_dates.get(person.id, frozenset())
        return replace(person, availability=with_closed(person.availability, slots)) if slots else person

    return replace(
        instance, residents=tuple(map(closed, instance.residents)), faculty=tuple(map(closed, instance.faculty))
    )


def touching(instance: Instance, stretches: Iterable[Stretch]) -> frozenset[int]:
    """The slots whose sessions would have a moment in common with these."""
    length = timedelta(minutes=instance.session_minutes)
    return frozenset(
        index
        for starts_at, ends_at in stretches
        for index, slot in enumerate(instance.slots)
        if slot.start < ends_at and starts_at < slot.start + length
    )


def _own_dates(instance: Instance) -> Mapping[str, frozenset[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for group in instance.previous:
        for meeting in group.sessions:
            for key in (*group.residents, *meeting.facilitators):
                found[key].add(meeting.slot)
    return {key: frozenset(slots) for key, slots in found.items()}
