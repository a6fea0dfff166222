"""Why two people may share a group although one supervises or assesses the other: recorded, listed and taken back.

What makes it safe comes with it: the planner puts another facilitator from elsewhere beside them, their group reads the
reason and who listens from outside, and either of the two may say that they would rather not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from scheduler.audit.service import record
from scheduler.changes import Fact, note
from scheduler.db import Db
from scheduler.enrolment.relation_list import Relation, get_relation
from scheduler.errors import Fault, NotFound, NotPossible, Rejected
from scheduler.languages import say
from scheduler.people.model import OPERATOR, Actor, RelationKind, Role
from scheduler.people.relations import Policy
from scheduler.people.tables import PersonRow, RelationOverrideRow
from scheduler.programmes.life import must_go_on
from scheduler.programmes.relation_policies import policies_of
from scheduler.programmes.service import get_programme, lock_programme
from scheduler.text_input import reason_given

LEAST_REASON: Final = 20
"""Characters of a reason for an override: a word or two are none."""


@dataclass(frozen=True, slots=True)
class Override:
    """What a coordinator has recorded of two people. ``withdrawn_by`` is empty where one of the two would rather not:
    then nobody is told more than that the pairing isn't possible."""

    id: int
    person_id: int
    person: str
    about_id: int
    about: str
    kind: RelationKind
    reason: str
    made_by: str
    made_at: datetime
    withdrawn_at: datetime | None
    withdrawn_by: str
    declined: bool


@dataclass(frozen=True, slots=True)
class Deciding:
    """Whether a coordinator may decide about a relation now. ``not_possible`` where one of the two would rather not;
    ``is_own`` where the coordinator is one of the two; ``alone`` where no kind of group takes a second facilitator."""

    by_policy: bool
    not_possible: bool
    is_own: bool
    alone: bool

    @property
    def is_open(self) -> bool:
        """Whether a reason may be recorded."""
        return self.by_policy and not self.not_possible and not self.is_own


def overrides_of(db: Db, actor: Actor, programme_id: int, relation: Relation) -> tuple[Override, ...]:
    """What was recorded of a relation, the latest first."""
    actor.must_have(programme_id, Role.COORDINATOR)
    query = _query(programme_id).where(
        RelationOverrideRow.person_id == relation.person_id,
        RelationOverrideRow.about_id == relation.about_id,
        RelationOverrideRow.kind == relation.kind,
    )
    return _values(db, query)


def list_overrides(db: Db, actor: Actor, programme_id: int) -> tuple[Override, ...]:
    """Everything that was recorded in a programme, the latest first: for coordinators and the oversight contact."""
    actor.must_have(programme_id, Role.COORDINATOR, Role.OVERSIGHT)
    return _values(db, _query(programme_id))


def deciding_about(db: Db, actor: Actor, programme_id: int, relation: Relation) -> Deciding:
    """What stands between a coordinator and an override of a relation."""
    actor.must_have(programme_id, Role.COORDINATOR)
    pair = {relation.person_id, relation.about_id}
    declined = select(RelationOverrideRow.id).where(
        RelationOverrideRow.programme_id == programme_id,
        RelationOverrideRow.declined,
        RelationOverrideRow.person_id.in_(pair),
        RelationOverrideRow.about_id.in_(pair),
    )
    return Deciding(
        by_policy=policies_of(db, programme_id)[relation.kind] is Policy.UNLESS_REASONED,
        not_possible=db.scalar(declined.limit(1)) is not None,
        is_own=actor.person_id in pair,
        alone=all(model.facilitators[1] < 2 for model in get_programme(db, programme_id).models),
    )


def override_relation(db: Db, actor: Actor, programme_id: int, relation_id: int, why: str, now: datetime) -> None:
    """Record why two people may share a group, accompanied, although a relation forbids it.

    Raises ``NotFound`` where the kind of relation is none that may be reasoned, ``NotPossible`` where the coordinator
    is one of the two, one of them would rather not, or it is recorded already, and ``Rejected`` without a reason.
    """
    actor.must_have(programme_id, Role.COORDINATOR)
    lock_programme(db, programme_id)
    must_go_on(db, programme_id)
    relation = get_relation(db, actor, programme_id, relation_id)
    _must_be_open(deciding_about(db, actor, programme_id, relation))
    if any(each.withdrawn_at is None for each in overrides_of(db, actor, programme_id, relation)):
        raise NotPossible(say("A reason is already on record."), what_to_do=say("Withdraw it to give another."))
    row = RelationOverrideRow(
        programme_id=programme_id,
        person_id=relation.person_id,
        about_id=relation.about_id,
        kind=relation.kind,
        reason=_reason(why),
        made_by=actor.person_id,
        made_by_name=actor.name,
        made_at=now,
    )
    db.add(row)
    _done(db, actor, "relation.overridden", row, now, reason=row.reason)


def withdraw_override(db: Db, actor: Actor, programme_id: int, override_id: int, now: datetime) -> None:
    """Take back what was recorded: the two may not share a group any more. Any coordinator may, at any time."""
    actor.must_have(programme_id, Role.COORDINATOR)
    row = _in_force(db, programme_id, override_id)
    row.withdrawn_at, row.withdrawn_by = now, actor.person_id
    _done(db, actor, "relation.override_withdrawn", row, now)


def decline_pairing(db: Db, actor: Actor, programme_id: int, override_id: int, now: datetime) -> None:
    """One of the two would rather not share a group with the other: it is withdrawn, for good, and counts against
    nobody. Neither the coordinator nor the record is told which of them it was."""
    row = _in_force(db, programme_id, override_id)
    if actor.person_id is None or actor.person_id not in (row.person_id, row.about_id):
        raise NotFound(say("We can’t find that."))
    row.withdrawn_at, row.declined = now, True
    _done(db, OPERATOR, "relation.override_declined", row, now)


def _must_be_open(deciding: Deciding) -> None:
    if not deciding.by_policy:
        raise NotFound(say("We can’t find that relation."))
    if deciding.is_own:
        raise NotPossible(
            say("You’re one of the two, so this isn’t yours to decide."), what_to_do=say("Ask another coordinator.")
        )
    if deciding.not_possible:
        raise NotPossible(say("This pairing isn’t possible."), what_to_do=say("Plan them into different groups."))


def _reason(why: str) -> str:
    reason = reason_given(why)
    if len(reason) < LEAST_REASON:
        raise Rejected(
            say("Nothing was saved."),
            (Fault("why", say("Say why in a sentence: at least %(least)s characters.", least=LEAST_REASON)),),
        )
    return reason


def _in_force(db: Db, programme_id: int, override_id: int) -> RelationOverrideRow:
    lock_programme(db, programme_id)
    row = db.get(RelationOverrideRow, override_id)
    if row is None or row.programme_id != programme_id or row.withdrawn_at is not None:
        raise NotFound(say("We can’t find that."))
    return row


def _done(db: Db, actor: Actor, action: str, row: RelationOverrideRow, now: datetime, **why: str) -> None:
    db.flush()
    pair = (row.person_id, row.about_id)
    record(
        db, actor, action, now, row.programme_id,
        override=row.id, person=pair[0], about=pair[1], **why,
    )  # fmt: skip
    note(db, Fact.PEOPLE, row.programme_id, now, pair)


def _query(programme_id: int) -> Select[RelationOverrideRow, str, str, str]:
    one, other, taker = aliased(PersonRow), aliased(PersonRow), aliased(PersonRow)
    return (
        select(RelationOverrideRow, one.name, other.name, taker.name)
        .join(one, one.id == RelationOverrideRow.person_id)
        .join(other, other.id == RelationOverrideRow.about_id)
        .outerjoin(taker, taker.id == RelationOverrideRow.withdrawn_by)
        .where(RelationOverrideRow.programme_id == programme_id)
        .order_by(RelationOverrideRow.made_at.desc(), RelationOverrideRow.id.desc())
    )


def _values(db: Db, query: Select[RelationOverrideRow, str, str, str]) -> tuple[Override, ...]:
    return tuple(
        Override(
            row.id, row.person_id, person, row.about_id, about, row.kind, row.reason, row.made_by_name, row.made_at,
            row.withdrawn_at, taker or "", row.declined,
        )
        for row, person, about, taker in db.execute(query)
    )  # fmt: skip
