"""Which of many groups are worth a closer look: those to whose sessions people are likeliest to be able to come.

To lay every group of a large programme out takes seconds; a dozen of them is shown in the end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select

from scheduler.availability.tables import AvailabilityRow
from scheduler.coordination.act_scope import live_group_keys
from scheduler.db import Db
from scheduler.plans.membership import model_ids, rosters
from scheduler.plans.model import MemberRole
from scheduler.programmes.model import Programme
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import SessionRow
from solvers.vocabulary import COMING

MOST_LOOKED_AT: Final = 36
"""Thrice as many as are shown: what is counted here leaves out other sessions of the same people."""


def likely_groups(
    db: Db, programme: Programme, people: frozenset[int], now: datetime, *, model_id: int | None = None
) -> Sequence[str]:
    """The keys of the groups that have room for these people besides their own, the likeliest first: all of them where
    there are few. With a model, groups of it alone."""
    keys = live_group_keys(db, programme.id)
    if len(keys) <= MOST_LOOKED_AT:
        return keys
    models, members = model_ids(db, programme.id), rosters(db, programme.id)
    most = {model.id: model.size[1] for model in programme.models}
    roomy = [
        key
        for key in keys
        if model_id in (None, models[key])
        and people.isdisjoint(members[key])
        and _residents(members[key]) + len(people) <= most[models[key]]
    ]
    can = _can_come(db, programme, people, now)
    return sorted(roomy, key=lambda key: -can[key])[:MOST_LOOKED_AT]


def _residents(roster: Mapping[int, MemberRole]) -> int:
    return sum(role == MemberRole.RESIDENT for role in roster.values())


def _can_come(db: Db, programme: Programme, people: Collection[int], now: datetime) -> Mapping[str, int]:
    """To how many of its sessions ahead these people can come, all added up, by a group's key."""
    slot_at = {slot.starts_at: index for index, slot in enumerate(programme.slots())}
    of_them = (AvailabilityRow.programme_id == programme.id, AvailabilityRow.person_id.in_(people))
    marks = db.scalars(select(AvailabilityRow.marks).where(*of_them)).all()
    rows = db.execute(
        select(SessionRow.group_key, SessionRow.starts_at).where(
            SessionRow.programme_id == programme.id,
            SessionRow.starts_at > now,
            SessionRow.status != SessionStatus.CANCELLED,
        )
    )
    found: Counter[str] = Counter()
    for key, starts_at in rows:
        slot = slot_at.get(starts_at)
        if slot is not None:
            found[key] += sum(each[slot : slot + 1] in COMING for each in marks)
    return found
