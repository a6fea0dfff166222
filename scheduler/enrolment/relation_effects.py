"""What a list of relations does to the groups that are published: whom it parts, in which group, and from when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from scheduler.db import Db
from scheduler.people.tables import PersonRow, RelationRow
from scheduler.plans.membership import rosters
from scheduler.plans.model import PlanState
from scheduler.plans.tables import GroupRow, PlanRow
from scheduler.programmes.forbidden_pairs import forbidden_pairs


@dataclass(frozen=True, slots=True)
class Parted:
    """Two people of one published group who may not share it, and from which day on: None for now."""

    names: tuple[str, str]
    group_key: str
    group: str
    first_day: date | None


@dataclass(frozen=True, slots=True)
class RelationsImported:
    """What an import did: how many relations are on the list, and whom they part, the earliest first."""

    rows: int
    parted: tuple[Parted, ...]


def parted_by(db: Db, programme_id: int, rows: Iterable[RelationRow], today: date) -> tuple[Parted, ...]:
    """Whom these relations part of those who share a published group now, each pair of a group once."""
    ids = {row.id for row in rows}
    related = forbidden_pairs(db, programme_id, today, date.max)
    first: dict[frozenset[int], date] = {}
    for each in related:
        if each.relation_id in ids and not each.overridden:
            begins = max(each.first_day or today, today)
            first[each.pair] = min(first.get(each.pair, begins), begins)
    found = [
        (begins, key, pair)
        for key, roster in rosters(db, programme_id).items()
        for pair, begins in first.items()
        if pair <= roster.keys()
    ]
    ids = {person_id for _, _, pair in found for person_id in pair}
    names = dict(db.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(ids))).all())
    groups = _group_names(db, programme_id) if found else {}
    parted = []
    for begins, key, pair in found:
        one, other = sorted(names[person_id] for person_id in pair)
        parted.append(Parted((one, other), key, groups[key], begins if begins > today else None))
    return tuple(sorted(parted, key=lambda each: (each.first_day or today, each.group, each.names)))


def _group_names(db: Db, programme_id: int) -> dict[str, str]:
    rows = db.execute(
        select(GroupRow.key, GroupRow.name)
        .join(PlanRow, PlanRow.id == GroupRow.plan_id)
        .where(PlanRow.programme_id == programme_id, PlanRow.state == PlanState.PUBLISHED)
    )
    return dict(rows.all())
