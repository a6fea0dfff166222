"""What was changed of sessions and groups, and why, as their coordinator reads it."""

from __future__ import annotations

import pytest

from scheduler import clock
from scheduler.coordination.history import history_of_group, history_of_session
from scheduler.coordination.model import Act, CancelSession, PutIn, ReinstateSession, TakeOver
from scheduler.coordination.service import carry_out
from scheduler.db import Database
from scheduler.errors import NotAllowed
from tests.scheduler.sessions.term import FACILITATOR, LEFT_OVER, PEERS, SPARE, Term, a_term


@pytest.fixture
def term(storage: Database) -> Term:
    return a_term(storage)


def change(term: Term, act: Act, why: str) -> None:
    with term.database.writing() as db:
        carry_out(db, term.coordinator(), act, why, clock.now())


def test_a_session_tells_what_became_of_it_and_why(term: Term) -> None:
    session = term.session("g1", 1).id
    change(term, CancelSession(session), "The ward is closed")
    change(term, ReinstateSession(session), "")
    with term.database.reading() as db:
        found = history_of_session(db, term.coordinator(), term.programme_id, session)
        other = history_of_session(db, term.coordinator(), term.programme_id, term.session("g1", 2).id)
    assert [(entry.sentence, entry.why) for entry in found] == [
        ("Reinstated.", ""),
        ("Cancelled.", "The ward is closed"),
    ]
    assert {entry.by for entry in found} == {"Cora Coordinator"}
    assert other == ()


def test_a_group_tells_who_came_and_went(term: Term) -> None:
    change(term, PutIn(term.programme_id, "g1", term.id_of(LEFT_OVER)), "She asked for it")
    change(term, TakeOver(term.programme_id, "g2", term.id_of(FACILITATOR), term.id_of(SPARE)), "")
    with term.database.reading() as db:
        first = history_of_group(db, term.coordinator(), term.programme_id, "g1")
        second = history_of_group(db, term.coordinator(), term.programme_id, "g2")
    assert [entry.sentence for entry in first] == ["Zoe Left put into Peer group 1."]
    assert [entry.sentence for entry in second] == ["Gil Spare replaces Fay Lantern."]


def test_reasons_are_for_coordinators(term: Term) -> None:
    with term.database.reading() as db, pytest.raises(NotAllowed):
        history_of_group(db, term.actor(PEERS[0]), term.programme_id, "g1")
