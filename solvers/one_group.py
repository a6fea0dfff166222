"""The referee of one group that changes while all others of a plan stay as they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from solvers.instance import Group
from solvers.lookup import Lookup, Roll
from solvers.referee import (
    Booking,
    Breach,
    group_breaches,
    person_bookings,
    person_overlaps,
    room_bookings,
    room_overlaps,
    unknown,
)
from solvers.scorecard import by_key


class OneGroup:
    """The referee of one group that changes while the others stay as they are.

    Everybody is looked up once and the others are gone through once, however many changes are tried. ``others`` are
    the plan's other groups.
    """

    def __init__(self, lookup: Lookup, others: Iterable[Group] = ()) -> None:
        rolls = [roll for group in others if (roll := Roll.call(lookup, group))]
        self._lookup = lookup
        self._rooms = by_key(room_bookings(lookup, rolls))
        self._people = by_key(person_bookings(rolls))

    def breaches(self, group: Group) -> Iterator[Breach]:
        """What is wrong with the group: in itself, and where it overlaps others.

        Of what :func:`solvers.referee.check` finds in the whole plan these are all that depend on the group's sessions.
        What else concerns the plan as a whole (capacity, one group each, pins) is not asked.
        """
        roll = Roll.call(self._lookup, group)
        if roll is None:
            yield unknown(self._lookup, group)
            return
        yield from group_breaches(self._lookup, roll)
        yield from room_overlaps(self._lookup, _beside(self._rooms, room_bookings(self._lookup, [roll])))
        yield from person_overlaps(self._lookup, _beside(self._people, person_bookings([roll])))


def _beside(others: Mapping[str, Iterable[Booking]], own: Iterable[Booking]) -> Iterator[Booking]:
    """These bookings, with what others have booked of the same rooms or people."""
    for key, bookings in by_key(own).items():
        yield from bookings
        yield from others.get(key, ())
