"""Pairs of people whom what one is to the other keeps apart: the one place that says which, and from when to when.

Planning, drafts, checks before publishing, changes to what is published, troubles and figures all ask here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, or_, select

from scheduler.db import Db
from scheduler.people.model import RelationKind
from scheduler.people.relations import PARTING, SECRET_KINDS, Policy, kinds_with
from scheduler.people.tables import RelationOverrideRow, RelationRow
from scheduler.programmes.relation_policies import policies_of

Tie = tuple[int, int, RelationKind]
"""Who, of whom, and what."""


@dataclass(frozen=True, slots=True)
class ForbiddenPair:
    """Two people kept apart by one relation, between two days (open where None).

    ``declared`` by one of them, not on the coordinator's list. ``overridden``: a coordinator has recorded why the
    two may share a group all the same, accompanied.
    """

    relation_id: int
    person_id: int
    about_id: int
    kind: RelationKind
    first_day: date | None
    last_day: date | None
    declared: bool
    overridden: bool

    @property
    def pair(self) -> frozenset[int]:
        """The two."""
        return frozenset((self.person_id, self.about_id))

    def holds_on(self, day: date) -> bool:
        """Whether it does on this day."""
        return (self.first_day is None or self.first_day <= day) and (self.last_day is None or day <= self.last_day)

    @property
    def secret(self) -> bool:
        """Whether it is never given as a reason."""
        return self.kind in SECRET_KINDS


def forbidden_pairs(
    db: Db, programme_id: int, first_day: date, last_day: date, people: Collection[int] | None = None
) -> tuple[ForbiddenPair, ...]:
    """Every relation that keeps two people apart on any day from one to another, or to no end where the relation has
    none; of ``people`` alone if they are given, as soon as one of the two is among them."""
    policies = policies_of(db, programme_id)
    reasoned, overrides = kinds_with(policies, Policy.UNLESS_REASONED), override_ties(db, programme_id)
    rows = db.execute(
        select(
            RelationRow.id,
            RelationRow.person_id,
            RelationRow.about_id,
            RelationRow.kind,
            RelationRow.first_day,
            RelationRow.last_day,
            RelationRow.declared,
        )
        .where(RelationRow.programme_id == programme_id, RelationRow.kind.in_(kinds_with(policies, *PARTING)))
        .where(held_between(first_day, last_day), *_of_people(people))
        .order_by(RelationRow.id)
    )
    return tuple(
        ForbiddenPair(
            id_, one, other, kind, first, last, declared, kind in reasoned and (one, other, kind) in overrides
        )
        for id_, one, other, kind, first, last, declared in rows
    )


def pairs_kept_apart(pairs: Iterable[ForbiddenPair]) -> frozenset[frozenset[int]]:
    """The pairs that may not share a group at all: those of which one relation is not overridden."""
    return frozenset(each.pair for each in pairs if not each.overridden)


def override_ties(db: Db, programme_id: int) -> frozenset[Tie]:
    """Of whom it is recorded, and not withdrawn, why they may share a group all the same."""
    ties = select(RelationOverrideRow.person_id, RelationOverrideRow.about_id, RelationOverrideRow.kind)
    in_force = (RelationOverrideRow.programme_id == programme_id, RelationOverrideRow.withdrawn_at.is_(None))
    return frozenset((one, other, kind) for one, other, kind in db.execute(ties.where(*in_force)))


def held_between(first_day: date, last_day: date) -> ColumnElement[bool]:
    """Of a query: relations that hold on one of these days at least."""
    begun = or_(RelationRow.first_day.is_(None), RelationRow.first_day <= last_day)
    return begun & or_(RelationRow.last_day.is_(None), RelationRow.last_day >= first_day)


def _of_people(people: Collection[int] | None) -> tuple[ColumnElement[bool], ...]:
    if people is None:
        return ()
    return (or_(RelationRow.person_id.in_(people), RelationRow.about_id.in_(people)),)
