"""When groups' standing deputies could come: of dates that are as good as each other one goes first on which the deputy
is free, so that whoever is asked first can say yes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from scheduler.availability.tables import AvailabilityRow
from scheduler.db import Db
from scheduler.planning.keys import person_key
from scheduler.planning.taken import Span
from scheduler.programmes.model import Programme
from scheduler.sessions.standing_deputies import standing_deputies
from scheduler.sessions.taken_time import TakenTime
from solvers.vocabulary import COMING


@dataclass(frozen=True, slots=True)
class DeputiesTime:
    """The standing deputies of some groups by their keys, when each can come, and what sessions take of their time."""

    deputies: Mapping[str, int]
    free: Mapping[int, Collection[datetime]]
    taken: TakenTime | None
    length: timedelta

    @classmethod
    def load(cls, db: Db, programme: Programme, group_keys: Collection[str], now: datetime) -> DeputiesTime:
        """Of these groups; a query where none has a deputy, three more where some have."""
        found = standing_deputies(db, (programme.id,), group_keys)
        deputies = {key: deputy.person_id for (_, key), deputy in found.items() if deputy.can_serve}
        length = timedelta(minutes=programme.session_minutes)
        if not deputies:
            return cls({}, {}, None, length)
        people = frozenset(deputies.values())
        rows = db.execute(
            select(AvailabilityRow.person_id, AvailabilityRow.marks).where(
                AvailabilityRow.programme_id == programme.id, AvailabilityRow.person_id.in_(people)
            )
        )
        slots = programme.slots()
        free = {
            who: [slot.starts_at for slot, mark in zip(slots, marks, strict=True) if mark in COMING]
            for who, marks in rows
            if len(marks) == len(slots)
        }
        return cls(deputies, free, TakenTime.load(db, programme, people, (), now, in_person=False), length)

    def free_at(self, group_key: str, instead_of: int | None) -> frozenset[datetime]:
        """The starts at which a group's deputy could come; none where it has no deputy."""
        who = self.deputies.get(group_key)
        if who is None or self.taken is None:
            return frozenset()
        spans = self.taken.of_people((who,), None, instead_of)[person_key(who)]
        return frozenset(
            start
            for start in self.free.get(who, ())
            if not any(Span(start, start + self.length).overlaps(each) for each in spans)
        )
