"""A term's pulse: set, answered once, shown when it has closed, of five or more."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from scheduler.audit.tables import AuditRow
from scheduler.db import Db
from scheduler.equity.shares import Share
from scheduler.errors import NotAllowed, NotFound, NotPossible, Rejected
from scheduler.people.model import Role
from scheduler.people.tables import PersonRow
from scheduler.programmes.service import get_programme
from scheduler.terms.next_term import NextTerm, begin_next_term
from scheduler.voices.model import SAFETY
from scheduler.voices.pulse import (
    Pulse,
    answer_pulse,
    find_pulse,
    own_pulses,
    own_results,
    pulse_answers,
    pulse_result,
    say_what_changed,
    set_pulse,
    usual_day,
)
from tests.builders import actor
from tests.scheduler.sessions.term import FACILITATOR, LEFT_OVER, NEAR_PEERS, PEERS, Term

MEMBERS = (*PEERS, *NEAR_PEERS)
HOUR = timedelta(hours=1)


def a_pulse(db: Db, term: Term, instrument: str = SAFETY, questions: tuple[str, ...] = ()) -> Pulse:
    first_day = get_programme(db, term.programme_id).first_day
    before = term.session().starts_at - timedelta(days=40)
    set_pulse(db, term.coordinator(), term.programme_id, first_day, instrument, questions, before)
    found = find_pulse(db, term.coordinator(), term.programme_id)
    assert found
    return found


def answer(db: Db, term: Term, name: str, now: datetime, *values: int) -> None:
    answer_pulse(db, term.actor(name), term.programme_id, dict(enumerate(values)), now)


def test_it_is_asked_once_in_its_two_weeks_of_residents_with_a_group(term: Term) -> None:
    with term.database.writing() as db:
        pulse = a_pulse(db, term)
        now = pulse.opens_at
        for name in MEMBERS:
            assert [one.programme_id for one in own_pulses(db, term.actor(name), now)] == [term.programme_id]
            assert own_pulses(db, term.actor(name), now - HOUR) == own_pulses(db, term.actor(name), pulse.closes_at)
        for name in (FACILITATOR, LEFT_OVER):
            assert own_pulses(db, term.actor(name), now) == ()
            with pytest.raises(NotFound):
                answer(db, term, name, now, 5)
        answer(db, term, PEERS[0], now, 5, 4, 1)
        assert own_pulses(db, term.actor(PEERS[0]), now) == ()
        with pytest.raises(NotPossible, match="already answered"):
            answer(db, term, PEERS[0], now, 1)
        for early_or_late in (now - HOUR, pulse.closes_at):
            with pytest.raises(NotFound):
                answer(db, term, PEERS[1], early_or_late, 3)


@pytest.mark.parametrize("values", [{}, {0: 0}, {0: 6}, {3: 3}, {-1: 3}])
def test_answers_that_no_page_offers_are_refused(term: Term, values: dict[int, int]) -> None:
    with term.database.writing() as db:
        now = a_pulse(db, term).opens_at
        with pytest.raises(Rejected):
            answer_pulse(db, term.actor(PEERS[0]), term.programme_id, values, now)


def test_nothing_is_counted_before_it_has_closed_and_no_statement_of_fewer_than_five(term: Term) -> None:
    with term.database.writing() as db:
        pulse = a_pulse(db, term)
        for name in MEMBERS[:4]:
            answer(db, term, name, pulse.opens_at, 5, 2)
        answer(db, term, MEMBERS[4], pulse.opens_at, 1)
        for moment in (pulse.opens_at, pulse.closes_at - HOUR):
            assert pulse_result(db, term.coordinator(), term.programme_id, moment) is None
            assert own_results(db, term.actor(PEERS[0]), moment) == ()
            assert pulse_answers(db, term.programme_id, moment) == ()
        result = pulse_result(db, term.coordinator(), term.programme_id, pulse.closes_at)
        assert result
        assert [(one.share, one.answers) for one in result.statements] == [
            (Share(80, high=True), 5), (None, None), (None, None),
        ], "four of five reads like all of them"  # fmt: skip
        assert result.asked == len(MEMBERS)
        for actor in (term.actor(PEERS[0]), term.actor(FACILITATOR)):
            with pytest.raises(NotAllowed):
                pulse_result(db, actor, term.programme_id, pulse.closes_at)
        lines = [row.details for row in db.scalars(select(AuditRow).where(AuditRow.action == "pulse.set"))]
        assert lines == [{"questions": 3, "opens_on": pulse.opens_on.isoformat()}]


def test_a_result_stays_as_it_was_shown_when_somebody_is_deleted(term: Term) -> None:
    with term.database.writing() as db:
        pulse = a_pulse(db, term)
        for name in MEMBERS[:5]:
            answer(db, term, name, pulse.opens_at, 5)
        before = pulse_result(db, term.coordinator(), term.programme_id, pulse.closes_at)
        for row in db.scalars(select(PersonRow).where(PersonRow.id == term.id_of(MEMBERS[0]))):
            db.delete(row)
        db.flush()
        after = pulse_result(db, term.coordinator(), term.programme_id, pulse.closes_at)
        assert before
        assert after
        assert before.statements == after.statements
        assert [one.person_id for one in pulse_answers(db, term.programme_id, pulse.closes_at)].count(None) == 1
        for name in MEMBERS[1:5]:
            db.delete(db.get_one(PersonRow, term.id_of(name)))
        db.flush()
        last = pulse_result(db, term.coordinator(), term.programme_id, pulse.closes_at)
        assert last
        assert (last.statements, last.asked) == (before.statements, 5), "three of whom four answered would tell who did"


def test_what_changed_is_told_to_those_who_were_asked_once_there_is_a_result(term: Term) -> None:
    with term.database.writing() as db:
        pulse = a_pulse(db, term)
        with pytest.raises(NotPossible):
            say_what_changed(db, term.coordinator(), term.programme_id, "Later starts", pulse.opens_at)
        say_what_changed(db, term.coordinator(), term.programme_id, " Later starts ", pulse.closes_at)
        [told] = own_results(db, term.actor(PEERS[0]), pulse.closes_at)
        assert told.pulse.changed_text == "Later starts"
        with pytest.raises(NotAllowed):
            say_what_changed(db, term.actor(PEERS[0]), term.programme_id, "mine", pulse.closes_at)


def test_what_is_asked_stays_once_somebody_has_answered(term: Term) -> None:
    with term.database.writing() as db:
        pulse = a_pulse(db, term, "Local survey 2026", ("  Our rota   allows it. ", ""))
        assert (pulse.instrument, pulse.questions, pulse.is_fixed) == (
            "Local survey 2026", ("Our rota allows it.",), False,
        )  # fmt: skip
        answer(db, term, PEERS[0], pulse.opens_at, 3)
        with pytest.raises(NotPossible):
            a_pulse(db, term)


def test_faults_are_told_by_their_fields(term: Term) -> None:
    with term.database.writing() as db:
        programme, now = get_programme(db, term.programme_id), term.session().starts_at - timedelta(days=40)
        assert programme.first_day <= usual_day(db, term.programme_id) <= programme.last_day
        for opens_on, instrument, questions, field in (
            (programme.first_day - timedelta(days=1), SAFETY, (), "opens_on"),
            (programme.last_day + timedelta(days=1), SAFETY, (), "opens_on"),
            (programme.first_day, " ", ("One?",), "instrument_name"),
            (programme.first_day, "own", ("One?",), "instrument_name"),
            (programme.first_day, "Ours", (), "questions"),
            (programme.first_day, "Ours", ("1", "2", "3", "4"), "questions"),
            (programme.first_day, "Ours", ("x" * 201,), "questions"),
        ):
            with pytest.raises(Rejected) as refused:
                set_pulse(db, term.coordinator(), term.programme_id, opens_on, instrument, questions, now)
            assert [fault.where for fault in refused.value.faults] == [field]
        with pytest.raises(NotAllowed):
            set_pulse(db, term.actor(PEERS[0]), term.programme_id, programme.first_day, SAFETY, (), now)


def test_the_next_term_asks_the_same_in_its_middle_and_takes_no_answer_along(term: Term) -> None:
    with term.database.writing() as db:
        pulse = a_pulse(db, term)
        answer(db, term, PEERS[0], pulse.opens_at, 5)
        last = get_programme(db, term.programme_id).last_day
        first_day = last + timedelta(days=7 - last.weekday())
        wanted = NextTerm("Next", first_day, keeps_groups=False)
        after = begin_next_term(db, term.coordinator(), term.programme_id, wanted, pulse.opens_at)
        found = find_pulse(db, actor(term.coordinator().person_id or 0, after, Role.COORDINATOR), after)
        assert found
        assert (found.questions, found.opens_on, found.is_fixed) == (pulse.questions, usual_day(db, after), False)
