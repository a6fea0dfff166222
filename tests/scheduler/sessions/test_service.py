"""What people read of their sessions: their own groups and no others, and in as few questions for many as for one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import event

from scheduler import clock
from scheduler.db import Db
from scheduler.errors import NotFound
from scheduler.groups.agenda import agendas
from scheduler.groups.records import sessions_led
from scheduler.people.model import Actor, Role
from scheduler.people.tables import PersonRow
from scheduler.plans.own_programmes import own_programmes
from scheduler.sessions.alternatives import possible_deputies
from scheduler.sessions.attendance import who_came
from scheduler.sessions.deputies import requests
from scheduler.sessions.model import SessionStatus, Theme
from scheduler.sessions.proposals import possible_dates, proposals_to
from scheduler.sessions.service import own_group, own_groups, own_session, session_led
from scheduler.sessions.tables import AttendeeRow, SessionRow
from tests.scheduler.sessions.term import FACILITATOR, NEAR_PEERS, PEERS, SPARE, Term, add_groups, counted

Reading = Callable[[Db, Actor, Term], object]

READINGS: dict[str, Reading] = {
    "own groups": lambda db, actor, _term: own_groups(db, actor),
    "own group": lambda db, actor, term: own_group(db, actor, term.programme_id, "g2"),
    "own session": lambda db, actor, term: own_session(db, actor, term.session("g2").id),
    "session led": lambda db, actor, term: session_led(db, actor, term.session("g2").id),
    "record": lambda db, actor, term: sessions_led(db, actor, term.session("g2", 2).ends_at),
    "proposals": lambda db, actor, term: proposals_to(db, actor, [(term.programme_id, "g2")], clock.now()),
    "agenda": lambda db, actor, term: agendas(db, actor, [(term.programme_id, "g2")]),
    "requests": lambda db, actor, _term: requests(db, actor, clock.now()),
    "who came": lambda db, actor, term: who_came(db, actor, [term.session("g2").id]),
    "own programmes": lambda db, actor, _term: own_programmes(db, actor, Role.FACULTY),
    "dates": lambda db, actor, term: possible_dates(db, actor, term.programme_id, "g2", clock.now()),
    "deputies": lambda db, actor, term: possible_deputies(
        db, db.get_one(SessionRow, term.session("g2").id), actor.person_id or 0, clock.now()
    ),
}


def questions(term: Term, reading: Reading) -> int:
    with term.database.reading() as db, counted(term.database) as asked:
        reading(db, term.actor(FACILITATOR), term)
    return len(asked)


@pytest.mark.parametrize("name", READINGS)
def test_it_asks_as_little_for_several_groups_as_for_one(term: Term, name: str) -> None:
    before = questions(term, READINGS[name])
    add_groups(term, "g3", "g4", "g5")
    assert questions(term, READINGS[name]) == before


def test_one_group_or_session_is_loaded_without_ones_other_groups(term: Term) -> None:
    add_groups(term, "g3", "g4")
    actor, session_id, loaded = term.actor(FACILITATOR), term.session("g3").id, []

    def note(row: SessionRow, _context: object) -> None:
        loaded.append(row.group_key)

    event.listen(SessionRow, "load", note)
    try:
        with term.database.reading() as db:
            group, session = own_session(db, actor, session_id)
        with term.database.reading() as db:
            assert own_group(db, actor, term.programme_id, "g3") == group
    finally:
        event.remove(SessionRow, "load", note)
    assert (group.key, session.group_key, set(loaded)) == ("g3", "g3", {"g3"})


def test_others_find_neither_group_nor_session(term: Term) -> None:
    with term.database.reading() as db:
        for outsider in (term.actor(PEERS[0]), term.actor(SPARE), term.coordinator()):
            with pytest.raises(NotFound):
                own_group(db, outsider, term.programme_id, "g2")
            with pytest.raises(NotFound):
                own_session(db, outsider, term.session("g2").id)


def test_deputies_are_known_by_who_they_are_and_not_by_their_names(term: Term) -> None:
    with term.database.writing() as db:
        db.get_one(PersonRow, term.id_of(SPARE)).name = "Fay Lantern"
        [leads] = [row for row in db.get_one(SessionRow, term.session("g2").id).attendees if row.role == "facilitator"]
        db.delete(leads)
        db.add(AttendeeRow(session_id=leads.session_id, person_id=term.id_of(SPARE), role="facilitator", mark="2"))
    with term.database.reading() as db:
        group = own_group(db, term.actor(NEAR_PEERS[0]), term.programme_id, "g2")
    assert [[deputy.person_id for deputy in group.deputies(session)] for session in group.sessions] == [
        [term.id_of(SPARE)], [], [],
    ]  # fmt: skip


def test_what_to_talk_about_alternates_between_work_and_life(term: Term) -> None:
    with term.database.reading() as db:
        group = own_group(db, term.actor(PEERS[0]), term.programme_id, "g1")
    assert [group.theme_of(session) for session in group.sessions[:3]] == [None, Theme.WORK, Theme.LIFE]
    dropped = replace(group.sessions[1], status=SessionStatus.CANCELLED)
    fewer = replace(group, sessions=(group.sessions[0], dropped, *group.sessions[2:]))
    assert [fewer.theme_of(session) for session in fewer.sessions[:3]] == [None, None, Theme.WORK]
    closing = replace(group, closes=True)
    assert closing.theme_of(closing.sessions[-1]) is None, "it looks back"
