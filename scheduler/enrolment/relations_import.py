"""Take over the coordinator's list of relations: all or nothing, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from scheduler.audit.service import record
from scheduler.changes import Fact, note
from scheduler.db import Db
from scheduler.enrolment.lapsed_overrides import withdraw_lapsed
from scheduler.enrolment.own_power import keeping_own_power
from scheduler.enrolment.people_lists import ListedRelation, read_relations
from scheduler.enrolment.relation_effects import RelationsImported, parted_by
from scheduler.enrolment.relations_comparison import absent_keys, add_and_change, relation_faults
from scheduler.errors import Rejected
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.people.sites import today_in
from scheduler.programmes.service import get_programme


def import_relations(db: Db, actor: Actor, programme_id: int, content: bytes, now: datetime) -> RelationsImported:
    """Replace the programme's relations by those of a list in the product's own columns, but for what people declared
    themselves; for whoever made the list and knows that it is whole. Pages ask before anything is removed."""
    actor.must_have(programme_id, Role.COORDINATOR)
    listed = read_relations(content)
    _must_be_people(db, programme_id, listed)
    return take_over_relations(db, actor, programme_id, listed, absent_keys(db, programme_id, listed), now)


def take_over_relations(
    db: Db, actor: Actor, programme_id: int, listed: Sequence[ListedRelation], remove: frozenset[str], now: datetime
) -> RelationsImported:
    """Add and change the relations of a list and take away those of these keys; returns how many there are on it, and
    whom they part who share a group."""
    actor.must_have(programme_id, Role.COORDINATOR)
    _must_be_people(db, programme_id, listed)
    with keeping_own_power(db, actor, programme_id):
        changed, concerned = add_and_change(db, programme_id, listed, remove)
    withdraw_lapsed(db, actor, programme_id, now)
    note(db, Fact.PEOPLE, programme_id, now, concerned)
    record(db, actor, "relations.imported", now, programme_id, relations=len(listed), removed=len(remove))
    today = today_in(get_programme(db, programme_id).zone, now)
    return RelationsImported(len(listed), parted_by(db, programme_id, changed, today))


def _must_be_people(db: Db, programme_id: int, listed: Sequence[ListedRelation]) -> None:
    if faults := tuple(relation_faults(db, programme_id, listed)):
        raise Rejected(
            say("The list of relations was not imported."),
            faults,
            what_to_do=say("Import the people first, or correct the list."),
        )
