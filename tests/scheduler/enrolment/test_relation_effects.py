"""Whoever uploads relations reads whom they part, in which group, and from when."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scheduler import clock
from scheduler.db import Database
from scheduler.enrolment.relation_effects import Parted, RelationsImported
from scheduler.enrolment.relations_import import import_relations
from scheduler.publishing.leavers import leave
from tests.scheduler.sessions.term import FACILITATOR, PEERS, Term, a_term


@pytest.fixture
def term(storage: Database) -> Term:
    return a_term(storage)


def relate(term: Term, *rows: str) -> RelationsImported:
    content = "\n".join(("person,about,kind,first_day,last_day", *rows)).encode()
    with term.database.writing() as db:
        return import_relations(db, term.coordinator(), term.programme_id, content, clock.now())


def test_a_relation_that_begins_later_names_the_group_and_the_day(term: Term) -> None:
    today = clock.now().date()
    later, over = today + timedelta(days=40), today - timedelta(days=1)
    done = relate(
        term,
        f"{PEERS[1]}@example.org,{PEERS[0]}@example.org,supervises,{later},",
        f"{PEERS[2]}@example.org,{PEERS[0]}@example.org,sponsors,,",
        f"{PEERS[3]}@example.org,{PEERS[0]}@example.org,supervises,,{over}",
        f"{FACILITATOR}@example.org,{PEERS[0]}@example.org,supervises,,",
    )
    assert done.rows == 4
    assert done.parted == (Parted(("Ada Quill", "Ben Marrow"), "g1", "Peer group 1", later),)


def test_one_that_holds_today_says_so_and_who_has_left_shares_nothing(term: Term) -> None:
    row = f"{PEERS[1]}@example.org,{PEERS[0]}@example.org,family,,"
    assert [each.first_day for each in relate(term, row).parted] == [None]
    with term.database.writing() as db:
        leave(db, term.actor(PEERS[1]), term.programme_id, clock.now())
    assert relate(term, row).parted == ()
