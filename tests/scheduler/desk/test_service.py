"""The desk of a published term, from stored facts on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from scheduler import clock
from scheduler.charters.model import Charter
from scheduler.charters.service import accept, adopt, charter_to_edit
from scheduler.db import Db
from scheduler.desk.model import Desk
from scheduler.desk.service import desk_of
from scheduler.errors import NotAllowed
from scheduler.joining.questions import questions_of, set_questions
from scheduler.joining.readiness import is_ready
from scheduler.joining.tables import AnswerRow, PortraitRow, TrainingRow
from scheduler.mail.model import TroubleKind
from scheduler.mail.troubles import note_trouble
from scheduler.memory import forget_everything
from scheduler.people.tables import PersonRow
from scheduler.programmes.closed_days import ClosedDays, DaysOff
from scheduler.programmes.service import get_programme
from scheduler.publishing.programme_changes import change_programme
from scheduler.sessions.apologies import say_sorry
from scheduler.sessions.attendance import note_who_came
from scheduler.sessions.tables import SessionRow
from scheduler.troubles.service import accept as settle
from scheduler.troubles.service import list_troubles
from tests.builders import make_ready
from tests.scheduler.sessions.term import FACILITATOR, PEERS, Term, add_groups, counted
from tests.scheduler.troubles.test_register import say_cannot
from tests.web.test_request_context import counting


def desk(term: Term, weeks: int = 0) -> Desk:
    with term.database.reading() as db:
        return desk_of(db, term.coordinator(), term.programme_id, clock.now() + timedelta(weeks=weeks))


def test_a_term_where_all_is_well(stored_term: Term) -> None:
    found = desk(stored_term)
    assert (found.ahead.will_meet, found.ahead.wanted, found.ahead.without_date) == (6, 6, 0)
    assert (found.ahead.groups, found.ahead.residents) == (2, 8)
    assert found.cause is None
    assert (found.so_far.planned, found.so_far.idle_groups) == (0, 0)
    assert found.waiting.charter_groups == 0, "no charter, nothing to agree"


def test_what_broke_it_is_told_by_kind(stored_term: Term) -> None:
    say_cannot(stored_term, *PEERS[:2])
    found = desk(stored_term)
    assert found.ahead.will_meet < found.ahead.wanted
    assert found.cause is not None
    assert (found.cause.told.words, found.cause.told.by) == ("someone’s availability changed", "")


def test_a_session_on_a_day_that_was_closed_will_not_meet_until_it_is_left_there(stored_term: Term) -> None:
    session = stored_term.session("g1", 1)
    day = session.starts_at.date()
    with stored_term.database.writing() as db:
        programme = get_programme(db, stored_term.programme_id)
        closed = ClosedDays(days_off=(DaysOff(day, day, "Open day"),))
        change_programme(db, stored_term.coordinator(), programme.id, replace(programme, closed=closed), clock.now())
    found = desk(stored_term)
    assert (found.ahead.will_meet, found.ahead.wanted) == (4, 6), "both groups meet that day"
    assert found.cause is not None
    assert (found.cause.told.words, found.cause.told.by) == ("the closed days were changed", "Cora Coordinator")
    with stored_term.database.writing() as db:
        ids = [each.id for each in list_troubles(db, stored_term.coordinator(), programme.id, clock.now()).troubles]
        settle(db, stored_term.coordinator(), programme.id, ids, "agreed with both groups", clock.now())
    assert desk(stored_term).ahead.will_meet == 6


def test_what_changes_shows_at_once_though_it_is_counted_once(stored_term: Term) -> None:
    with counting(stored_term.database) as first:
        before = desk(stored_term)
    with counting(stored_term.database) as again:
        assert desk(stored_term) == before
    assert len(again.queries) < len(first.queries), "sessions are not counted again"
    say_cannot(stored_term, *PEERS[:2])
    assert desk(stored_term).ahead.will_meet < before.ahead.will_meet
    say_cannot(stored_term, *PEERS[:2], mark=False)
    assert desk(stored_term).ahead == before.ahead


def test_one_apology_puts_a_session_at_risk(stored_term: Term) -> None:
    session = stored_term.session("g1", 0)
    with stored_term.database.writing() as db:
        say_sorry(db, stored_term.actor(PEERS[0]), session.id, clock.now())
    weeks = (session.starts_at - clock.now()) // timedelta(weeks=1)
    risks = [one for week in desk(stored_term, weeks - 1).weeks for one in week.at_risk]
    assert [(one.session_id, one.coming, one.expected) for one in risks] == [(session.id, 3, 4)]


def test_who_has_not_agreed_is_waited_for(stored_term: Term) -> None:
    term = stored_term
    with term.database.writing() as db:
        proposed: Charter = charter_to_edit(db, term.coordinator(), term.programme_id)
        adopt(db, term.coordinator(), term.programme_id, proposed, clock.now())
    waiting = desk(term).waiting
    assert (waiting.charter_groups, waiting.charter.people, waiting.charter.due) == (2, 9, 9)
    with term.database.writing() as db:
        for name in PEERS:
            accept(db, term.actor(name), term.programme_id, "g1", 1, clock.now())
    waiting = desk(term).waiting
    assert (waiting.charter_groups, waiting.charter.people) == (1, 5)


def test_training_counts_only_where_the_programme_asks_for_it(stored_term: Term) -> None:
    term = stored_term
    assert desk(term).waiting.training.people == 0
    with term.database.writing() as db:
        _ask_for_code(db, term)
    waiting = desk(term).waiting
    assert (waiting.unsigned.people, waiting.training.people) == (1, 1)
    with term.database.writing() as db:
        leader, today = term.id_of(FACILITATOR), clock.now().date()
        make_ready(db, term.coordinator(), term.programme_id, (leader,), clock.now(), today - timedelta(days=725))
        assert is_ready(db, term.programme_id, leader, clock.now())
    waiting = desk(term).waiting
    assert (waiting.unsigned.people, waiting.training.people) == (0, 1), "it runs out before their last session"
    with term.database.writing() as db:
        make_ready(db, term.coordinator(), term.programme_id, (leader,), clock.now())
    assert desk(term).waiting.training.people == 0


def _ask_for_code(db: Db, term: Term) -> None:
    """Who leads has neither signed nor been trained yet."""
    for table in (PortraitRow, TrainingRow):
        db.execute(delete(table).where(table.person_id == term.id_of(FACILITATOR)))
    wanted = replace(questions_of(db, term.programme_id), code_needed=True)
    set_questions(db, term.coordinator(), term.programme_id, wanted, clock.now())


def test_people_who_have_not_answered_and_those_out_of_reach(stored_term: Term) -> None:
    term = stored_term
    with term.database.writing() as db:
        for name, days in ((PEERS[0], 9), (PEERS[1], 0)):
            at = clock.now() - timedelta(days=days)
            of_them = {"programme_id": term.programme_id, "person_id": term.id_of(name)}
            db.execute(delete(AnswerRow).filter_by(**of_them))
            db.add(AnswerRow(**of_them, steps=[], needs="", invited_at=at))
        address = db.scalars(select(PersonRow.email).where(PersonRow.id == term.id_of(PEERS[2]))).one()
        note_trouble(db, address, TroubleKind.REFUSED, "5.1.1", clock.now())
    waiting = desk(term).waiting
    assert (waiting.answers.people, waiting.answers.due) == (2, 1), "nobody is reminded twice within two days"
    assert waiting.unreached == 1


def test_what_has_been_is_counted_with_who_came(stored_term: Term) -> None:
    term = stored_term
    session = term.session("g2", 0)
    begun = clock.now() - timedelta(hours=3)
    with term.database.writing() as db:
        moved = {"starts_at": begun, "ends_at": begun + timedelta(hours=1)}
        db.execute(update(SessionRow).where(SessionRow.id == session.id).values(**moved))
        came = {term.id_of(name) for name in ("cleo.thistle", "eve.moss", "finn.oak", FACILITATOR)}
        note_who_came(db, term.actor(FACILITATOR), session.id, came, clock.now())
    found = desk(term).so_far
    assert (found.planned, found.met, found.noted) == (1, 1, 1)
    assert (found.came, found.invited) == (0, 0), "four people are too few to be told"


def test_nobody_else_reads_it(term: Term) -> None:
    with term.database.reading() as db, pytest.raises(NotAllowed):
        desk_of(db, term.actor(PEERS[0]), term.programme_id, clock.now())


def test_it_asks_no_more_the_more_groups_there_are(term: Term) -> None:
    with counted(term.database) as few:
        desk(term)
    add_groups(term, *(f"more{number}" for number in range(30)))
    forget_everything()
    with counted(term.database) as many:
        desk(term)
    assert len(few) == len(many) <= 40
