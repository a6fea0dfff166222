"""Build the planning problem from what the database knows. The only place that does.

Ids inside an instance are the database's own (``p12`` for a person, ``room3`` for a room): no names, no rotas.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Literal, cast
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from scheduler.availability.tables import AvailabilityRow
from scheduler.errors import NotPossible
from scheduler.joining.offering import planned_among
from scheduler.languages import say
from scheduler.people.tables import ParticipantRow, RelationRow, WishRow
from scheduler.plans.model import PlanState
from scheduler.plans.pausing import without_paused
from scheduler.plans.pinning import own_groups, with_own_groups
from scheduler.plans.tables import GroupRow, PlanRow
from scheduler.programmes.model import MentoringModel, Programme
from scheduler.programmes.service import get_programme
from scheduler.safety.model import FORBIDDING
from solvers.instance import (
    Faculty,
    Group,
    Instance,
    Model,
    Resident,
    Room,
    Slot,
    Weights,
)
from solvers.instance import Session as Meeting

External = Literal["", "prefer", "require"]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What one person asked for about others, as instance ids by kind of wish."""

    wants: tuple[str, ...] = ()
    avoids: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()


def person_key(person_id: int) -> str:
    """How an instance names a person."""
    return f"p{person_id}"


def room_key(room_id: int) -> str:
    """How an instance names a room."""
    return f"room{room_id}"


def database_id(key: str) -> int:
    """The id behind :func:`person_key` and :func:`room_key`."""
    return int(key.removeprefix("room").removeprefix("p"))


def build_instance(db: Session, programme_id: int, now: datetime, *, begun_too: bool = False) -> Instance:
    """The planning problem of a programme as it stands: everybody who has joined and not left, slots yet to come.

    Who has no group and is on long leave through all of these slots is left out until they are back. Rounds that have
    begun are left out once groups meet, unless they are wanted too: to find one session a new date.
    """
    programme = get_programme(db, programme_id)
    participants = planned_among(db, programme_id, _participants(db, programme_id), now)
    published = published_plan(db, programme_id)
    settled = frozenset() if begun_too else _settled(programme, published, now)
    every_slot = programme.slots()
    ahead = [i for i, slot in enumerate(every_slot) if slot.starts_at > now and slot.round not in settled]
    if not ahead:
        raise NotPossible(
            say("Every round of this programme is over or under way."),
            what_to_do=say("Give it later rounds, then plan again."),
        )
    zone = ZoneInfo(programme.zone)
    days = [every_slot[i].starts_at.astimezone(zone).date() for i in (ahead[0], ahead[-1])]
    participants = without_paused(db, programme_id, participants, published, *days)
    marks = _marks(db, programme_id, len(every_slot), ahead)
    slots = tuple(Slot(every_slot[i].starts_at.astimezone(zone), every_slot[i].round) for i in ahead)
    sites = {site.id: site.key for site in programme.sites}
    in_it = {row.person_id for row in participants}
    asked = _asked(db, programme_id, in_it)
    instance = Instance(
        name=f"{programme.slug}-{now:%Y%m%dT%H%M%SZ}",
        session_minutes=programme.session_minutes,
        rounds=len(programme.rounds),
        slots=slots,
        quorum=programme.quorum,
        # Only the rounds still open can be attended by this plan: the share is of those.
        min_attendance=programme.min_attendance * (1 - len(settled) / len(programme.rounds)),
        models=tuple(_model(model) for model in programme.models),
        residents=tuple(_resident(r, sites, marks, asked) for r in participants if r.kind == "resident"),
        faculty=tuple(_faculty(r, sites, marks) for r in participants if r.kind == "faculty"),
        rooms=tuple(_rooms(programme, slots)),
        conflicts=_conflicts(db, programme, in_it),
        min_gap_days=programme.min_gap_days,
        weights=_weights(programme.weights),
        previous=groups_of(programme, published, slots) if published else (),
    )
    return with_own_groups(instance, own_groups(db, programme_id))


def _participants(db: Session, programme_id: int) -> list[ParticipantRow]:
    """Everybody who takes part, in the order of their ids, so that the same people make the same instance."""
    return list(
        db.scalars(
            select(ParticipantRow)
            .where(ParticipantRow.programme_id == programme_id, ParticipantRow.left_at.is_(None))
            .order_by(ParticipantRow.person_id)
        )
    )


def _marks(db: Session, programme_id: int, slot_count: int, ahead: list[int]) -> Mapping[int, str]:
    rows = db.execute(
        select(AvailabilityRow.person_id, AvailabilityRow.counted, AvailabilityRow.marks).where(
            AvailabilityRow.programme_id == programme_id
        )
    )
    found = {}
    for person_id, counted, shown in rows:
        marks = counted or shown
        if len(marks) != slot_count:
            raise NotPossible(
                say("The programme's windows have changed since availability was worked out."),
                what_to_do=say("Import a rota again or work availability out anew, then plan."),
            )
        found[person_id] = "".join(marks[index] for index in ahead)
    return found


def _asked(db: Session, programme_id: int, in_it: set[int]) -> Mapping[int, _Asked]:
    rows = db.scalars(
        select(WishRow).where(WishRow.programme_id == programme_id).order_by(WishRow.person_id, WishRow.about_id)
    )
    field_of = {"want": "wants", "avoid": "avoids", "choice": "choices"}
    asked: dict[int, _Asked] = {}
    for row in rows:
        if row.about_id not in in_it:
            continue
        so_far, field = asked.get(row.person_id, _Asked()), field_of[row.kind]
        asked[row.person_id] = replace(so_far, **{field: (*getattr(so_far, field), person_key(row.about_id))})
    return asked


def _resident(
    row: ParticipantRow, sites: Mapping[int, str], marks: Mapping[int, str], asked: Mapping[int, _Asked]
) -> Resident:
    wishes = asked.get(row.person_id, _Asked())
    return Resident(
        id=person_key(row.person_id),
        stage=row.stage or 0,
        site=sites[row.site_id],
        availability=marks[row.person_id],
        modes=tuple(row.modes),
        models=MappingProxyType(dict(row.models)),
        interests=tuple(row.interests),
        tags=tuple(row.tags),
        company=tuple(row.company),
        wants=wishes.wants,
        avoids=wishes.avoids,
        choices=wishes.choices,
        external=cast(External, row.external),
    )


def _faculty(row: ParticipantRow, sites: Mapping[int, str], marks: Mapping[int, str]) -> Faculty:
    return Faculty(
        id=person_key(row.person_id),
        site=sites[row.site_id],
        availability=marks[row.person_id],
        modes=tuple(row.modes),
        models=tuple(row.models),
        capacity=row.capacity,
        interests=tuple(row.interests),
        tags=tuple(row.tags),
    )


def _model(model: MentoringModel) -> Model:
    return Model(
        id=model.key,
        size=model.size,
        spread=model.spread,
        facilitators=model.facilitators,
        present=model.present,
        target=model.target,
    )


def _rooms(programme: Programme, slots: tuple[Slot, ...]) -> Iterable[Room]:
    for site in programme.sites:
        zone = ZoneInfo(site.zone)
        local = [slot.start.astimezone(zone) for slot in slots]
        for room in site.rooms:
            free = "".join(str(int(room.is_open(start, programme.session_minutes))) for start in local)
            yield Room(id=room_key(room.id), site=site.key, capacity=room.capacity, availability=free)


def _conflicts(db: Session, programme: Programme, in_it: set[int]) -> frozenset[frozenset[str]]:
    """Pairs that may not share a group because of what one is to the other at any time of the programme."""
    rows = db.scalars(
        select(RelationRow).where(RelationRow.programme_id == programme.id, RelationRow.kind.in_(FORBIDDING))
    )
    return frozenset(
        frozenset((person_key(row.person_id), person_key(row.about_id)))
        for row in rows
        if {row.person_id, row.about_id} <= in_it
        and (row.first_day is None or row.first_day <= programme.last_day)
        and (row.last_day is None or row.last_day >= programme.first_day)
    )


def _weights(given: Mapping[str, object]) -> Weights:
    return replace(Weights(), **given)  # type: ignore[arg-type]


def published_plan(db: Session, programme_id: int) -> PlanRow | None:
    """The plan that members see, with its groups."""
    return db.scalar(
        select(PlanRow)
        .where(PlanRow.programme_id == programme_id, PlanRow.state == PlanState.PUBLISHED)
        .options(
            selectinload(PlanRow.groups).selectinload(GroupRow.members),
            selectinload(PlanRow.groups).selectinload(GroupRow.sessions),
        )
    )


def _settled(programme: Programme, published: PlanRow | None, now: datetime) -> frozenset[int]:
    """The rounds that a new plan leaves alone: once groups meet, a round that has begun stays as it was published."""
    if published is None:
        return frozenset()
    today = now.astimezone(ZoneInfo(programme.zone)).date()
    return frozenset(span.index for span in programme.rounds if span.first_day <= today)


def groups_of(programme: Programme, plan: PlanRow, slots: tuple[Slot, ...]) -> tuple[Group, ...]:
    """A stored plan's groups, as the planner knows them.

    Dates that are no slots (they are over, or their window is gone) are left out.
    """
    index_of = {slot.start: index for index, slot in enumerate(slots)}
    models = {model.id: model.key for model in programme.models}
    sites = {site.id: site.key for site in programme.sites}
    return tuple(_group(group, models, sites, index_of) for group in plan.groups)


def _group(
    group: GroupRow, models: Mapping[int, str], sites: Mapping[int, str], index_of: Mapping[datetime, int]
) -> Group:
    return Group(
        id=group.key,
        model=models[group.model_id],
        mode=group.mode,
        site=sites[group.site_id] if group.site_id is not None else None,
        residents=_members(group, "resident"),
        facilitators=_members(group, "facilitator"),
        sessions=tuple(
            Meeting(
                round=session.round,
                slot=index_of[session.starts_at],
                facilitators=tuple(person_key(person_id) for person_id in session.facilitator_ids),
                room=room_key(session.room_id) if session.room_id is not None else None,
            )
            for session in group.sessions
            if session.starts_at in index_of
        ),
    )


def _members(group: GroupRow, role: str) -> tuple[str, ...]:
    return tuple(person_key(person_id) for person_id in sorted(m.person_id for m in group.members if m.role == role))
