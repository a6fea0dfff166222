"""The assessor firewall: what somebody said and did in their group is closed to those who have power over them.

Power is what one person has over another whom they supervise, assess, line-manage or sit on a panel about, whoever put
it on record: either side, or a coordinator. It runs one way: what the senior says is not closed to the junior. It
counts on the days on which it holds, on the programme's clock, so that a wall stands from the first day of a relation
until its last.

Two things follow. A group's own pages are closed to whoever has power over anybody in it (:func:`closed_to`, asked in
:mod:`scheduler.plans.membership`), unless a coordinator has recorded why no other way exists. What is known of one
person is withheld from whoever has power over them, coordinators and those with a recorded reason included
(:func:`withheld_from`).

A guest coach is on the far side of the same wall: their group's own pages, and what is known of its people, are closed
to them as to somebody with power over everybody. What they may see instead is in :mod:`scheduler.groups.guest_group`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import select

from scheduler.db import Db, seen_each
from scheduler.people.guests import everybody_beside_guests
from scheduler.people.model import Actor, RelationKind
from scheduler.people.relations import ASSESSING_KINDS, Policy, policies_from
from scheduler.people.tables import RelationOverrideRow, RelationRow
from scheduler.programmes.tables import ProgrammeRow

NOBODY: Final[frozenset[int]] = frozenset()
Pairs = Mapping[int, frozenset[int]]
"""Who has power, by id → over whom."""


@dataclass(frozen=True, slots=True)
class Power:
    """Who has power over whom in a programme today: all of it, and what of it ``closes`` a group's pages, that is,
    without what a coordinator has recorded a reason for. ``guests`` are in both, as if they had it over everybody."""

    all: Pairs
    closes: Pairs
    guests: frozenset[int] = NOBODY


def power_in(db: Db, programmes: Collection[int], now: datetime) -> Mapping[int, Power]:
    """The power in each of these programmes; a transaction that only looks asks once."""
    return seen_each(db, "power", programmes, lambda unseen: _power(db, unseen, now))


def power_of(db: Db, person_id: int, programmes: Collection[int], now: datetime) -> Mapping[int, Power]:
    """The same of one person alone: pages ask for it, and need not read what thousands of others have."""
    return seen_each(
        db, f"power of {person_id}", programmes, lambda unseen: _power(db, unseen, now, frozenset({person_id}))
    )


def withheld_from(db: Db, actor: Actor, programme_id: int, now: datetime) -> frozenset[int]:
    """Of whom the actor may not read what they said and did: attendance, apologies, goals, needs, concerns."""
    return withheld_in(db, actor, (programme_id,), now)[programme_id]


def withheld_in(db: Db, actor: Actor, programmes: Collection[int], now: datetime) -> Mapping[int, frozenset[int]]:
    """The same for several programmes at once."""
    me = actor.person_id or 0
    return {one: power.all.get(me, NOBODY) for one, power in power_of(db, me, programmes, now).items()}


def with_power_over(db: Db, programme_id: int, person_id: int, now: datetime) -> frozenset[int]:
    """Who may not read what this person says and does."""
    pairs = power_in(db, (programme_id,), now)[programme_id].all
    return frozenset(who for who, about in pairs.items() if person_id in about)


def closing_in(db: Db, programmes: Collection[int], now: datetime) -> Mapping[int, Pairs]:
    """Who may not open the pages of a group for somebody in it, by programme."""
    return {programme_id: power.closes for programme_id, power in power_in(db, programmes, now).items()}


def closing_for(db: Db, actor: Actor, programmes: Collection[int], now: datetime) -> Mapping[int, frozenset[int]]:
    """For whom in a group the actor may not open its pages, by programme."""
    me = actor.person_id or 0
    return {one: power.closes.get(me, NOBODY) for one, power in power_of(db, me, programmes, now).items()}


def closed_to(db: Db, programme_id: int, members: Collection[int], now: datetime) -> frozenset[int]:
    """Who may not open the pages of a group with these people: of the people themselves and of anybody else."""
    pairs = closing_in(db, (programme_id,), now)[programme_id]
    return frozenset(who for who, about in pairs.items() if not about.isdisjoint(members))


def _power(
    db: Db, programmes: Collection[int], now: datetime, people: Collection[int] | None = None
) -> Mapping[int, Power]:
    """What everybody, or what these people have."""
    theirs = () if people is None else (RelationRow.person_id.in_(people),)
    rows = db.execute(
        select(
            RelationRow.programme_id,
            RelationRow.person_id,
            RelationRow.about_id,
            RelationRow.kind,
            RelationRow.first_day,
            RelationRow.last_day,
            ProgrammeRow.zone,
            ProgrammeRow.relation_policies,
        )
        .join(ProgrammeRow, ProgrammeRow.id == RelationRow.programme_id)
        .where(RelationRow.programme_id.in_(programmes), RelationRow.kind.in_(ASSESSING_KINDS), *theirs)
    ).all()
    reasoned = _reasoned(db, programmes, people) if rows else frozenset()
    everything: dict[int, dict[int, frozenset[int]]] = {programme_id: {} for programme_id in programmes}
    closing: dict[int, dict[int, frozenset[int]]] = {programme_id: {} for programme_id in programmes}
    for programme_id, who, about, kind, first, last, zone, chosen in rows:
        if not _holds(first, last, now.astimezone(ZoneInfo(zone)).date()):
            continue
        _add(everything[programme_id], who, about)
        may_be_reasoned = policies_from(chosen)[kind] is Policy.UNLESS_REASONED
        if not (may_be_reasoned and (programme_id, who, about, kind) in reasoned):
            _add(closing[programme_id], who, about)
    for programme_id, guests in (beside := everybody_beside_guests(db, programmes, people)).items():
        everything[programme_id] |= guests
        closing[programme_id] |= guests
    return {one: Power(everything[one], closing[one], frozenset(beside[one])) for one in programmes}


def _add(pairs: dict[int, frozenset[int]], who: int, about: int) -> None:
    pairs[who] = pairs.get(who, NOBODY) | {about}


def _reasoned(
    db: Db, programmes: Collection[int], people: Collection[int] | None
) -> frozenset[tuple[int, int, int, RelationKind]]:
    """For which power it is recorded, and not withdrawn, why the two may share a group all the same."""
    row = RelationOverrideRow
    theirs = () if people is None else (row.person_id.in_(people),)
    in_force = (row.programme_id.in_(programmes), row.withdrawn_at.is_(None), *theirs)
    found = db.execute(select(row.programme_id, row.person_id, row.about_id, row.kind).where(*in_force))
    return frozenset((programme_id, who, about, kind) for programme_id, who, about, kind in found)


def _holds(first: date | None, last: date | None, day: date) -> bool:
    return (first is None or first <= day) and (last is None or day <= last)
