"""Choosing a set of people of a programme: whose times are counted together."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from scheduler.db import Db
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.plans.departures import has_not_left
from scheduler.plans.model import PlanState
from scheduler.plans.tables import GroupRow, MemberRow, PlanRow
from scheduler.programmes.tables import SiteRow


@dataclass(frozen=True, slots=True)
class ParticipantFilter:
    """What the people have in common, as coordinators know it; an empty field leaves it open. Which kinds of group
    somebody would join is their own answer, and nobody is found by it.

    ``kind`` is ``resident`` or ``faculty``, ``site`` is a key, ``group`` the key of a group of the published plan.
    """

    kind: str = ""
    site: str = ""
    stage: int | None = None
    group: str = ""


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who is among them."""

    person_id: int
    name: str
    kind: Role
    site: str
    stage: int | None


@dataclass(frozen=True, slots=True)
class FilterOptions:
    """What can be chosen: stages that occur, and the published groups by key and name."""

    stages: tuple[int, ...]
    groups: tuple[tuple[str, str], ...]


def filter_options(db: Db, actor: Actor, programme_id: int) -> FilterOptions:
    """The stages and groups of a programme, for its coordinators."""
    actor.must_have(programme_id, Role.COORDINATOR)
    stages = db.scalars(
        select(ParticipantRow.stage)
        .where(
            ParticipantRow.programme_id == programme_id,
            ParticipantRow.left_at.is_(None),
            ParticipantRow.stage.is_not(None),
        )
        .distinct()
        .order_by(ParticipantRow.stage)
    )
    groups = db.execute(
        select(GroupRow.key, GroupRow.name)
        .join(PlanRow, PlanRow.id == GroupRow.plan_id)
        .where(
            PlanRow.programme_id == programme_id,
            PlanRow.state == PlanState.PUBLISHED,
            GroupRow.ended_at.is_(None),
        )
        .order_by(GroupRow.name)
    )
    return FilterOptions(
        tuple(stage for stage in stages if stage is not None), tuple((key, name) for key, name in groups)
    )


def find_participants(db: Db, actor: Actor, programme_id: int, choice: ParticipantFilter) -> tuple[Participant, ...]:
    """Everybody who takes part and fits, by name."""
    actor.must_have(programme_id, Role.COORDINATOR)
    found = (
        select(PersonRow.id, PersonRow.name, ParticipantRow.kind, SiteRow.key, ParticipantRow.stage)
        .join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
        .join(SiteRow, SiteRow.id == ParticipantRow.site_id)
        .where(ParticipantRow.programme_id == programme_id, ParticipantRow.left_at.is_(None))
        .order_by(PersonRow.name, PersonRow.id)
    )
    if choice.kind:
        found = found.where(ParticipantRow.kind == choice.kind)
    if choice.site:
        found = found.where(SiteRow.key == choice.site)
    if choice.stage is not None:
        found = found.where(ParticipantRow.stage == choice.stage)
    if choice.group:
        found = found.where(
            PersonRow.id.in_(
                select(MemberRow.person_id)
                .join(GroupRow, GroupRow.id == MemberRow.group_id)
                .join(PlanRow, PlanRow.id == GroupRow.plan_id)
                .where(
                    PlanRow.programme_id == programme_id,
                    PlanRow.state == PlanState.PUBLISHED,
                    GroupRow.key == choice.group,
                    has_not_left(),
                )
            )
        )
    return tuple(Participant(*row) for row in db.execute(found))
