"""The answers that a plan shows beside its sessions: people's own, not what the planner counts them as."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.availability.tables import AvailabilityRow
from scheduler.plans.building import person_key
from scheduler.programmes.model import Programme
from solvers.instance import COMING, Instance


def shown_marks(db: Session, programme: Programme, instance: Instance) -> Mapping[str, str]:
    """By the instance's ids a mark for each of its slots.

    The planner may count an offer as less than it says (``scheduler/availability/crediting.py``). Where somebody's
    answer has become another since the instance was built, the instance's own stands: the plan was made with it.
    """
    given = {resident.id: resident.availability for resident in instance.residents}
    given |= {faculty.id: faculty.availability for faculty in instance.faculty}
    at = {(slot.start, slot.round): index for index, slot in enumerate(instance.slots)}
    slots = programme.slots()
    places = [(i, at[s.starts_at, s.round]) for i, s in enumerate(slots) if (s.starts_at, s.round) in at]
    rows = db.execute(
        select(AvailabilityRow.person_id, AvailabilityRow.marks).where(
            AvailabilityRow.programme_id == programme.id, AvailabilityRow.counted != ""
        )
    )
    for person_id, marks in rows:
        if (key := person_key(person_id)) in given and len(marks) == len(slots):
            given[key] = _shown(given[key], marks, places)
    return given


def _shown(given: str, stored: str, places: list[tuple[int, int]]) -> str:
    shown = list(given)
    for at_home, in_instance in places:
        if (stored[at_home] in COMING) == (given[in_instance] in COMING):
            shown[in_instance] = stored[at_home]
    return "".join(shown)
