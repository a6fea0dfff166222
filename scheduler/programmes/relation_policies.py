"""Which relations a programme keeps apart, tells openly or allows."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from scheduler.db import Db
from scheduler.people.model import RelationKind
from scheduler.people.relations import PARTING, Policy, kinds_with, policies_from
from scheduler.programmes.tables import ProgrammeRow


def policies_of(db: Db, programme_id: int) -> Mapping[RelationKind, Policy]:
    """Kind of relation → its policy in a programme."""
    chosen = select(ProgrammeRow.relation_policies).where(ProgrammeRow.id == programme_id)
    return policies_from(db.scalars(chosen).one())


def parting_kinds(db: Db, programme_id: int) -> frozenset[RelationKind]:
    """The kinds that keep two people apart in a programme as long as nothing has been recorded about them."""
    return kinds_with(policies_of(db, programme_id), *PARTING)
