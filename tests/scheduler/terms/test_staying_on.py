"""Groups that end with their term: the next term leaves their people out, but for those who stay on."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from scheduler import clock
from scheduler.db import Database, Db
from scheduler.errors import NotAllowed, NotFound, NotPossible
from scheduler.people.tables import ParticipantRow
from scheduler.planning.last_term import continuing_key, groups_before
from scheduler.programmes.service import get_programme
from scheduler.programmes.tables import ModelRow
from scheduler.sessions.service import own_group
from scheduler.terms.next_term import NextTerm, begin_next_term, usual_next_day
from scheduler.terms.staying_on import graduating, leaving_with_the_term, stay_on, staying_in
from tests.scheduler.sessions.term import FACILITATOR, LEFT_OVER, NEAR_PEERS, PEERS, Term, a_term

EVE, FINN = NEAR_PEERS[1:3]


def a_closing_term(database: Database) -> Term:
    term = a_term(database)
    with database.writing() as db:
        db.execute(update(ModelRow).where(ModelRow.key == "near-peer").values(closing=True))
    return term


def next_term(term: Term, db: Db) -> int:
    now = clock.now()
    first_day = usual_next_day(get_programme(db, term.programme_id), now.date())
    return begin_next_term(db, term.coordinator(), term.programme_id, NextTerm("After", first_day, True), now)


def test_who_stays_on_comes_along_and_the_others_leave_with_their_group(storage: Database) -> None:
    term, now = a_closing_term(storage), clock.now()
    with storage.writing() as db:
        assert graduating(db, term.programme_id) == set(map(term.id_of, NEAR_PEERS))
        stay_on(db, term.actor(EVE), term.programme_id, now, stays=True)
        stay_on(db, term.actor(FINN), term.programme_id, now, stays=True)
        stay_on(db, term.actor(FINN), term.programme_id, now, stays=False)
        assert staying_in(db, term.actor(EVE), [term.programme_id]) == {term.programme_id}
        assert term.id_of(EVE) not in leaving_with_the_term(db, term.programme_id)
    with storage.writing() as db:
        after = next_term(term, db)
        here = select(ParticipantRow).where(ParticipantRow.programme_id == after)
        parts = {part.person_id: part for part in db.scalars(here)}
        assert set(map(term.id_of, (*PEERS, EVE, LEFT_OVER, FACILITATOR))) <= parts.keys()
        assert not set(map(term.id_of, set(NEAR_PEERS) - {EVE})) & parts.keys()
        eve = parts[term.id_of(EVE)]
        assert (eve.stays_on, "near-peer" in eve.models) == (False, False), "they have had theirs"
        assert "near-peer" in parts[term.id_of(FACILITATOR)].models
        assert groups_before(db, after).keys() == {continuing_key(after, "g1")}, "what has ended doesn’t go on"
        with pytest.raises(NotPossible):
            stay_on(db, term.actor(FINN), term.programme_id, now, stays=True)


def test_it_is_asked_of_nobody_else(storage: Database) -> None:
    term, now = a_closing_term(storage), clock.now()
    with storage.writing() as db:
        for name in (PEERS[0], LEFT_OVER):
            with pytest.raises(NotFound):
                stay_on(db, term.actor(name), term.programme_id, now, stays=True)
        for other in (term.actor(FACILITATOR), term.coordinator()):
            with pytest.raises(NotAllowed):
                stay_on(db, other, term.programme_id, now, stays=True)


def test_the_last_session_of_the_term_closes_the_group(storage: Database) -> None:
    term = a_closing_term(storage)
    with storage.reading() as db:
        group = own_group(db, term.actor(EVE), term.programme_id, "g2")
        assert group.closing_session == group.sessions[-1]
        assert own_group(db, term.actor(PEERS[0]), term.programme_id, "g1").closing_session is None
