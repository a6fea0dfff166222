"""Dates for a few people who meet beside every plan, found as those of self-formed groups are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from scheduler.bookings.private_hours import Stretch
from scheduler.own_groups.service import OWN
from scheduler.planning.beside import Diary
from scheduler.planning.keys import person_key
from scheduler.planning.left_alone import with_closed
from scheduler.planning.private_time import touching
from scheduler.programmes.model import Programme
from scheduler.programmes.model import Slot as ProgrammeSlot
from solvers.instance import Group, Instance, Model, Resident, Slot
from solvers.vocabulary import VIDEO

_TOGETHER: Final = "together"


def dates_together(
    programme: Programme,
    slots: Sequence[ProgrammeSlot],
    marks: Mapping[int, str],
    taken: Mapping[int, list[Stretch]],
    before: Mapping[int, datetime],
) -> list[datetime]:
    """One date in each round of these slots in which enough of the people can come.

    ``marks`` are everybody's, one a slot; ``taken`` is time of theirs that is not free; the dates ``before``, by round,
    are kept where they can be.
    """
    zone = ZoneInfo(programme.zone)
    plain = Instance(
        name=_TOGETHER,
        session_minutes=programme.session_minutes,
        rounds=len(programme.rounds),
        slots=tuple(Slot(slot.starts_at.astimezone(zone), slot.round) for slot in slots),
        quorum=programme.quorum,
        min_attendance=0,
        models=(Model(OWN, (1, len(marks)), (0, 99), (0, 0)),),
        residents=(),
        faculty=(),
        min_gap_days=programme.min_gap_days,
    )

    def resident(who: int) -> Resident:
        free = with_closed(marks[who], touching(plain, taken.get(who, ())))
        return Resident(person_key(who), 0, "", free, (VIDEO,), {OWN: 1})

    instance = replace(plain, residents=tuple(map(resident, sorted(marks))))
    keys = tuple(person.id for person in instance.residents)
    group = Group(id=_TOGETHER, model=OWN, mode=VIDEO, residents=keys, facilitators=(), sessions=(), site=None)
    return [instance.slots[meeting.slot].start for meeting in Diary(instance, ()).dates_for(group, before)]
