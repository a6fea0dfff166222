"""The assessor firewall: what somebody said and did in their group is closed to those who have power over them.

Power is what one person has over another whom they supervise, assess, line-manage or sit on a panel about, whoever put
it on record: either side, or a coordinator. It runs one way: what the senior says is not closed to the junior. It
counts on the days on which it holds, on the programme's clock, so that a wall stands from the first day of a relation
until its last.

Two things follow. A group's own pages are closed to whoever has power over anybody in it
(:func:`closed_to`, asked in :mod:`scheduler.plans.membership`), unless a coordinator has recorded why no other way
exists: such pairs are ``excused``. What is known of one person is withheld from whoever has power over them, excused or
not, coordinators included (:func:`withheld_from`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import select

from scheduler.db import Db, seen_each
from scheduler.people.model import Actor, RelationKind
from scheduler.people.tables import RelationRow
from scheduler.programmes.tables import ProgrammeRow

POWER: Final = frozenset(
    {RelationKind.SUPERVISES, RelationKind.ASSESSES, RelationKind.LINE_MANAGES, RelationKind.PANEL}
)
"""The kinds of relation that give one person power over another."""
NOBODY: Final[frozenset[int]] = frozenset()
Pairs = Mapping[int, frozenset[int]]
"""Who has power, by id → over whom."""


def power_in(db: Db, programmes: Collection[int], now: datetime) -> Mapping[int, Pairs]:
    """Who has power over whom today in each of these programmes; a transaction that only looks asks once."""
    return seen_each(db, "power", programmes, lambda unseen: _power(db, unseen, now))


def withheld_from(db: Db, actor: Actor, programme_id: int, now: datetime) -> frozenset[int]:
    """Of whom the actor may not read what they said and did: attendance, apologies, goals, needs, concerns."""
    return withheld_in(db, actor, (programme_id,), now)[programme_id]


def withheld_in(db: Db, actor: Actor, programmes: Collection[int], now: datetime) -> Mapping[int, frozenset[int]]:
    """The same for several programmes at once."""
    found = power_in(db, programmes, now)
    return {programme_id: pairs.get(actor.person_id or 0, NOBODY) for programme_id, pairs in found.items()}


def excused_in(db: Db, programmes: Collection[int]) -> Mapping[int, Pairs]:  # noqa: ARG001 - nobody is, so far
    """Who may lead a group with people over whom they have power, since a coordinator has recorded why."""
    return {programme_id: {} for programme_id in programmes}


def closing_in(db: Db, programmes: Collection[int], now: datetime) -> Mapping[int, Pairs]:
    """Who may not open the pages of a group for somebody in it: power, without what is excused."""
    excused = excused_in(db, programmes)
    return {
        programme_id: {who: about - excused[programme_id].get(who, NOBODY) for who, about in pairs.items()}
        for programme_id, pairs in power_in(db, programmes, now).items()
    }


def closed_to(db: Db, programme_id: int, members: Collection[int], now: datetime) -> frozenset[int]:
    """Who may not open the pages of a group with these people: of the people themselves and of anybody else."""
    pairs = closing_in(db, (programme_id,), now)[programme_id]
    return frozenset(who for who, about in pairs.items() if not about.isdisjoint(members))


def _power(db: Db, programmes: Collection[int], now: datetime) -> Mapping[int, Pairs]:
    rows = db.execute(
        select(
            RelationRow.programme_id,
            RelationRow.person_id,
            RelationRow.about_id,
            RelationRow.first_day,
            RelationRow.last_day,
            ProgrammeRow.zone,
        )
        .join(ProgrammeRow, ProgrammeRow.id == RelationRow.programme_id)
        .where(RelationRow.programme_id.in_(programmes), RelationRow.kind.in_(POWER))
    )
    found: dict[int, dict[int, frozenset[int]]] = {programme_id: {} for programme_id in programmes}
    for programme_id, who, about, first, last, zone in rows:
        if _holds(first, last, now.astimezone(ZoneInfo(zone)).date()):
            found[programme_id][who] = found[programme_id].get(who, NOBODY) | {about}
    return found


def _holds(first: date | None, last: date | None, day: date) -> bool:
    return (first is None or first <= day) and (last is None or day <= last)
