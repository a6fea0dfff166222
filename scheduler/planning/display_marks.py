"""The answers that a plan shows beside its sessions: people's own, not what the planner counts them as."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from scheduler.availability.tables import AvailabilityRow
from scheduler.db import Db
from scheduler.planning.keys import person_key
from scheduler.programmes.model import Programme
from solvers.instance import Instance
from solvers.vocabulary import CANNOT, COMING


def shown_marks(db: Db, programme: Programme, instance: Instance, opened: Instance | None = None) -> Mapping[str, str]:
    """By the instance's ids a mark for each of its slots.

    The planner may count an offer as less than it says (``scheduler/availability/planner_marks.py``). Where somebody's
    answer has become another since the instance was built, the instance's own stands: the plan was made with it. But
    a plan that leaves sessions alone closes slots to people who can come at them; ``opened`` is the same problem with
    nothing closed, and what it says of them is shown.
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


def _opened(instance: Instance, opened: Instance) -> dict[str, str]:
    """Marks of the instance, and in the place of each that says no what the other instance says."""
    at = {(slot.start, slot.round): index for index, slot in enumerate(opened.slots)}
    same = [at.get((slot.start, slot.round)) for slot in instance.slots]
    known = _marks(opened)

    def mark(here: str, index: int | None, there: str | None) -> str:
        return there[index] if here == CANNOT and there is not None and index is not None else here

    return {
        key: "".join(mark(here, index, known.get(key)) for here, index in zip(marks, same, strict=True))
        for key, marks in _marks(instance).items()
    }


def _shown(given: str, stored: str, places: list[tuple[int, int]]) -> str:
    shown = list(given)
    for at_home, in_instance in places:
        if (stored[at_home] in COMING) == (given[in_instance] in COMING):
            shown[in_instance] = stored[at_home]
    return "".join(shown)
