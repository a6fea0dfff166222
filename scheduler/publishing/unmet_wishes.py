"""Telling each person privately which of their own wishes the published groups do not meet.

It is worked out when groups are published or change, by what people had said until then, and read by nobody but the
person themselves: no count, list, log or audit line depends on it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select

from scheduler.db import Db
from scheduler.errors import NotFound
from scheduler.joining.questions import ask_for_another_group
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow
from scheduler.plans.departures import people_gone
from scheduler.plans.model import MemberRole
from scheduler.plans.whole import WholePlan, find_published_plan
from scheduler.programmes.service import lock_programme
from scheduler.publishing.model import OwnChoice, Unmet, UnmetKind, Wisher, unmet_in, unmet_without_group
from scheduler.publishing.tables import UnmetWishRow

_IN_A_GROUP: Final = frozenset({OwnChoice.STAY, OwnChoice.ANOTHER})
_WITHOUT_GROUP: Final = frozenset({OwnChoice.WAIT, OwnChoice.SOFTEN})


@dataclass(frozen=True, slots=True)
class OwnUnmet:
    """What the reader is told: ``has_group`` says whether they are in one, ``choice`` what they have decided."""

    unmet: tuple[Unmet, ...]
    has_group: bool
    choice: OwnChoice | None


def keep_unmet_wishes(db: Db, programme_id: int, now: datetime, group_keys: Collection[str] | None = None) -> None:
    """Bring up to date what people are told, of all groups that are published or of these and of those who have none.

    Whoever has decided is asked again only once their group, or what it does not meet, is another.
    """
    plan = find_published_plan(db, programme_id)
    if plan is None:
        return
    wishers = _wishers(db, programme_id)
    found = _found(plan, wishers, people_gone(db, plan), group_keys)
    rows = {
        row.person_id: row for row in db.scalars(select(UnmetWishRow).where(UnmetWishRow.programme_id == programme_id))
    }
    for person_id, (keys, unmet) in found.items():
        row = rows.get(person_id)
        if not unmet:
            if row is not None:
                db.delete(row)
        elif row is None:
            db.add(_new_row(programme_id, person_id, keys, unmet, now))
        elif (row.groups, row.unmet) != (keys, _written(unmet)) and not (row.choice is OwnChoice.WAIT and not keys):
            db.delete(row)
            db.flush()
            db.add(_new_row(programme_id, person_id, keys, unmet, now))
    for person_id in rows.keys() - (found.keys() if group_keys is None else wishers.keys()):
        db.delete(rows[person_id])
    db.flush()


def own_unmet(db: Db, actor: Actor, programme_id: int) -> OwnUnmet | None:
    """What the actor is told in a programme; None where there is nothing."""
    return own_unmet_in(db, actor, (programme_id,)).get(programme_id)


def own_unmet_in(db: Db, actor: Actor, programme_ids: Collection[int]) -> Mapping[int, OwnUnmet]:
    """What the actor is told in those of these programmes in which there is something."""
    same = (ParticipantRow.programme_id == UnmetWishRow.programme_id) & (
        ParticipantRow.person_id == UnmetWishRow.person_id
    )
    mine = (UnmetWishRow.person_id == actor.person_id, UnmetWishRow.programme_id.in_(programme_ids))
    found = {}
    for row, part in db.execute(select(UnmetWishRow, ParticipantRow).join(ParticipantRow, same).where(*mine)):
        unmet = tuple(each for each in _read(row.unmet) if _is_wished(each, part))
        if unmet and actor.has(row.programme_id, Role.RESIDENT):
            found[row.programme_id] = OwnUnmet(unmet, bool(row.groups), row.choice)
    return found


def decide(db: Db, actor: Actor, programme_id: int, choice: OwnChoice, now: datetime) -> None:
    """Take what the actor wants to do; leaving their place to wait is :mod:`scheduler.coordination.own_place`."""
    lock_programme(db, programme_id)
    row = db.get(UnmetWishRow, (programme_id, actor.person_id)) if actor.person_id is not None else None
    if row is None or choice not in (_IN_A_GROUP if row.groups else _WITHOUT_GROUP):
        raise NotFound(say("There is nothing to decide here."))
    if choice is OwnChoice.ANOTHER:
        ask_for_another_group(db, actor, programme_id, now)
    if choice is OwnChoice.SOFTEN:
        _soften(db.get_one(ParticipantRow, (programme_id, row.person_id)))
    row.choice, row.chosen_at = choice, now
    db.flush()


def forget_unmet(db: Db, programme_id: int, people: Collection[int], categories: Collection[str]) -> None:
    """Take what people have deleted out of what they are told."""
    here = (UnmetWishRow.programme_id == programme_id, UnmetWishRow.person_id.in_(people))
    for row in db.scalars(select(UnmetWishRow).where(*here)):
        left = [each for each in _read(row.unmet) if each.category not in categories]
        if left:
            row.unmet = _written(left)
        else:
            db.delete(row)
    db.flush()


def forget_all_unmet(db: Db, programme_id: int, people: Collection[int]) -> None:
    """Delete all that these people were told."""
    here = (UnmetWishRow.programme_id == programme_id, UnmetWishRow.person_id.in_(people))
    db.execute(delete(UnmetWishRow).where(*here))


def _wishers(db: Db, programme_id: int) -> Mapping[int, Wisher]:
    columns = [getattr(ParticipantRow, field.name) for field in fields(Wisher)]
    here = (ParticipantRow.programme_id == programme_id, ParticipantRow.left_at.is_(None))
    return {row[0]: Wisher(*row) for row in db.execute(select(*columns).where(*here))}


def _found(
    plan: WholePlan, wishers: Mapping[int, Wisher], gone: Collection[int], group_keys: Collection[str] | None
) -> Mapping[int, tuple[list[str], frozenset[Unmet]]]:
    """By the resident the keys of their groups, and what none of these meets, or any leaves them alone in."""
    groups: dict[int, list[str]] = defaultdict(list)
    unmet: dict[int, list[frozenset[Unmet]]] = defaultdict(list)
    for group in plan.meeting:
        here = [seat for seat in group.members if seat.person_id not in gone and seat.person_id in wishers]
        for seat in here:
            if seat.role == MemberRole.RESIDENT and wishers[seat.person_id].wishes:
                others = [wishers[one.person_id] for one in here if one.person_id != seat.person_id]
                groups[seat.person_id].append(group.key)
                unmet[seat.person_id].append(unmet_in(wishers[seat.person_id], others))
    found = {who: (sorted(keys), _of_all(unmet[who])) for who, keys in groups.items()}
    without: dict[int, tuple[list[str], frozenset[Unmet]]] = {
        who: ([], unmet_without_group(wishers[who])) for who in plan.unplaced if who in wishers and who not in groups
    }
    concerned = (
        found if group_keys is None else {w: f for w, f in found.items() if not set(f[0]).isdisjoint(group_keys)}
    )
    return {**without, **concerned}


def _of_all(of_each: Iterable[frozenset[Unmet]]) -> frozenset[Unmet]:
    each = list(of_each)
    alone = {one for found in each for one in found if one.kind is UnmetKind.ALONE}
    return frozenset(alone | frozenset.intersection(*each))


def _new_row(programme_id: int, person_id: int, keys: list[str], unmet: Iterable[Unmet], now: datetime) -> UnmetWishRow:
    return UnmetWishRow(
        programme_id=programme_id, person_id=person_id, groups=keys, unmet=_written(unmet), found_at=now
    )


def _written(unmet: Iterable[Unmet]) -> list[list[str]]:
    return [[each.kind.value, each.category, each.circumstance] for each in sorted(unmet)]


def _read(written: Iterable[Iterable[str]]) -> tuple[Unmet, ...]:
    found = (tuple(each) for each in written)
    return tuple(Unmet(UnmetKind(kind), category, circumstance) for kind, category, circumstance in found)


def _is_wished(unmet: Unmet, part: ParticipantRow) -> bool:
    """Whether somebody wishes it still: they may have changed their answers since."""
    if unmet.circumstance:
        return unmet.circumstance in (part.firm if unmet.kind is UnmetKind.FIRM else part.company)
    if unmet.kind in (UnmetKind.LIKE, UnmetKind.UNLIKE):
        return unmet.category in (part.like if unmet.kind is UnmetKind.LIKE else part.unlike)
    is_firm = part.together.get(unmet.category)
    return bool(is_firm) if unmet.kind is UnmetKind.FIRM else is_firm is not None


def _soften(part: ParticipantRow) -> None:
    part.firm = []
    part.together = dict.fromkeys(part.together, False)
