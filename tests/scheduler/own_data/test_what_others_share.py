"""Deleting people who said, led, chaired or confided something that others have a part in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from scheduler import clock
from scheduler.audit.tables import AuditRow
from scheduler.circles.contacts import choose_contacts, concerns_for, raise_circle_concern, say_willing
from scheduler.circles.counts import circle_counts
from scheduler.circles.model import Circle
from scheduler.circles.service import leave_circle
from scheduler.circles.tables import CircleConcernRow, CircleMemberRow, CirclePastRow, CircleRow, WillingContactRow
from scheduler.db import Database
from scheduler.own_data.deletion import delete_everything, delete_kind
from scheduler.own_data.held import own_data
from scheduler.own_data.model import Kind, OwnData
from scheduler.people.tables import RoleRow
from scheduler.sessions.tables import SessionRow, StandingDeputyRow, WritingPlaceRow
from scheduler.voices.tables import (
    FacilitationRow,
    GoalWeightRow,
    JobPlanRow,
    NominationRow,
    PathwayRow,
    PulseAnswerRow,
)
from tests.scheduler.circles.test_service import ADA, BEN, CAT, begun, offer
from tests.scheduler.sessions.term import FACILITATOR, PEERS, SPARE, Term, a_term

WORDS = "It hurt."


@pytest.fixture
def term(database: Database) -> Term:
    return a_term(database)


def erased(term: Term, name: str) -> None:
    """By the coordinator, as who asks for it may have it done."""
    with term.database.writing() as db:
        delete_everything(db, term.coordinator(), term.id_of(name), clock.now())


def held_on(term: Term, name: str) -> OwnData:
    with term.database.reading() as db:
        return own_data(db, term.actor(name))


def a_circle(term: Term) -> Circle:
    """Ada and Ben, and what Ada wrote to their contact."""
    offer(term, circles=True)
    circle = begun(term, ADA, BEN)
    now = clock.now()
    with term.database.writing() as db:
        say_willing(db, term.actor(FACILITATOR), term.programme_id, willing=True)
        choose_contacts(db, term.actor(ADA), circle.id, {term.id_of(FACILITATOR)}, now)
        raise_circle_concern(db, term.actor(ADA), circle.id, term.id_of(FACILITATOR), WORDS, now, named=True)
    return circle


def test_a_circle_is_told_to_its_own_people_and_a_concern_to_who_raised_it(term: Term) -> None:
    circle = a_circle(term)
    mine = held_on(term, ADA).parts[Kind.CIRCLES]
    assert {part.name for part in mine} == {"circle_member", "circle_concern"}
    assert [each["circle"] for part in mine for each in part.records] == [circle.name] * 2
    assert WORDS not in str(held_on(term, BEN).parts[Kind.CIRCLES])
    contact = held_on(term, FACILITATOR)
    assert [part.name for part in contact.parts[Kind.CIRCLES]] == ["circle_willing"]
    assert Kind.CIRCLES not in held_on(term, CAT).parts
    with term.database.reading() as db:
        assert Kind.CIRCLES not in own_data(db, term.coordinator()).parts


def test_who_has_come_to_run_the_programme_is_told_of_no_circle_but_those_they_left(term: Term) -> None:
    a_circle(term)
    left = begun(term, ADA)
    with term.database.writing() as db:
        leave_circle(db, term.actor(ADA), left.id, clock.now())
        db.add(RoleRow(programme_id=term.programme_id, person_id=term.id_of(ADA), role="coordinator"))
    assert [part.name for part in held_on(term, ADA).parts[Kind.CIRCLES]] == ["circle_past"]


def test_a_coordinator_who_deletes_a_member_learns_of_no_circle(term: Term) -> None:
    circle = a_circle(term)
    with term.database.reading() as db:
        before = circle_counts(db, term.coordinator(), term.programme_id, clock.now())
        last = max(db.scalars(select(AuditRow.id)))
    erased(term, ADA)
    erased(term, CAT)
    with term.database.reading() as db:
        assert circle_counts(db, term.coordinator(), term.programme_id, clock.now()) == before
        lines = db.execute(select(AuditRow.action, AuditRow.details).where(AuditRow.id > last)).all()
        of = [[(action, sorted(told)) for action, told in lines if told.get("person") == term.id_of(name)]
              for name in (ADA, CAT)]  # fmt: skip
        assert of[0] == of[1] != [], "whoever is in one leaves the same lines as whoever is in none"
        assert "circle" not in str(lines)
        assert set(db.scalars(select(CircleMemberRow.person_id))) == {term.id_of(BEN)}
        assert db.scalars(select(CirclePastRow)).all() == []
        [concern] = concerns_for(db, term.actor(FACILITATOR))
        assert (concern.text, concern.by, concern.circle) == (WORDS, "", circle.name)
    erased(term, FACILITATOR)
    with term.database.reading() as db:
        assert db.scalars(select(WillingContactRow)).all() == []
        assert [row.to_id for row in db.scalars(select(CircleConcernRow))] == [None]
    erased(term, BEN)
    with term.database.reading() as db:
        assert db.scalars(select(CircleRow)).all() == [], "the last one ends it"
        assert db.scalars(select(CircleConcernRow)).all() == []


def test_what_is_read_in_sums_stays_without_a_name_and_what_is_ones_own_goes(term: Term) -> None:
    ada, fay, now = term.id_of(ADA), term.id_of(FACILITATOR), clock.now()
    of = {"programme_id": term.programme_id}
    about = {"strengths": ["listens"], "change": "nothing", "day": now.date()}
    with term.database.writing() as db:
        db.add_all(
            (
                PulseAnswerRow(**of, person_id=ada, question=0, value=5, said_at=now),
                FacilitationRow(**of, person_id=ada, facilitator_id=fay, **about),
                FacilitationRow(**of, person_id=ada, facilitator_id=term.id_of(SPARE), **about),
                NominationRow(**of, by_id=ada, nominee_id=fay, text="Kind", day=now.date(), agrees=None),
                NominationRow(**of, by_id=ada, nominee_id=term.id_of(SPARE), text="Wise", day=now.date(), agrees=True),
                GoalWeightRow(**of, person_id=ada, area="exams", importance=5, progress=0, changed_at=now),
                PathwayRow(**of, person_id=ada, willing_at=now),
                JobPlanRow(**of, person_id=fay, hours_a_year=20),
                StandingDeputyRow(**of, group_key="g-nobody", person_id=fay, named_at=now),
            )
        )
    told = {part.name for parts in held_on(term, ADA).parts.values() for part in parts}
    assert {"pulse_answer", "facilitation_answer", "award_nomination.by_id", "goal_weight"} < told
    theirs = held_on(term, FACILITATOR)
    assert {"job_plan", "standing_deputy"} < {part.name for part in theirs.parts[Kind.TAKING_PART]}
    assert Kind.FEEDBACK not in theirs.parts, "what others answered about her is pooled"
    with term.database.writing() as db:
        delete_kind(db, term.actor(ADA), Kind.THANKS, now)
    with term.database.reading() as db:
        assert db.scalars(select(NominationRow)).all() == [], "kept without a name, she could make them again and again"
    with term.database.writing() as db:
        for nominee, text in ((fay, "Kind"), (term.id_of(SPARE), "Wise")):
            db.add(NominationRow(**of, by_id=ada, nominee_id=nominee, text=text, day=now.date(), agrees=None))
    erased(term, ADA)
    erased(term, FACILITATOR)
    with term.database.reading() as db:
        assert [(row.person_id, row.value) for row in db.scalars(select(PulseAnswerRow))] == [(None, 5)]
        kept = [(row.person_id, row.facilitator_id) for row in db.scalars(select(FacilitationRow))]
        assert kept == [(None, term.id_of(SPARE))], "nobody is left to read what was said about Fay"
        assert [row.text for row in db.scalars(select(NominationRow))] == ["Wise"]
        for table in (GoalWeightRow, PathwayRow, JobPlanRow, StandingDeputyRow):
            assert db.scalars(select(table)).all() == [], table


def test_a_turn_in_the_chair_goes_to_someone_else_and_past_ones_are_nobodys(term: Term) -> None:
    ada, now = term.id_of(ADA), clock.now()
    with term.database.writing() as db:
        first, *_ = rows = (
            db.scalars(
                select(SessionRow).where(SessionRow.group_name == "Group 1").order_by(SessionRow.starts_at)
            ).all()
            or db.scalars(select(SessionRow).order_by(SessionRow.starts_at)).all()
        )
        ids = [row.id for row in rows]
        db.execute(update(SessionRow).where(SessionRow.id.in_(ids)).values(chair_id=ada, chair_agreed=True))
        db.add(WritingPlaceRow(session_id=first.id, person_id=ada, asked_at=now, wrote_at=now))
    held = held_on(term, ADA)
    assert len(next(part for part in held.parts[Kind.GROUPS] if part.name == "session").records) == len(ids)
    assert "writing_place" in {part.name for part in held.parts[Kind.ATTENDANCE]}
    with term.database.writing() as db:
        db.execute(
            update(SessionRow)
            .where(SessionRow.id == first.id)
            .values(starts_at=now - timedelta(days=2), ends_at=now - timedelta(days=2) + timedelta(hours=1))
        )
    erased(term, ADA)
    with term.database.reading() as db:
        assert db.scalars(select(SessionRow.id).where(SessionRow.chair_id == ada)).all() == []
        assert db.get_one(SessionRow, first.id).chair_id is None
        assert not any(row.chair_agreed for row in db.scalars(select(SessionRow).where(SessionRow.id.in_(ids))))
        ahead = db.scalars(select(SessionRow).where(SessionRow.chair_id.in_([term.id_of(one) for one in PEERS]))).all()
        assert ahead, "the others have them"
        assert db.scalars(select(WritingPlaceRow)).all() == []
