"""The checks before publishing hold for repairs, too: what a change would make red is not accepted on the quiet."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import delete, select, update

from scheduler import clock
from scheduler.audit.tables import AuditRow
from scheduler.db import Database
from scheduler.enrolment.relations_import import import_relations
from scheduler.errors import NotPossible, Rejected
from scheduler.joining.tables import TrainingRow
from scheduler.people.model import OPERATOR
from scheduler.people.tables import ParticipantRow
from scheduler.preflight.model import Item
from scheduler.preflight.service import new_in
from scheduler.preflight.tables import PreflightOverrideRow
from scheduler.programmes.model import NEAR_PEER, PEER, VERTICAL
from scheduler.publishing.leavers import leave
from scheduler.publishing.repair_acceptance import accept
from tests.scheduler.publishing.test_repair import accepted, proposal, repaired, sessions
from tests.scheduler.sessions.term import FACILITATOR, NEAR_PEERS, SPARE, Term, a_term

WHY = "The course that he has booked ends next week."


@pytest.fixture
def term(database: Database) -> Term:
    """The facilitator has left, so that a repair gives their group to the other, whose training is not in date by the
    time when it is accepted."""
    led = replace(NEAR_PEER, facilitators=(1, 1), present=1)
    made = a_term(database, models=(PEER, led, VERTICAL))
    with database.writing() as db:
        leave(db, OPERATOR, made.programme_id, clock.now(), person_id=made.id_of(FACILITATOR))
    return made


def lapses(term: Term) -> None:
    with term.database.writing() as db:
        db.execute(delete(TrainingRow).where(TrainingRow.person_id == term.id_of(SPARE)))


def test_what_a_repair_makes_red_is_overridden_by_name_or_not_accepted(term: Term) -> None:
    plan_id, before = repaired(term), sessions(term)
    [change] = proposal(term, plan_id).changes
    lapses(term)
    with term.database.reading() as db:
        assert Item.TRAINING in new_in(db, term.coordinator(), plan_id, clock.now()).red
    for reason in ("", "soon", " " * 40, "\u200b" * 40):
        with pytest.raises((NotPossible, Rejected)):
            accepted(term, plan_id, change.id, reason=reason)
    with pytest.raises(NotPossible, match="by name"), term.database.writing() as db:
        accept(db, OPERATOR, plan_id, (change.id,), clock.now(), WHY)
    assert sessions(term) == before
    accepted(term, plan_id, change.id, reason=WHY)
    with term.database.reading() as db:
        rows = [row for row in db.scalars(select(PreflightOverrideRow)) if row.reason == WHY]
        lines = db.scalars(select(AuditRow).where(AuditRow.action == "check.overridden")).all()
    assert {(row.item, row.person_id) for row in rows} >= {(Item.TRAINING, term.coordinator().person_id)}
    assert any(line.details["why"] == WHY for line in lines)


def test_a_relation_that_came_since_is_not_overridden_by_accepting(term: Term) -> None:
    plan_id, before = repaired(term), sessions(term)
    [change] = proposal(term, plan_id).changes
    line = f"person,about,kind,from,to\n{SPARE}@example.org,{NEAR_PEERS[0]}@example.org,supervises,,\n"
    with term.database.writing() as db:
        import_relations(db, term.coordinator(), term.programme_id, line.encode(), clock.now())
    for reason in ("", WHY):
        with pytest.raises(NotPossible):
            accepted(term, plan_id, change.id, reason=reason)
    assert sessions(term) == before


def test_a_way_to_meet_that_is_accepted_no_more_is_not_either(term: Term) -> None:
    plan_id, before = repaired(term), sessions(term)
    [change] = proposal(term, plan_id).changes
    with term.database.writing() as db:
        spare = ParticipantRow.person_id == term.id_of(SPARE)
        db.execute(update(ParticipantRow).where(spare).values(modes=["in-person"]))
    with pytest.raises(NotPossible):
        accepted(term, plan_id, change.id, reason=WHY)
    assert sessions(term) == before
