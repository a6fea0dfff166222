"""A programme is ended, reopened and put away."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from scheduler import clock
from scheduler.coordination.model import CancelSession, ReinstateSession
from scheduler.coordination.service import carry_out_all
from scheduler.db import Database
from scheduler.errors import NotPossible
from scheduler.programmes.closed_days import ClosedDays, DaysOff
from scheduler.programmes.service import get_programme
from scheduler.publishing.programme_changes import change_programme
from scheduler.sessions.deputies import accept, ask, requests
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import AttendeeRow, SessionRow
from scheduler.terms.archive import archive
from scheduler.terms.closure import end_programme, reopen_programme
from scheduler.troubles.service import list_troubles
from tests.scheduler.sessions.term import FACILITATOR, SPARE, Term, a_term


@pytest.fixture
def term(storage: Database) -> Term:
    return a_term(storage)


def end_and_reopen(term: Term, *, closing: DaysOff | None = None) -> None:
    with term.database.writing() as db:
        end_programme(db, term.coordinator(), term.programme_id, "", clock.now())
    if closing:
        close(term, closing)
    with term.database.writing() as db:
        reopen_programme(db, term.coordinator(), term.programme_id, clock.now())


def close(term: Term, days: DaysOff) -> None:
    with term.database.writing() as db:
        wanted = replace(get_programme(db, term.programme_id), closed=ClosedDays(days_off=(days,)))
        change_programme(db, term.coordinator(), term.programme_id, wanted, clock.now())


def act(term: Term, *acts: CancelSession | ReinstateSession) -> None:
    with term.database.writing() as db:
        carry_out_all(db, term.coordinator(), acts, "Agreed", clock.now())


def leads(term: Term, session_id: int) -> dict[int, str]:
    with term.database.reading() as db:
        led = select(AttendeeRow).where(AttendeeRow.session_id == session_id, AttendeeRow.role == "facilitator")
        return {row.person_id: row.mark for row in db.scalars(led)}


def test_who_leads_is_the_same_after_a_programme_was_ended_and_reopened(term: Term) -> None:
    now, (first, second) = clock.now(), (term.session("g2", round_) for round_ in (0, 1))
    with term.database.writing() as db:
        for session in (first, second):
            ask(db, term.actor(FACILITATOR), session.id, term.id_of(SPARE), "", now)
        asked = {each.session_id: each.id for each in requests(db, term.actor(SPARE), now)}
        accept(db, term.actor(SPARE), asked[first.id], now, keeps_charter=True)
    end_and_reopen(term)
    assert leads(term, first.id) == {term.id_of(SPARE): "2"}
    assert leads(term, second.id) == {term.id_of(FACILITATOR): "2"}
    with term.database.reading() as db:
        states = {each.session_id: each.state for each in requests(db, term.actor(SPARE), now)}
    assert states == {first.id: "accepted"}, "who was only asked is asked no more"


@pytest.mark.parametrize("whole", [True, False])
def test_sessions_that_come_back_on_days_closed_meanwhile_are_troubles(term: Term, whole: bool) -> None:
    session = term.session()
    day = session.starts_at.date()
    closed = DaysOff(day, day, "Open day")
    if whole:
        end_and_reopen(term, closing=closed)
    else:
        act(term, CancelSession(session.id))
        close(term, closed)
        act(term, ReinstateSession(session.id))
    with term.database.reading() as db:
        found = list_troubles(db, term.coordinator(), term.programme_id, clock.now()).troubles
    assert ("time", "closed", session.id) in [(t.kind, t.aspect, t.session.id if t.session else None) for t in found]


def test_a_programme_with_sessions_ahead_is_not_put_away(term: Term) -> None:
    """Its last day may have passed: a session can be moved beyond it."""
    with term.database.writing() as db:
        over = get_programme(db, term.programme_id).last_day + timedelta(days=2)
        for row in db.scalars(select(SessionRow)):
            row.starts_at, row.ends_at = row.starts_at + timedelta(days=365), row.ends_at + timedelta(days=365)
    after = clock.now().replace(year=over.year, month=over.month, day=over.day)
    with pytest.raises(NotPossible, match="6 published sessions"), term.database.writing() as db:
        archive(db, term.coordinator(), term.programme_id, after)
    with term.database.writing() as db:
        for row in db.scalars(select(SessionRow)):
            row.status, row.cancelled_at = SessionStatus.CANCELLED, after
        archive(db, term.coordinator(), term.programme_id, after)
