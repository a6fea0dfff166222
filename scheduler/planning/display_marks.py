"""The answers that a plan shows beside its sessions: people's own, not what the planner counts them as."""

from __future__ import annotations

from collections.abc import Mapping
from operator import itemgetter
from typing import Final

from sqlalchemy import select

from scheduler.availability.tables import AvailabilityRow
from scheduler.db import Db
from scheduler.planning.instance_builder import OpenMarks
from scheduler.planning.keys import person_key
from scheduler.programmes.model import Programme
from solvers.instance import Instance
from solvers.vocabulary import CANNOT, COMING

_WHERE_NO: Final = bytes(0xFF * (octet == ord(CANNOT)) for octet in range(256))
"""A table that leaves nothing but where a mark says no."""


def shown_marks(db: Db, programme: Programme, instance: Instance, opened: OpenMarks | None = None) -> Mapping[str, str]:
    """By the instance's ids a mark for each of its slots.

    The planner may count an offer as less than it says (``scheduler/availability/planner_marks.py``). Where somebody's
    answer has become another since the instance was built, the instance's own stands: the plan was made with it. But
    a plan that leaves sessions alone closes slots to people who can come at them; ``opened`` has what they say with
    nothing closed, and that is shown.
    """
    given = _marks(instance) if opened is None else _opened(instance, opened)
    at = {(slot.start, slot.round): index for index, slot in enumerate(instance.slots)}
    slots = programme.slots()
    places = [(i, at[s.starts_at, s.round]) for i, s in enumerate(slots) if (s.starts_at, s.round) in at]
    rows = db.execute(
        select(AvailabilityRow.person_id, AvailabilityRow.marks).where(
            AvailabilityRow.programme_id == programme.id, AvailabilityRow.planner_marks != ""
        )
    )
    for person_id, marks in rows:
        if (key := person_key(person_id)) in given and len(marks) == len(slots):
            given[key] = _shown(given[key], marks, places)
    return given


def _marks(instance: Instance) -> dict[str, str]:
    marks = {person.id: person.availability for person in instance.residents}
    return marks | {person.id: person.availability for person in instance.faculty}


def _opened(instance: Instance, opened: OpenMarks) -> dict[str, str]:
    """Marks of the instance, and in the place of each that says no what is said with nothing closed."""
    at = {slot: index for index, slot in enumerate(opened.slots)}
    same = [at.get((slot.start, slot.round), len(at)) for slot in instance.slots]
    pick = itemgetter(*same, slice(0))  # of one slot, too, a tuple

    are_same = same == list(range(len(at)))

    def mark(key: str, here: str) -> str:
        said = opened.marks.get(key)
        there = said if said is None or are_same else "".join(pick(said + CANNOT))
        return here if there is None or there == here else _instead_of_no(here, there)

    return {key: mark(key, here) for key, here in _marks(instance).items()}


def _instead_of_no(marks: str, others: str) -> str:
    """Marks with these others in the place of each that says no. Whole lines are put together as numbers: of thousands
    of people, one by one takes longer than all else on a page."""
    here, there = marks.encode("ascii"), others.encode("ascii")
    where_no, line, other = (int.from_bytes(text) for text in (here.translate(_WHERE_NO), here, there))
    return (line & ~where_no | other & where_no).to_bytes(len(here)).decode("ascii")


def _shown(given: str, stored: str, places: list[tuple[int, int]]) -> str:
    shown = list(given)
    for at_home, in_instance in places:
        if (stored[at_home] in COMING) == (given[in_instance] in COMING):
            shown[in_instance] = stored[at_home]
    return "".join(shown)
