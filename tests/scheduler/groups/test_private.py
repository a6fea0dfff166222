"""Agendas without authors, private notes, goals, thanks: who reads what."""

from __future__ import annotations

import pytest
from sqlalchemy import inspect, select

from scheduler import clock
from scheduler.audit.tables import AuditRow
from scheduler.db import Db
from scheduler.errors import NotAllowed, NotFound, Rejected
from scheduler.groups.agenda import agendas, put_off, suggest, take_off
from scheduler.groups.model import AgendaItem, Goal
from scheduler.groups.private import (
    add_goal,
    drop_goal,
    goals_shared_with,
    own_goals,
    own_notes,
    reach_goal,
    share_goal,
    write_note,
)
from scheduler.groups.tables import AgendaRow
from scheduler.groups.thanks import own_thanks, thank
from scheduler.people.model import OPERATOR, Actor
from tests.scheduler.sessions.term import FACILITATOR, NEAR_PEERS, PEERS, SPARE, Term

ADA, BEN = PEERS[:2]
CLEO, EVE = NEAR_PEERS[:2]


def list_of(term: Term, db: Db, actor: Actor) -> tuple[AgendaItem, ...]:
    return agendas(db, actor, [(term.programme_id, "g1")])[term.programme_id, "g1"]


def goals_of(term: Term, db: Db, actor: Actor, group: str) -> tuple[Goal, ...]:
    return goals_shared_with(db, actor, [(term.programme_id, group)])[term.programme_id, group]


def outsiders(term: Term) -> tuple[Actor, ...]:
    return (*map(term.actor, (CLEO, FACILITATOR, SPARE)), term.coordinator(), OPERATOR)


def test_suggestions_have_no_author_anywhere(term: Term) -> None:
    with term.database.writing() as db:
        before = len(db.scalars(select(AuditRow)).all())
        suggest(db, term.actor(ADA), term.programme_id, "g1", "  How to say no  ", clock.now(), term.session().id)
        assert [item.text for item in list_of(term, db, term.actor(BEN))] == ["How to say no"]
        assert len(db.scalars(select(AuditRow)).all()) == before
    names = {column.key for column in inspect(AgendaRow).columns}
    assert names == {"id", "programme_id", "group_key", "session_id", "text", "day"}


def test_a_suggestion_can_be_put_off_and_taken_off(term: Term) -> None:
    with term.database.writing() as db:
        suggest(db, term.actor(ADA), term.programme_id, "g1", "Exams", clock.now())
        item = list_of(term, db, term.actor(ADA))[0]
        put_off(db, term.actor(BEN), item.id, term.session(round_=1).id)
        assert list_of(term, db, term.actor(ADA))[0].session_id == term.session(round_=1).id
        take_off(db, term.actor(BEN), item.id)
        assert list_of(term, db, term.actor(ADA)) == ()


def test_outsiders_neither_read_nor_touch_an_agenda(term: Term) -> None:
    now = clock.now()
    with term.database.writing() as db:
        suggest(db, term.actor(ADA), term.programme_id, "g1", "Exams", now)
        item = list_of(term, db, term.actor(ADA))[0]
        for actor in outsiders(term):
            for use_case, *what in (
                (agendas, [(term.programme_id, "g1")]),
                (suggest, term.programme_id, "g1", "mine", now),
                (put_off, item.id, None),
                (take_off, item.id),
            ):
                with pytest.raises(NotFound):
                    use_case(db, actor, *what)
        with pytest.raises(NotFound):
            suggest(db, term.actor(ADA), term.programme_id, "g1", "there", now, term.session("g2").id)


def test_a_private_note_is_read_by_its_author_alone(term: Term) -> None:
    session_id = term.session().id
    with term.database.writing() as db:
        write_note(db, term.actor(ADA), session_id, "I was too quiet.", clock.now())
        assert own_notes(db, term.actor(ADA)) == {session_id: "I was too quiet."}
        for actor in (term.actor(BEN), *outsiders(term)[:-1]):
            assert own_notes(db, actor) == {}
        with pytest.raises(NotAllowed):
            own_notes(db, OPERATOR)
        with pytest.raises(NotFound):
            write_note(db, term.actor(CLEO), session_id, "me too", clock.now())
        write_note(db, term.actor(ADA), session_id, "I spoke.", clock.now())
        assert own_notes(db, term.actor(ADA)) == {session_id: "I spoke."}
        write_note(db, term.actor(ADA), session_id, "  ", clock.now())
        assert own_notes(db, term.actor(ADA)) == {}


def test_goals_are_ones_own_unless_shared_with_the_group(term: Term) -> None:
    with term.database.writing() as db:
        add_goal(db, term.actor(ADA), term.programme_id, "Lead an arrest team", clock.now())
        goal = own_goals(db, term.actor(ADA), term.programme_id)[0]
        assert goals_of(term, db, term.actor(BEN), "g1") == ()
        share_goal(db, term.actor(ADA), goal.id, True)
        assert [(g.name, g.text) for g in goals_of(term, db, term.actor(BEN), "g1")] == [
            ("Ada Quill", "Lead an arrest team")
        ]
        assert goals_of(term, db, term.actor(CLEO), "g2") == ()
        for actor in outsiders(term):
            with pytest.raises(NotFound):
                goals_of(term, db, actor, "g1")
        for change in (lambda a: share_goal(db, a, goal.id, False), lambda a: drop_goal(db, a, goal.id)):
            with pytest.raises(NotFound):
                change(term.actor(BEN))
        reach_goal(db, term.actor(ADA), goal.id, True, clock.now())
        assert own_goals(db, term.actor(ADA), term.programme_id)[0].reached_at
        drop_goal(db, term.actor(ADA), goal.id)
        assert own_goals(db, term.actor(ADA), term.programme_id) == ()


def test_nothing_empty_or_endless_is_kept(term: Term) -> None:
    with term.database.writing() as db:
        for text in (" ", "x" * 301):
            with pytest.raises(Rejected):
                suggest(db, term.actor(ADA), term.programme_id, "g1", text, clock.now())
            with pytest.raises(Rejected):
                add_goal(db, term.actor(ADA), term.programme_id, text, clock.now())


def test_thanks_reach_their_facilitator_signed_or_not(term: Term) -> None:
    fay = term.id_of(FACILITATOR)
    with term.database.writing() as db:
        for name, text, signed in ((CLEO, "You listened.", True), (EVE, "It helped.", False)):
            thank(db, term.actor(name), term.programme_id, "g2", fay, text, clock.now(), signed=signed)
        assert [(t.text, t.signed_by) for t in own_thanks(db, term.actor(FACILITATOR))] == [
            ("It helped.", ""), ("You listened.", "Cleo Thistle"),
        ]  # fmt: skip
        for name in (CLEO, SPARE, ADA):
            assert own_thanks(db, term.actor(name)) == ()
        for name, group, to in ((ADA, "g2", fay), (CLEO, "g2", term.id_of(EVE)), (ADA, "g1", fay)):
            with pytest.raises(NotFound):
                thank(db, term.actor(name), term.programme_id, group, to, "Thanks", clock.now(), signed=True)
