"""A plan before the planner once more: its groups and the problem that they answer, with nothing secret in either.

Of a draft and of what is published the problem is the programme's as things stand; of a plan that was replaced it is
what its run was asked, as long as that is there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import select

from scheduler.db import Db
from scheduler.decisions.model import AboutPlan, Basis
from scheduler.edits.facts import facts_of
from scheduler.errors import NotFound, NotPossible
from scheduler.languages import say
from scheduler.memory import Memory
from scheduler.own_groups.service import OWN
from scheduler.people.model import Actor, Role
from scheduler.planning.keys import person_key, room_key
from scheduler.plans.model import MemberRole, PlanState
from scheduler.plans.tables import PlanRow, RunRow
from scheduler.plans.whole import Seat, Sitting, load_plan
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from solvers.codec import instance_from_json
from solvers.explain import openly_known
from solvers.instance import Group, Instance
from solvers.instance import Session as Meeting
from solvers.reasons.plan import Plan

MOST_KEPT: Final = 3
_asked: Final[Memory[Instance]] = Memory(MOST_KEPT)


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """A plan to be asked about. ``known`` is None where nothing is left to judge it by; self-formed groups, in which
    nobody was placed, are not in it."""

    about: AboutPlan
    programme: Programme
    known: Plan | None

    def start(self, slot: int) -> datetime:
        """The moment at which a slot begins."""
        assert self.known is not None, "only what is known has slots"
        return self.known.instance.slots[slot].start


def facts_of_plan(db: Db, actor: Actor, programme_id: int, plan_id: int, now: datetime) -> PlanFacts:
    """Whatever a plan of this programme can be asked about."""
    actor.must_have(programme_id, Role.COORDINATOR)
    row = db.get(PlanRow, plan_id)
    if row is None or row.programme_id != programme_id:
        raise NotFound(say("We can’t find that plan in this programme."))
    programme = get_programme(db, programme_id)
    is_replaced = row.state is PlanState.SUPERSEDED
    instance = _as_made(db, plan_id) if is_replaced else present_problem_of(db, programme_id, now)
    basis = Basis.AS_MADE if is_replaced else Basis.NOW
    about = AboutPlan(row.id, programme_id, row.number, row.state, row.revision, row.created_at, basis)
    if instance is None:
        return PlanFacts(replace(about, basis=Basis.GONE), programme, None)
    open_ = openly_known(replace(instance, pins=()))
    return PlanFacts(about, programme, Plan(open_, _groups(db, plan_id, programme, open_)))


def present_problem_of(db: Db, programme_id: int, now: datetime) -> Instance | None:
    """The problem as drafts are judged by it: worked out once, and kept until any fact changes. None where there is
    nothing left to plan."""
    try:
        return facts_of(db, programme_id, now)[1].instance
    except NotPossible:
        return None  # Every round has finished, or session times are just being changed.


def _as_made(db: Db, plan_id: int) -> Instance | None:
    """What the run was asked that made a plan. That never changes, so a few are kept in this process."""
    run = db.execute(
        select(RunRow.id, RunRow.queued_at).where(RunRow.plan_id == plan_id).order_by(RunRow.id.desc()).limit(1)
    ).one_or_none()
    if run is None:
        return None
    return _asked.get((run.id, plan_id, run.queued_at), lambda: _read(db, run.id))


def _read(db: Db, run_id: int) -> Instance:
    return instance_from_json(json.loads(db.execute(select(RunRow.instance).where(RunRow.id == run_id)).scalar_one()))


# --- the plan's groups ---------------------------------------------------------------------------------------------


def _groups(db: Db, plan_id: int, programme: Programme, instance: Instance) -> Iterable[Group]:
    """The groups with whoever the problem knows, and the sessions that are at one of its slots."""
    models, sites = {m.id: m.key for m in programme.models}, {site.id: site.key for site in programme.sites}
    here = _Here(instance)
    for group in load_plan(db, plan_id).meeting:
        model = models[group.model_id]
        residents = here.known(group.members, MemberRole.RESIDENT)
        if residents and model in here.models:
            leads = here.known(group.members, MemberRole.FACILITATOR)
            held = tuple(here.sessions(group.sessions, leads))
            yield Group(group.key, model, group.mode, residents, leads, held, sites.get(group.site_id or 0))


class _Here:
    """Who and what a problem knows, by key."""

    def __init__(self, instance: Instance) -> None:
        self.models = {model.id for model in instance.models} - {OWN}
        self._people = {person.id for person in instance.residents} | {person.id for person in instance.faculty}
        self._rooms = {room.id for room in instance.rooms}
        self._slots = {(slot.start, slot.round): index for index, slot in enumerate(instance.slots)}

    def known(self, seats: Iterable[Seat], role: MemberRole) -> tuple[str, ...]:
        """The keys of those of these people who take part and are in this group beside no other."""
        keys = (person_key(seat.person_id) for seat in seats if seat.role == role and not seat.beside)
        return tuple(key for key in keys if key in self._people)

    def sessions(self, stored: Iterable[Sitting], leads: Iterable[str]) -> Iterable[Meeting]:
        """The sessions at slots that there are, led by those who still lead the group."""
        leading = set(leads)
        for session in stored:
            slot = self._slots.get((session.starts_at, session.round))
            if slot is not None:
                room = room_key(session.room_id) if session.room_id is not None else None
                coming = tuple(key for key in map(person_key, session.facilitator_ids) if key in leading)
                yield Meeting(session.round, slot, coming, room if room in self._rooms else None)
