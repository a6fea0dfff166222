"""Why somebody can or cannot come to their own sessions, for themselves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from scheduler import clock
from scheduler.availability.entries import pause, replace_own_marks
from scheduler.availability.intervals import Interval
from scheduler.availability.model import OwnMark
from scheduler.changes import Fact, note
from scheduler.errors import NotFound, NotPossible
from scheduler.people.model import OPERATOR
from scheduler.plans.model import MemberRole
from scheduler.sessions.apologies import come_all_the_same, say_sorry
from scheduler.sessions.own_attendance import OwnAttendance, own_attendance
from scheduler.sessions.service import can_come, own_groups
from scheduler.sessions.tables import AttendeeRow, SessionRow
from solvers.vocabulary import CANNOT
from tests.scheduler.sessions.term import NEAR_PEERS, PEERS, Term

ADA = PEERS[0]
CLEO = NEAR_PEERS[0]


def known_of(term: Term, name: str) -> Mapping[int, OwnAttendance]:
    who = term.actor(name)
    with term.database.reading() as db:
        sessions = [(group.programme_id, s) for group in own_groups(db, who) for s in group.sessions]
        return own_attendance(db, who, sessions)


def says_cannot(term: Term, name: str) -> None:
    session = term.session()
    span = Interval(session.starts_at - timedelta(hours=1), session.ends_at)
    with term.database.writing() as db:
        replace_own_marks(db, term.actor(name), term.programme_id, (), (OwnMark(span, CANNOT),), clock.now())


def comes(term: Term, name: str) -> None:
    with term.database.writing() as db:
        come_all_the_same(db, term.actor(name), term.session().id, clock.now())


def test_the_reason_is_that_of_the_sessions_own_time(term: Term) -> None:
    says_cannot(term, ADA)
    known = known_of(term, ADA)
    reason = known[term.session().id].reason
    assert reason is not None
    assert reason.key == "said_so"
    assert known[term.session().id].may_come
    assert not known[term.session("g1", 1).id].may_come, "there they are expected anyway"


def test_another_session_of_ones_own_is_the_reason_and_no_word_outranks_it(term: Term) -> None:
    """Ada is also invited to the other group's session, in the same minute; the one that was there first stands."""
    first, second = term.session("g1"), term.session("g2")
    with term.database.writing() as db:
        row = db.scalars(select(SessionRow).where(SessionRow.id == second.id)).one()
        row.starts_at, row.ends_at = first.starts_at, first.ends_at
        row.attendees.append(AttendeeRow(person_id=term.id_of(ADA), role=MemberRole.RESIDENT, mark="2"))
        db.flush()
        note(db, Fact.SESSIONS, term.programme_id, clock.now(), (first.id, second.id))
    with term.database.reading() as db:
        marks = {r.session_id: r.mark for r in db.scalars(select(AttendeeRow)) if r.person_id == term.id_of(ADA)}
        shown = [s for group in own_groups(db, term.actor(CLEO)) for s in group.sessions if s.id == second.id]
        own = own_attendance(db, term.actor(ADA), [(term.programme_id, session) for session in shown])
    assert (marks[first.id] == CANNOT, marks[second.id]) == (False, CANNOT)
    other = own[second.id].other
    assert other is not None
    assert (other.group_name, other.starts_at) == (first.group_name, first.starts_at)
    assert not own[second.id].may_come
    with pytest.raises(NotPossible), term.database.writing() as db:
        come_all_the_same(db, term.actor(ADA), second.id, clock.now())


def test_nothing_is_told_of_sessions_to_which_one_is_not_invited(term: Term) -> None:
    with term.database.reading() as db:
        shown = [s for group in own_groups(db, term.actor(CLEO)) for s in group.sessions]
        assert own_attendance(db, term.actor(ADA), [(term.programme_id, session) for session in shown]) == {}


def test_somebodys_own_word_brings_them_back(term: Term) -> None:
    says_cannot(term, ADA)
    with term.database.writing() as db:
        say_sorry(db, term.actor(ADA), term.session().id, clock.now())
    comes(term, ADA)
    with term.database.reading() as db:
        assert can_come(db, term.actor(ADA), term.session().id)


def test_no_word_ends_long_leave(term: Term) -> None:
    with term.database.writing() as db:
        pause(db, OPERATOR, term.programme_id, term.id_of(ADA), date(2020, 1, 1), None, clock.now())
    with pytest.raises(NotPossible):
        comes(term, ADA)
    with term.database.reading() as db:
        assert not can_come(db, term.actor(ADA), term.session().id)


def test_nobody_comes_to_a_session_of_others(term: Term) -> None:
    with pytest.raises(NotFound):
        comes(term, CLEO)
