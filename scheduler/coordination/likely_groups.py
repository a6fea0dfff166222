"""Which of many groups are worth a closer look: those to whose sessions people are likeliest to be able to come.

To lay every group of a large programme out takes seconds; a dozen of them is shown in the end.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select

from scheduler.availability.tables import AvailabilityRow
from scheduler.coordination.act_scope import live_group_keys
from scheduler.db import Db
from scheduler.plans.kept import kept_for_readers
from scheduler.plans.membership import model_ids, rosters
from scheduler.plans.model import MemberRole
from scheduler.programmes.model import Programme
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import SessionRow
from solvers.vocabulary import COMING

MOST_LOOKED_AT: Final = 36
"""Thrice as many as are shown: what is counted here leaves out other sessions of the same people."""


def likely_groups(
    db: Db,
    programme: Programme,
    people: frozenset[int],
    now: datetime,
    *,
    model_id: int | None = None,
    needs_room: bool = True,
) -> Sequence[str]:
    """The keys of the groups that have room for these people besides their own, the likeliest first: all of them where
    there are few. With a model, groups of it alone; who swaps ``needs_room`` in none."""
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
        and (not needs_room or _residents(members[key]) + len(people) <= most[models[key]])
    ]
    can = _can_come(db, programme, people, now)
    return sorted(roomy, key=lambda key: -can.get(key, 0))[:MOST_LOOKED_AT]


def _residents(roster: Mapping[int, MemberRole]) -> int:
    return sum(role == MemberRole.RESIDENT for role in roster.values())


def _can_come(db: Db, programme: Programme, people: Collection[int], now: datetime) -> Mapping[str, int]:
    """To how many of its sessions ahead these people can come, all added up, by a group's key."""
    slot_at = {slot.starts_at: index for index, slot in enumerate(programme.slots())}
    of_them = (AvailabilityRow.programme_id == programme.id, AvailabilityRow.person_id.in_(people))
    marks = db.scalars(select(AvailabilityRow.marks).where(*of_them)).all()
    able = {starts_at: sum(each[slot : slot + 1] in COMING for each in marks) for starts_at, slot in slot_at.items()}
    return {
        key: sum(able.get(starts_at, 0) for starts_at in starts if starts_at > now)
        for key, starts in _starts(db, programme.id).items()
    }


def _starts(db: Db, programme_id: int) -> Mapping[str, Sequence[datetime]]:
    """When the sessions of each group are, by its key: looked up once until something of the programme changes."""
    return kept_for_readers(db, programme_id, "starts of sessions", lambda: _found_starts(db, programme_id))


def _found_starts(db: Db, programme_id: int) -> Mapping[str, Sequence[datetime]]:
    held = (SessionRow.programme_id == programme_id, SessionRow.status != SessionStatus.CANCELLED)
    found: dict[str, list[datetime]] = defaultdict(list)
    for key, starts_at in db.execute(select(SessionRow.group_key, SessionRow.starts_at).where(*held)):
        found[key].append(starts_at)
    return found
