"""From leading together to facilitating: each step by whom it belongs to, and none is skipped."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from scheduler import clock
from scheduler.db import Db
from scheduler.errors import NotAllowed, NotFound, NotPossible, Rejected
from scheduler.people.model import RelationKind, Role
from scheduler.people.tables import ParticipantRow, RelationRow, RoleRow
from scheduler.programmes.service import get_programme
from scheduler.terms.next_term import NextTerm, begin_next_term
from scheduler.voices.pathway import (
    ENOUGH_LED,
    give_word,
    list_paths,
    note_led_together,
    own_path,
    say_willing,
    set_trained,
    willing_at,
)
from tests.builders import actor
from tests.scheduler.sessions.term import FACILITATOR, NEAR_PEERS, PEERS, SPARE, Term

FINN, GUS = NEAR_PEERS[2:]


def lead(db: Db, term: Term, round_: int, *names: str, by: str = FACILITATOR) -> None:
    session = term.session("g2", round_)
    note_led_together(db, term.actor(by), session.id, [term.id_of(name) for name in names], session.ends_at)


def test_every_step_is_taken_before_the_coordinator_gives_her_word(term: Term) -> None:
    now, who = clock.now(), term.id_of(FINN)
    with term.database.writing() as db:
        assert own_path(db, term.actor(FINN), term.programme_id) is None
        with pytest.raises(NotFound):
            give_word(db, term.coordinator(), term.programme_id, who, True, now)
        say_willing(db, term.actor(FINN), term.programme_id, True, now)
        for round_ in range(ENOUGH_LED):
            with pytest.raises(NotPossible):
                give_word(db, term.coordinator(), term.programme_id, who, True, now)
            lead(db, term, round_, FINN)
            lead(db, term, round_, FINN)
        with pytest.raises(NotPossible):
            give_word(db, term.coordinator(), term.programme_id, who, True, now)
        with pytest.raises(Rejected):
            set_trained(db, term.coordinator(), term.programme_id, who, now.date() + timedelta(days=1), now)
        set_trained(db, term.coordinator(), term.programme_id, who, now.date(), now)
        give_word(db, term.coordinator(), term.programme_id, who, True, now)
        path = own_path(db, term.actor(FINN), term.programme_id)
        assert path
        assert (path.led, path.has_word) == (ENOUGH_LED, True)


def test_only_whoever_led_a_session_notes_who_led_it_with_them(term: Term) -> None:
    session, now = term.session("g2"), clock.now()
    with term.database.writing() as db:
        say_willing(db, term.actor(FINN), term.programme_id, True, now)
        assert willing_at(db, term.actor(FACILITATOR), session.id) == {term.id_of(FINN): False}
        with pytest.raises(NotPossible):
            note_led_together(db, term.actor(FACILITATOR), session.id, [term.id_of(FINN)], now)
        for by in (FINN, GUS, SPARE):
            assert willing_at(db, term.actor(by), session.id) == {}
            with pytest.raises(NotFound):
                lead(db, term, 0, FINN, by=by)
        for other in (GUS, PEERS[0]):
            with pytest.raises(NotFound):
                lead(db, term, 0, other)
        lead(db, term, 0, FINN)
        lead(db, term, 0)
        assert willing_at(db, term.actor(FACILITATOR), session.id) == {term.id_of(FINN): False}, "taken back"


def test_a_coordinator_with_power_over_somebody_does_not_decide_about_them(term: Term) -> None:
    now, who = clock.now(), term.id_of(FINN)
    with term.database.writing() as db:
        say_willing(db, term.actor(FINN), term.programme_id, True, now)
        assert [one.name for one in list_paths(db, term.coordinator(), term.programme_id, now)] == ["Finn Oak"]
        with pytest.raises(NotAllowed):
            list_paths(db, term.actor(FINN), term.programme_id, now)
        db.add(
            RelationRow(
                programme_id=term.programme_id, person_id=term.coordinator().person_id, about_id=who,
                kind=RelationKind.SUPERVISES, declared=False,
            )
        )  # fmt: skip
        db.flush()
        assert list_paths(db, term.coordinator(), term.programme_id, now) == ()
        with pytest.raises(NotFound):
            set_trained(db, term.coordinator(), term.programme_id, who, now.date(), now)


def test_next_term_they_are_among_its_facilitators_and_those_still_on_the_way_are_not(term: Term) -> None:
    now = clock.now()
    with term.database.writing() as db:
        for name in (FINN, GUS):
            say_willing(db, term.actor(name), term.programme_id, True, now)
            set_trained(db, term.coordinator(), term.programme_id, term.id_of(name), now.date(), now)
        for round_ in range(ENOUGH_LED):
            lead(db, term, round_, FINN)
        give_word(db, term.coordinator(), term.programme_id, term.id_of(FINN), True, now)
        last = get_programme(db, term.programme_id).last_day
        first_day = last + timedelta(days=7 - last.weekday())
        after = begin_next_term(db, term.coordinator(), term.programme_id, NextTerm("Next", first_day, False), now)
        part = ParticipantRow.programme_id == after
        kinds = dict(db.execute(select(ParticipantRow.person_id, ParticipantRow.kind).where(part)).all())
        assert (kinds[term.id_of(FINN)], kinds[term.id_of(GUS)]) == (Role.FACULTY, Role.RESIDENT)
        roles = select(RoleRow.role).where(RoleRow.programme_id == after, RoleRow.person_id == term.id_of(FINN))
        assert db.scalars(roles).all() == [Role.FACULTY]
        assert [
            one.name
            for one in list_paths(db, actor(term.coordinator().person_id or 0, after, Role.COORDINATOR), after, now)
        ] == ["Gus Fern"]
