"""For whose eyes a planning problem is: what people keep to themselves is for the planner alone.

Whatever a page lists, ranks, refuses or forecasts is worked out of a problem as its reader may know it, so that nobody
drops out of a list, and nothing is refused, because of a secret. Only what is carried out goes by the whole problem.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from sqlalchemy import ColumnElement, or_, true

from scheduler.people.relations import SECRET_KINDS
from scheduler.people.tables import RelationRow
from scheduler.programmes.forbidden_pairs import ForbiddenPair
from solvers.instance import Resident
from solvers.vocabulary import External


class KnownTo(StrEnum):
    """Who may know what a problem holds."""

    PLANNER = "planner"
    """Everything: whom people avoid, what they declared, what they asked of facilitators."""
    COORDINATOR = "coordinator"
    """No answer of people about others; of the pairs apart those on the coordinator's own list, and those by relations
    that may be a reason, whoever put them on record."""
    MEMBERS = "members"
    """The same, without what is never a reason, even if it is on that list."""

    def relations(self) -> ColumnElement[bool]:
        """Of a query of relations: those that may be known."""
        if self is KnownTo.PLANNER:
            return true()
        may_be_told = RelationRow.kind.not_in(SECRET_KINDS)
        return or_(may_be_told, RelationRow.declared.is_(False)) if self is KnownTo.COORDINATOR else may_be_told

    def may_know(self, pair: ForbiddenPair) -> bool:
        """Whether two people may be known to be kept apart by this relation."""
        return self is KnownTo.PLANNER or not pair.secret or (self is KnownTo.COORDINATOR and not pair.declared)

    def resident(self, person: Resident) -> Resident:
        """A resident as far as may be known: without whom they avoid, of whom they must not be the only one, what they
        asked openly, and what they ask of facilitators. Points for a facilitator from elsewhere are kept: they forbid
        nothing."""
        requires = person.external is External.REQUIRE
        if self is KnownTo.PLANNER or not (person.avoids or requires or person.firm or person.like or person.unlike):
            return person
        external = External.ANY if requires else person.external
        return replace(person, avoids=(), firm=(), like=(), unlike=(), external=external)
