"""What is published as it was when a draft was asked for, and as it is: the draft knows of nothing in between."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from scheduler.db import Db
from scheduler.edits.history import carried_last
from scheduler.planning.keys import database_id
from scheduler.plans.departures import people_who_left
from scheduler.plans.origins import asked_at as first_asked_at
from scheduler.plans.tables import PlanRow, RunRow
from scheduler.plans.whole import StoredGroup, WholePlan, find_published_plan
from scheduler.programmes.model import Programme
from solvers.codec import read_instance
from solvers.instance import Instance

BASE: Final = "base"
"""Where a run that goes on from a draft has what was published when that one was asked for (``RunRow.improves``)."""


@dataclass(frozen=True, slots=True)
class BaseGroup:
    """A published group at some moment: its people, how it meets, and by round the start and room of each session."""

    residents: frozenset[int]
    facilitators: frozenset[int]
    mode: str
    site_id: int | None
    sessions: Mapping[int, tuple[datetime, int | None]]

    @property
    def way(self) -> tuple[str, int | None]:
        """How it meets, and at which site."""
        return self.mode, self.site_id


Base = Mapping[str, BaseGroup]
"""All published groups at some moment, by their keys."""


def published_now(db: Db, programme_id: int) -> Mapping[str, StoredGroup]:
    """The published groups as they are, without those who have left them."""
    plan = find_published_plan(db, programme_id)
    return without_leavers(db, plan) if plan else {}


def without_leavers(db: Db, plan: WholePlan) -> Mapping[str, StoredGroup]:
    """The groups of a plan that was published, by key, without those who have left them."""
    left: defaultdict[int | None, set[int]] = defaultdict(set)
    for group_id, who in people_who_left(db, [group.id for group in plan.meeting]):
        left[group_id].add(who)
    return {group.key: _without(group, left[group.id]) for group in plan.meeting}


def _without(group: StoredGroup, left: set[int]) -> StoredGroup:
    return replace(group, members=tuple(seat for seat in group.members if seat.person_id not in left))


def base_of_published(groups: Iterable[StoredGroup]) -> Base:
    """What is published now, to be kept for later."""
    return {
        group.key: BaseGroup(
            group.own_residents,
            frozenset(group.facilitators),
            group.mode,
            group.site_id,
            {session.round: (session.starts_at, session.room_id) for session in group.sessions},
        )
        for group in groups
    }


def known_base(db: Db, plan_id: int, programme: Programme) -> Base | None:
    """What was published when a draft was asked for, or when changes were last carried over into it; None where that
    is not known any more."""
    carried = carried_last(db, plan_id)
    if carried is not None:
        return base_from_json(carried.published)
    run = db.execute(select(RunRow.instance, RunRow.improves).where(RunRow.plan_id == plan_id)).first()
    if run is None:
        return None
    if run.improves is None:
        return _base_of_instance(read_instance(run.instance), {site.key: site.id for site in programme.sites})
    return base_from_json(run.improves[BASE]) if BASE in run.improves else None


def _base_of_instance(instance: Instance, sites: Mapping[str, int]) -> Base:
    return {
        group.id: BaseGroup(
            frozenset(map(database_id, group.residents)),
            frozenset(map(database_id, group.facilitators)),
            group.mode,
            sites.get(group.site or ""),
            {
                s.round: (instance.slots[s.slot].start, database_id(s.room) if s.room is not None else None)
                for s in group.sessions
            },
        )
        for group in instance.previous
    }


def asked_at(db: Db, plan: PlanRow) -> datetime:
    """When what a draft takes into account was looked at last: whatever has changed since is not in it."""
    carried = carried_last(db, plan.id)
    return carried.at if carried is not None else first_asked_at(db, plan)


def base_to_json(base: Base) -> dict[str, Any]:
    """A base as plain lists and dictionaries."""
    return {
        key: [
            sorted(group.residents),
            sorted(group.facilitators),
            group.mode,
            group.site_id,
            [[round_, start.isoformat(), room] for round_, (start, room) in sorted(group.sessions.items())],
        ]
        for key, group in base.items()
    }


def base_from_json(value: Mapping[str, Any]) -> Base:
    """What :func:`base_to_json` wrote."""
    return {
        key: BaseGroup(
            frozenset(residents),
            frozenset(leads),
            mode,
            site_id,
            {round_: (datetime.fromisoformat(start), room) for round_, start, room in sessions},
        )
        for key, (residents, leads, mode, site_id, sessions) in value.items()
    }
