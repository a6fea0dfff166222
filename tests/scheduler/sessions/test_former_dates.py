"""A date that was given up is offered again once what stood in its way is gone; nothing moves by itself."""

from __future__ import annotations

from datetime import datetime, time

import pytest

from scheduler import clock
from scheduler.availability.entries import pause, resume, set_weekly
from scheduler.availability.model import Weekly
from scheduler.db import Database
from scheduler.sessions import proposals
from scheduler.sessions.tables import AttendeeRow
from tests.scheduler.sessions.term import FACILITATOR, NEAR_PEERS, PEERS, Term, a_term

HOURS = tuple(Weekly(weekday, time(9), time(19), "2", "working_hours") for weekday in range(5))


@pytest.fixture
def term(storage: Database) -> Term:
    made = a_term(storage)
    with storage.writing() as db:
        for name in (*PEERS, *NEAR_PEERS, FACILITATOR):
            set_weekly(db, made.actor(name), made.programme_id, HOURS, clock.now())
    return made


def away(term: Term, name: str) -> int:
    day = term.session().starts_at.date()
    with term.database.writing() as db:
        return pause(db, term.actor(name), term.programme_id, term.id_of(name), day, day, clock.now())


def back(term: Term, name: str, leave: int) -> None:
    with term.database.writing() as db:
        resume(db, term.actor(name), leave, clock.now())


def choose(term: Term, starts_at: datetime) -> None:
    offer = next(each for each in term.open_dates() if each.starts_at == starts_at)
    with term.database.writing() as db:
        said = (proposals.answer(db, term.actor(name), offer.id, True, clock.now()) for name in PEERS)
        assert proposals.Outcome.ADOPTED in said


def offered(term: Term) -> list[datetime]:
    return [each.starts_at for each in term.open_dates()]


def test_withdrawn_leave_brings_the_person_back_to_the_session(term: Term) -> None:
    leave = away(term, PEERS[0])
    who = (term.session().id, term.id_of(PEERS[0]))
    with term.database.reading() as db:
        assert db.get_one(AttendeeRow, who).mark == "0"
    back(term, PEERS[0], leave)
    with term.database.reading() as db:
        row = db.get_one(AttendeeRow, who)
        assert (row.mark, row.away) == ("2", False)


def test_the_date_that_was_given_up_for_leave_is_offered_again_when_it_is_withdrawn(term: Term) -> None:
    first = term.session().starts_at
    leaves = {name: away(term, name) for name in PEERS[:3]}
    with term.database.writing() as db:
        dates = proposals.possible_dates(
            db, term.actor(PEERS[3]), term.programme_id, "g1", clock.now(), session_id=term.session().id
        )
        wanted, session = dates[-1].starts_at, term.session().id
        answers = (proposals.propose_move(db, term.actor(name), session, wanted, clock.now()) for name in PEERS)
        assert proposals.Outcome.ADOPTED in answers
    assert term.session().starts_at == dates[-1].starts_at
    assert offered(term) == [], "nothing stands against the new date"
    back(term, PEERS[0], leaves[PEERS[0]])
    assert offered(term) == [], "more can come to the new one still"
    for name in PEERS[1:3]:
        back(term, name, leaves[name])
    assert offered(term) == [first]
    choose(term, first)
    assert term.session().starts_at == first
    assert offered(term) == [], "the date between is no better"
