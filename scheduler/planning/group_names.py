"""What the groups of a plan are called: by their model and a number, or as the people in one have named it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count

from sqlalchemy import select

from scheduler.db import Db
from scheduler.planning.own_group_pins import own_names
from scheduler.plans.tables import GroupRow, PlanRow
from scheduler.plans.whole import StoredGroup
from scheduler.programmes.model import MentoringModel
from solvers.instance import Group


@dataclass(frozen=True, slots=True)
class GroupName:
    """A group's name. ``number`` is the one in it, None where its people named it themselves."""

    text: str
    number: int | None


def group_names(
    db: Db,
    programme_id: int,
    groups: Iterable[Group],
    models: Mapping[str, MentoringModel],
    before: Mapping[str, StoredGroup],
) -> Mapping[str, GroupName]:
    """By their keys the names of a plan's groups, of which those in ``before`` are published by now, or go on from the
    term before.

    A group keeps its number as long as it lives. The rest of its name is its model's, also when that is another now.
    """
    known_numbers = {group.number for group in before.values()}
    own, numbers = own_names(db, programme_id), _free_numbers(db, programme_id, known_numbers)

    def name_of(group: Group) -> GroupName:
        model, known = models[group.model], before.get(group.id)
        if group.id in own:
            return GroupName(own[group.id], None)
        if known is not None and known.number is None and known.model_id == model.id:
            return GroupName(known.name, None)
        number = next(numbers) if known is None or known.number is None else known.number
        return GroupName(f"{model.name} {number}", number)

    return {group.id: name_of(group) for group in groups}


def _free_numbers(db: Db, programme_id: int, known: Collection[int | None]) -> Iterator[int]:
    """Numbers for new groups: none that members have ever seen on another group."""
    taken = {*known, *numbers_seen(db, programme_id)}
    return (number for number in count(1) if number not in taken)


def numbers_seen(db: Db, programme_id: int) -> Mapping[int, frozenset[str]]:
    """The numbers that members have ever seen on a group, each with the keys of the groups that had it."""
    seen = (PlanRow.programme_id == programme_id, PlanRow.revision.is_not(None), GroupRow.number.is_not(None))
    pairs = select(GroupRow.number, GroupRow.key).join(PlanRow, PlanRow.id == GroupRow.plan_id).where(*seen).distinct()
    found: defaultdict[int, set[str]] = defaultdict(set)
    for number, key in db.execute(pairs):
        if number is not None:
            found[number].add(key)
    return {number: frozenset(keys) for number, keys in found.items()}


def renumbered(name: str, old: int, new: int) -> str:
    """A group's name with another number at its end."""
    return name.removesuffix(f" {old}") + f" {new}"
