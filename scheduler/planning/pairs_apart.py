"""Pairs of people whom no plan puts into one group."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

from sqlalchemy import ColumnElement, and_, or_, select

from scheduler.db import Db
from scheduler.people.relations import FORBIDDING
from scheduler.people.tables import RelationRow
from scheduler.planning.keys import person_key
from scheduler.planning.known_to import KnownTo
from scheduler.planning.scope import Part
from scheduler.plans.model import MemberRole
from scheduler.plans.whole import StoredGroup
from scheduler.programmes.model import Programme
from solvers.instance import Faculty


def pairs_apart(
    db: Db, programme: Programme, part: Part, in_it: set[int], known_to: KnownTo = KnownTo.PLANNER
) -> frozenset[frozenset[str]]:
    """Pairs that may not share a group because of what one is to the other at any time of the programme, as far as may
    be known."""
    return _pairs(db, programme, in_it, and_(part.holds(RelationRow.person_id), known_to.relations()))


def listed_conflicts(db: Db, programme: Programme, in_it: set[int]) -> frozenset[frozenset[str]]:
    """Such pairs as far as their coordinator may know of them: what people keep to themselves is told to nobody."""
    return _pairs(db, programme, in_it, KnownTo.COORDINATOR.relations())


def _pairs(db: Db, programme: Programme, in_it: set[int], which: ColumnElement[bool]) -> frozenset[frozenset[str]]:
    forbidding = (RelationRow.programme_id == programme.id, RelationRow.kind.in_(FORBIDDING), which)
    at_any_time = (
        or_(RelationRow.first_day.is_(None), RelationRow.first_day <= programme.last_day),
        or_(RelationRow.last_day.is_(None), RelationRow.last_day >= programme.first_day),
    )
    rows = db.execute(select(RelationRow.person_id, RelationRow.about_id).where(*forbidding, *at_any_time))
    return frozenset(
        frozenset((person_key(one), person_key(other))) for one, other in rows if one in in_it and other in in_it
    )


def facilitators_alike(faculty: Sequence[Faculty], published: Iterable[StoredGroup]) -> frozenset[frozenset[str]]:
    """Pairs of facilitators who are not put together because they work at the same site.

    Who leads a published group together does so still: nobody is told of them that they should not share a group.
    """
    together = {
        frozenset((person_key(one.person_id), person_key(other.person_id)))
        for group in published
        for one, other in combinations([m for m in group.members if m.role == MemberRole.FACILITATOR], 2)
    }
    return (
        frozenset(
            frozenset((one.id, other.id))
            for one, other in combinations(faculty, 2)
            if one.site == other.site and set(one.models) & set(other.models)
        )
        - together
    )
