"""What the people of a group are to each other, as far as the whole group is told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import aliased

from scheduler.db import Db
from scheduler.languages import mark, say
from scheduler.people.model import Actor, RelationKind, Role
from scheduler.people.relations import Policy, kinds_with, policies_from
from scheduler.people.sites import today_in
from scheduler.people.tables import PersonRow, RelationOverrideRow, RelationRow, RoleRow
from scheduler.plans.membership import GroupId, Roster, own_rosters, rosters
from scheduler.programmes.tables import ProgrammeRow

_SAID: Final[Mapping[RelationKind, str]] = {
    RelationKind.SUPERVISES: mark("%(person)s supervises %(about)s."),
    RelationKind.ASSESSES: mark("%(person)s assesses %(about)s."),
    RelationKind.LINE_MANAGES: mark("%(person)s is the line manager of %(about)s."),
    RelationKind.PANEL: mark("%(person)s sits on a panel that decides about %(about)s."),
    RelationKind.SPONSORS: mark("%(person)s sponsors %(about)s."),
    RelationKind.ADVISES: mark("%(person)s advises %(about)s on a project."),
}


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One relation that a group is told of. Where it would keep the two apart, ``override_id`` is what was recorded,
    with the coordinator's ``reason``; otherwise None."""

    person_id: int
    person: str
    about_id: int
    about: str
    kind: RelationKind
    override_id: int | None = None
    reason: str = ""
    made_by: str = ""
    made_at: datetime | None = None

    @property
    def line(self) -> str:
        """The disclosure in words, as the page of the group and its charter have it."""
        told = line(self.kind, self.person, self.about)
        if self.override_id is None:
            return told
        return say(
            "%(told)s %(coordinator)s has recorded why they may share this group: “%(reason)s”",
            told=told,
            coordinator=self.made_by,
            reason=self.reason,
        )

    @property
    def key(self) -> str:
        """What it tells, to compare with what people agreed to: another reason for the same is another thing to be
        told."""
        return ":".join(str(each) for each in (self.kind.value, self.person_id, self.about_id, self.override_id or 0))

    def is_about(self, person_id: int | None) -> bool:
        """Whether somebody is one of the two."""
        return person_id in (self.person_id, self.about_id)


def disclosures(db: Db, programme_id: int, group_key: str, now: datetime) -> tuple[Disclosure, ...]:
    """What is told to one published group, for the product's own work: who may read it is for the caller to check."""
    found = rosters(db, programme_id, (group_key,))
    return told_to(db, programme_id, found, now).get(group_key, ())


def told_to(
    db: Db, programme_id: int, groups: Mapping[str, Roster], now: datetime
) -> Mapping[str, tuple[Disclosure, ...]]:
    """What groups of one programme with these people are told, by their keys; like the above for the product itself."""
    found = _of_groups(db, {(programme_id, key): roster for key, roster in groups.items()}, now)
    return {key: lines for (_, key), lines in found.items()}


def told_pairs(db: Db, programme_id: int, now: datetime) -> frozenset[tuple[int, int, RelationKind]]:
    """Who is what to whom without any reason being needed, today or later, in a whole programme: a group with both is
    told of it."""
    policies, today = _programmes(db, (programme_id,), now)
    told = kinds_with(policies[programme_id], Policy.DISCLOSE)
    rows = db.execute(
        select(RelationRow.person_id, RelationRow.about_id, RelationRow.kind).where(
            RelationRow.programme_id == programme_id,
            RelationRow.kind.in_(told),
            or_(RelationRow.last_day.is_(None), RelationRow.last_day >= today[programme_id]),
        )
    )
    return frozenset((person, about, kind) for person, about, kind in rows)


def line(kind: RelationKind, person: str, about: str) -> str:
    """What a group reads of such a pair, by their names."""
    return say(_SAID[kind], person=person, about=about)


def told_of_other(key: str, stays_id: int, goes_id: int) -> str:
    """The key of a disclosure once two entries of one person are one."""
    kind, *people, override = key.split(":")
    return ":".join((kind, *(str(stays_id) if who == str(goes_id) else who for who in people), override))


def own_disclosures(
    db: Db, actor: Actor, groups: Collection[GroupId], now: datetime
) -> Mapping[GroupId, tuple[Disclosure, ...]]:
    """What is told to each of the actor's own groups. Raises NotFound unless the actor belongs to all of them."""
    return _of_groups(db, own_rosters(db, actor, groups), now)


def listeners(db: Db, programme_ids: Collection[int]) -> Mapping[int, tuple[str, ...]]:
    """Who listens from outside to the people of such groups: the oversight contacts' names, by programme."""
    rows = db.execute(
        select(RoleRow.programme_id, PersonRow.name)
        .join(PersonRow, PersonRow.id == RoleRow.person_id)
        .where(RoleRow.programme_id.in_(programme_ids), RoleRow.role == Role.OVERSIGHT)
        .order_by(PersonRow.name)
    )
    found: dict[int, tuple[str, ...]] = {}
    for programme_id, name in rows:
        found[programme_id] = (*found.get(programme_id, ()), name)
    return found


def _of_groups(db: Db, groups: Mapping[GroupId, Roster], now: datetime) -> Mapping[GroupId, tuple[Disclosure, ...]]:
    ids, people = {programme_id for programme_id, _ in groups}, {who for roster in groups.values() for who in roster}
    told = _told(db, ids, people, now)
    return {
        (programme_id, key): tuple(
            each for each in told[programme_id] if each.person_id in roster and each.about_id in roster
        )
        for (programme_id, key), roster in groups.items()
    }


def _told(db: Db, ids: Collection[int], people: Collection[int], now: datetime) -> Mapping[int, list[Disclosure]]:
    """What is told of these people, by programme: each relation once, if it holds today or is to come."""
    policies, today = _programmes(db, ids, now)
    reasons = _reasons(db, ids, people)
    found: dict[int, dict[tuple[int, int, RelationKind], Disclosure]] = defaultdict(dict)
    for programme_id, one, one_name, other, other_name, kind, last_day in db.execute(_related(ids, people)):
        tie, policy = (one, other, kind), policies[programme_id][kind]
        recorded = reasons.get((programme_id, *tie)) if policy is Policy.UNLESS_REASONED else None
        is_over = last_day is not None and last_day < today[programme_id]
        if not is_over and (recorded or policy is Policy.DISCLOSE):
            found[programme_id][tie] = Disclosure(one, one_name, other, other_name, kind, *(recorded or ()))
    return defaultdict(list, {programme_id: list(each.values()) for programme_id, each in found.items()})


def _programmes(
    db: Db, ids: Collection[int], now: datetime
) -> tuple[Mapping[int, Mapping[RelationKind, Policy]], Mapping[int, date]]:
    """The policies of these programmes, and what day it is there."""
    columns = (ProgrammeRow.id, ProgrammeRow.zone, ProgrammeRow.relation_policies)
    rows = db.execute(select(*columns).where(ProgrammeRow.id.in_(ids))).all()
    return {id_: policies_from(chosen) for id_, _, chosen in rows}, {id_: today_in(zone, now) for id_, zone, _ in rows}


def _related(
    ids: Collection[int], people: Collection[int]
) -> Select[int, int, str, int, str, RelationKind, date | None]:
    one, other = aliased(PersonRow), aliased(PersonRow)
    return (
        select(
            RelationRow.programme_id,
            RelationRow.person_id,
            one.name,
            RelationRow.about_id,
            other.name,
            RelationRow.kind,
            RelationRow.last_day,
        )
        .join(one, one.id == RelationRow.person_id)
        .join(other, other.id == RelationRow.about_id)
        .where(RelationRow.programme_id.in_(ids), RelationRow.kind.in_(_SAID))
        .where(RelationRow.person_id.in_(people), RelationRow.about_id.in_(people))
        .order_by(one.search_name, other.search_name, RelationRow.id)
    )


def _reasons(
    db: Db, ids: Collection[int], people: Collection[int]
) -> Mapping[tuple[int, int, int, RelationKind], tuple[int, str, str, datetime]]:
    """What is recorded and not withdrawn: of whom, and its id, the reason, and who gave it when."""
    rows = db.scalars(
        select(RelationOverrideRow).where(
            RelationOverrideRow.programme_id.in_(ids),
            RelationOverrideRow.person_id.in_(people),
            RelationOverrideRow.withdrawn_at.is_(None),
        )
    )
    return {
        (row.programme_id, row.person_id, row.about_id, row.kind): (row.id, row.reason, row.made_by_name, row.made_at)
        for row in rows
    }
