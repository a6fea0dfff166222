"""Who helps somebody with what: theirs alone, whoever asks, and for as long as they like."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, update

from scheduler import clock
from scheduler.audit.tables import AuditRow
from scheduler.db import Database
from scheduler.enrolment.own_relations import declare
from scheduler.errors import NotFound, NotPossible, Rejected
from scheduler.groups.help_map import (
    LONGEST,
    MOST_LINES,
    Helper,
    HelpMap,
    Part,
    add_help_line,
    delete_help_line,
    own_help_map,
)
from scheduler.groups.private import add_goal, own_goals, reach_goal
from scheduler.groups.tables import HelpLineRow
from scheduler.people.model import OPERATOR, RelationKind
from scheduler.people.tables import ParticipantRow, RelationRow
from scheduler.publishing.leavers import leave
from tests.scheduler.sessions.term import FACILITATOR, NEAR_PEERS, PEERS, SPARE, Term, a_term

CLEO, EVE = NEAR_PEERS[:2]


@pytest.fixture
def term(database: Database) -> Term:
    return a_term(database)


def read(term: Term, name: str = CLEO) -> HelpMap:
    with term.database.reading() as db:
        return own_help_map(db, term.actor(name), clock.now())


def add(term: Term, topic: str, helper: str, name: str = CLEO) -> None:
    with term.database.writing() as db:
        add_help_line(db, term.actor(name), topic, helper, clock.now())


def relate(term: Term, who: str, about: str, kind: RelationKind, first: date | None = None) -> None:
    ids = {"person_id": term.id_of(who), "about_id": term.id_of(about), "programme_id": term.programme_id}
    with term.database.writing() as db:
        db.add(RelationRow(kind=kind, declared=False, first_day=first, **ids))


def test_it_has_the_people_of_ones_groups_and_who_sponsors_or_advises(term: Term) -> None:
    relate(term, SPARE, CLEO, RelationKind.SPONSORS)
    relate(term, "dan.reed", CLEO, RelationKind.ADVISES)
    relate(term, "ben.marrow", CLEO, RelationKind.ADVISES, date(2099, 1, 1))
    assert read(term).people == (
        Helper("Fay Lantern", Part.FACILITATOR, "Near-peer group 2"),
        Helper("Eve Moss", Part.COMPANION, "Near-peer group 2"),
        Helper("Finn Oak", Part.COMPANION, "Near-peer group 2"),
        Helper("Gus Fern", Part.COMPANION, "Near-peer group 2"),
        Helper("Dan Reed", Part.ADVISER),
        Helper("Gil Spare", Part.SPONSOR),
    )


@pytest.mark.parametrize("kind", sorted(set(RelationKind) - {RelationKind.SPONSORS, RelationKind.ADVISES}), ids=str)
def test_no_other_relation_puts_anybody_on_it(term: Term, kind: RelationKind) -> None:
    before = read(term)
    relate(term, SPARE, CLEO, kind)
    assert read(term) == before


def test_nor_does_what_runs_the_other_way_or_in_confidence(term: Term) -> None:
    before = read(term)
    relate(term, CLEO, SPARE, RelationKind.SPONSORS)
    with term.database.writing() as db:
        declare(db, term.actor(SPARE), term.programme_id, term.id_of(CLEO), "treats", None, None, clock.now())
    assert read(term) == before


def test_goals_and_topics_are_there_with_who_helps(term: Term) -> None:
    with term.database.writing() as db:
        add_goal(db, term.actor(CLEO), term.programme_id, "Leave on time", clock.now())
        add_goal(db, term.actor(CLEO), term.programme_id, "Pass the exam", clock.now())
        db.execute(
            update(ParticipantRow).where(ParticipantRow.person_id == term.id_of(CLEO)).values(interests=["careers"])
        )
    add(term, " leave on  TIME", "Fay")
    add(term, "Careers", "My aunt")
    add(term, "Knots", "Eve")
    found = read(term)
    assert [(each.name, [line.helper for line in each.lines], each.is_topic) for each in found.matters] == [
        ("Leave on time", ["Fay"], False),
        ("Pass the exam", [], False),
        ("careers", ["My aunt"], True),
        ("Knots", ["Eve"], False),
    ]
    with term.database.writing() as db:
        exam = own_goals(db, term.actor(CLEO), term.programme_id)[1]
        reach_goal(db, term.actor(CLEO), exam.id, True, clock.now())
    assert "Pass the exam" not in [each.name for each in read(term).matters]


def test_it_is_its_owners_alone(term: Term) -> None:
    add(term, "Knots", "Eve")
    [matter] = read(term).matters
    [line] = matter.lines
    assert read(term, EVE).matters == ()
    with pytest.raises(NotFound), term.database.writing() as db:
        delete_help_line(db, term.actor(EVE), line.id)
    for who in (term.actor(FACILITATOR), term.coordinator(), OPERATOR):
        with pytest.raises(NotFound), term.database.reading() as db:
            own_help_map(db, who, clock.now())
        with pytest.raises(NotFound), term.database.writing() as db:
            add_help_line(db, who, "Knots", "Eve", clock.now())
        with pytest.raises(NotFound), term.database.writing() as db:
            delete_help_line(db, who, line.id)
    with term.database.writing() as db:
        delete_help_line(db, term.actor(CLEO), line.id)
    assert read(term).matters == ()


def test_whoever_has_left_still_reads_and_deletes_their_lines(term: Term) -> None:
    add(term, "Knots", "Eve")
    with term.database.writing() as db:
        leave(db, term.actor(CLEO), term.programme_id, clock.now())
    found = read(term)
    [matter] = found.matters
    assert found.people == ()
    with term.database.writing() as db:
        delete_help_line(db, term.actor(CLEO), matter.lines[0].id)
    with term.database.reading() as db:
        assert db.scalars(select(HelpLineRow)).all() == []


def test_a_group_that_is_closed_to_somebody_puts_nobody_on_it(term: Term) -> None:
    relate(term, CLEO, EVE, RelationKind.SUPERVISES)
    assert read(term).people == ()


def test_what_is_empty_too_long_or_too_much_is_refused(term: Term) -> None:
    for topic, helper in (("", "Eve"), ("Knots", "  "), ("x" * (LONGEST + 1), "Eve"), ("Knots", "x" * (LONGEST + 1))):
        with pytest.raises(Rejected):
            add(term, topic, helper)
    for number in range(MOST_LINES):
        add(term, f"Knot {number}", "Eve")
    with pytest.raises(NotPossible, match="already has"):
        add(term, "One more", "Eve")


def test_nothing_of_it_is_in_the_record(term: Term) -> None:
    with term.database.reading() as db:
        before = len(db.scalars(select(AuditRow.id)).all())
    add(term, "Knots", "Eve")
    with term.database.reading() as db:
        assert len(db.scalars(select(AuditRow.id)).all()) == before


def test_people_of_another_group_are_not_on_it(term: Term) -> None:
    assert not {each.name for each in read(term, PEERS[0]).people} & {"Cleo Thistle", "Fay Lantern"}
