"""Who should meet soon: residents who are new here, as long as their group has not met."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from scheduler.people.model import Role
from scheduler.planning.planned_people import Participant
from scheduler.plans.whole import StoredGroup
from scheduler.programmes.model import Programme
from solvers.instance import Slot


def early_starts(
    programme: Programme,
    participants: Iterable[Participant],
    groups: Collection[StoredGroup],
    slots: Sequence[Slot],
    now: datetime,
) -> Mapping[int, int]:
    """By the person, within how many days of the first of these slots, its own day included, their group should meet
    for the first time.

    Who has no group yet begins with the first slot; a group that was published began with the programme. Whose group
    has met has begun.
    """
    within = programme.conduct.early_days
    new = {row.person_id for row in participants if row.new_here and row.kind is Role.RESIDENT}
    if not within or not new:
        return {}
    passed = max(0, (slots[0].start.date() - programme.first_day).days)
    found = dict.fromkeys(new, within)
    for group in groups:
        has_met = any(session.starts_at <= now for session in group.sessions)
        for member in group.members:
            if member.person_id in found:
                found[member.person_id] = 0 if has_met else max(1, within - passed)
    return {person_id: days for person_id, days in found.items() if days}
