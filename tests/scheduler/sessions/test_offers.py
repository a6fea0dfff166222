"""Other dates that the product offers: for many sessions at once, some of them a little later."""

from __future__ import annotations

from datetime import datetime

import pytest

from scheduler import clock
from scheduler.changes import Fact, note
from scheduler.programmes.service import get_programme
from scheduler.sessions import offers
from scheduler.sessions.offers import look_for_due_offers, programmes_with_due_offers
from tests.scheduler.sessions.term import PEERS, Term


def offered(term: Term) -> list[tuple[int | None, datetime]]:
    return sorted((offer.session_id, offer.starts_at) for offer in term.open_dates())


def says(term: Term, marks: str) -> None:
    """Three of five say when they can come."""
    term.mark(marks, *PEERS[:3])
    with term.database.writing() as db:
        note(db, Fact.TIME, term.programme_id, clock.now(), map(term.id_of, PEERS[:3]))


def test_the_soonest_come_first_and_the_rest_when_they_are_looked_for(
    term: Term, monkeypatch: pytest.MonkeyPatch
) -> None:
    with term.database.reading() as db:
        slots = get_programme(db, term.programme_id).slots()
    not_on_mondays = "".join("2" if slot.starts_at.weekday() else "0" for slot in slots)
    says(term, not_on_mondays)
    at_once = offered(term)
    assert len({session_id for session_id, _ in at_once}) > 1
    says(term, "2")
    assert offered(term) == []
    monkeypatch.setattr(offers, "OFFERED_AT_ONCE", 1)
    says(term, not_on_mondays)
    first = min(term.session(round_=index).starts_at for index in range(3))
    assert {session_id for session_id, _ in offered(term)} <= {term.session(round_=0).id}
    assert term.session(round_=0).starts_at == first
    for _ in range(4):
        with term.database.writing() as db:
            assert programmes_with_due_offers(db) in ([term.programme_id], [])
            look_for_due_offers(db, term.programme_id, clock.now())
    assert offered(term) == at_once
    with term.database.reading() as db:
        assert programmes_with_due_offers(db) == []
