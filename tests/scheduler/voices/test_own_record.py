"""A resident's own record: what counts, and whose notes may go into the document."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scheduler.db import Db
from scheduler.errors import NotFound
from scheduler.groups.private import write_note
from scheduler.sessions.attendance import note_who_came
from scheduler.voices.own_record import chosen_notes, own_record
from tests.scheduler.sessions.term import FACILITATOR, NEAR_PEERS, PEERS, Term

CLEO, EVE, FINN, GUS = NEAR_PEERS
HOUR = timedelta(hours=1)


def came(db: Db, term: Term, round_: int, *names: str) -> None:
    session = term.session("g2", round_)
    people = [term.id_of(name) for name in names]
    note_who_came(db, term.actor(FACILITATOR), session.id, people, session.ends_at + HOUR)


def test_sessions_that_one_came_to_count_with_their_hours_and_turns_in_the_chair(term: Term) -> None:
    last = term.session("g2", 2).ends_at + HOUR
    with term.database.writing() as db:
        for round_ in range(3):
            came(db, term, round_, CLEO, EVE)
        records = {name: own_record(db, term.actor(name), last) for name in (CLEO, EVE, GUS, FACILITATOR, PEERS[0])}
        assert [len(record.sessions) for record in records.values()] == [3, 3, 0, 0, 0]
        assert records[CLEO].minutes == 3 * records[CLEO].sessions[0].minutes > 0
        assert (records[CLEO].chaired, records[EVE].chaired) == (1, 1), "by name, in turn"
        assert len(own_record(db, term.actor(CLEO), term.session("g2", 0).ends_at + HOUR).sessions) == 1


def test_only_ones_own_notes_on_ones_own_sessions_are_taken_along(term: Term) -> None:
    last = term.session("g2", 2).ends_at + HOUR
    ids = [term.session("g2", round_).id for round_ in range(3)]
    with term.database.writing() as db:
        for round_ in range(3):
            came(db, term, round_, CLEO, EVE)
        write_note(db, term.actor(CLEO), ids[0], "I spoke first.", last)
        write_note(db, term.actor(EVE), ids[1], "Eve's own.", last)
        record = own_record(db, term.actor(CLEO), last)
        assert [one.note for one in chosen_notes(record, {ids[0]})] == ["I spoke first."]
        assert chosen_notes(record, ()) == ()
        for others in (ids[1], ids[2], term.session("g1").id):
            with pytest.raises(NotFound):
                chosen_notes(record, {others})
