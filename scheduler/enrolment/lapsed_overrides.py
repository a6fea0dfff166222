"""What was recorded of relations that are on record no longer: whoever puts one on again decides anew."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select

from scheduler.audit.service import record
from scheduler.db import Db
from scheduler.people.model import Actor
from scheduler.people.relations import SECRET_KINDS
from scheduler.people.tables import RelationOverrideRow, RelationRow


def withdraw_lapsed(db: Db, actor: Actor, programme_id: int, now: datetime) -> None:
    """Withdraw every override of a relation that is no longer on record: neither on the coordinator's list nor openly
    declared. That people of these relations
    may be in other groups now is for the caller to note."""
    db.flush()
    listed = select(RelationRow.id).where(
        RelationRow.programme_id == programme_id,
        or_(RelationRow.declared.is_(False), RelationRow.kind.not_in(SECRET_KINDS)),
        RelationRow.person_id == RelationOverrideRow.person_id,
        RelationRow.about_id == RelationOverrideRow.about_id,
        RelationRow.kind == RelationOverrideRow.kind,
    )
    here = (RelationOverrideRow.programme_id == programme_id, RelationOverrideRow.withdrawn_at.is_(None))
    for row in db.scalars(select(RelationOverrideRow).where(*here, ~listed.exists())).all():
        row.withdrawn_at, row.withdrawn_by = now, actor.person_id
        record(db, actor, "relation.override_withdrawn", now, programme_id, override=row.id)
