"""Releases follow every change: of rotas, sessions, people's word and rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

import pytest
from sqlalchemy import event, select, update

from scheduler import clock
from scheduler.availability import programme_rules
from scheduler.availability.model import DEFAULT_LEVELS, Level, Policy
from scheduler.consequences import bring_up_to_date, everything
from scheduler.coordination.model import CancelSession, MoveSession
from scheduler.coordination.service import carry_out_all
from scheduler.db import Database
from scheduler.programmes.service import get_programme
from scheduler.programmes.tables import ProgrammeRow
from scheduler.releases.register import ENDED_KEPT, as_called
from scheduler.releases.tables import ReleaseRow
from scheduler.rota_import.removal import remove_rota
from scheduler.rotas.model import DutyKind
from scheduler.rotas.rota_list import list_rotas
from scheduler.sessions import apologies
from scheduler.sessions.by_call import join_by_call
from scheduler.sessions.tables import SessionRow
from tests.scheduler.releases.rostered import a_rostered_term, import_duties, needed
from tests.scheduler.sessions.term import PEERS, Term

ADA, BEN, CAT, DAN = PEERS


@pytest.fixture
def term(storage: Database) -> Term:
    return a_rostered_term(storage)


def rows(term: Term) -> dict[int, ReleaseRow]:
    with term.database.reading() as db:
        return {row.person_id: row for row in db.scalars(select(ReleaseRow))}


def test_whoever_is_on_duty_during_a_session_of_theirs_has_to_be_released(term: Term) -> None:
    session = term.session()
    assert needed(term) == {
        ADA: (session.starts_at, session.ends_at, "NROC"),
        BEN: (session.starts_at, session.ends_at, "LD"),
        CAT: (session.starts_at, session.ends_at, "Day"),  # inside a protected window: it has to be granted
    }


def test_whoever_apologises_needs_no_release_until_they_take_it_back(term: Term) -> None:
    now, ada = clock.now(), term.actor(ADA)
    with term.database.writing() as db:
        apologies.say_sorry(db, ada, term.session().id, now)
    assert needed(term).keys() == {BEN, CAT}
    ended = rows(term)[term.id_of(ADA)]
    assert (ended.ended_at, ended.sequence) == (now, 1)
    with term.database.writing() as db:
        apologies.take_back(db, ada, term.session().id, now + timedelta(minutes=1))
    assert needed(term).keys() == {ADA, BEN, CAT}
    assert rows(term)[term.id_of(ADA)].sequence == 2


def test_whoever_joins_by_call_is_released_for_the_session_alone_and_not_for_a_way(term: Term) -> None:
    now, session = clock.now(), term.session()
    with term.database.writing() as db:
        north, south = (site.id for site in get_programme(db, term.programme_id).sites[:2])
        db.execute(update(ProgrammeRow).values(hybrid=True))
        db.execute(update(SessionRow).values(mode="in_person", site_id=south))
        policy = Policy(journeys=MappingProxyType({(north, south): timedelta(minutes=20)}))
        programme_rules.change_rules(db, term.coordinator(), term.programme_id, "scotland", policy, now)
    there_and_back = (session.starts_at - timedelta(minutes=20), session.ends_at + timedelta(minutes=20), "LD")
    assert needed(term)[BEN] == there_and_back
    with term.database.writing() as db:
        join_by_call(db, term.actor(BEN), session.id, now, by_call=True)
    assert needed(term)[BEN] == (session.starts_at, session.ends_at, "LD")
    with term.database.writing() as db:
        join_by_call(db, term.actor(BEN), session.id, now, by_call=False)
    assert needed(term)[BEN] == there_and_back


def test_a_cancelled_session_needs_nobody(term: Term) -> None:
    with term.database.writing() as db:
        acts = (CancelSession(term.session().id, offers_again=False),)
        carry_out_all(db, term.coordinator(), acts, "Ward closed", clock.now())
    assert needed(term) == {}


def test_a_session_that_moves_takes_its_releases_along_or_leaves_them(term: Term) -> None:
    session = term.session()
    with term.database.writing() as db:
        acts = (MoveSession(session.id, session.starts_at + timedelta(days=1)),)
        carry_out_all(db, term.coordinator(), acts, "Asked for", clock.now())
    assert needed(term) == {}


def test_a_rota_that_goes_takes_its_releases_along(term: Term) -> None:
    now = clock.now()
    with term.database.reading() as db:
        [rota] = list_rotas(db, term.coordinator(), term.programme_id)
    with term.database.writing() as db:
        remove_rota(db, term.coordinator(), term.programme_id, rota.id, now)
    assert needed(term) == {}
    assert all(row.ended_at for row in rows(term).values())


def test_a_new_version_of_a_rota_changes_what_it_changes_only(term: Term) -> None:
    import_duties(term, clock.now(), (ADA, "NROC", "09:00", "21:00"), (BEN, "NROC", "09:00", "21:00"))
    assert {who: duty for who, (_, _, duty) in needed(term).items()} == {ADA: "NROC", BEN: "NROC", CAT: "Day"}
    assert (rows(term)[term.id_of(ADA)].sequence, rows(term)[term.id_of(BEN)].sequence) == (0, 1)


def test_a_rule_that_frees_a_duty_frees_its_people(term: Term) -> None:
    free = replace(Policy(), during={**DEFAULT_LEVELS, DutyKind.LONG_DAY: Level.CAN, DutyKind.DAY: Level.CAN})
    with term.database.writing() as db:
        programme_rules.change_rules(db, term.coordinator(), term.programme_id, "england-2016", free, clock.now())
    assert needed(term).keys() == {ADA}


def test_what_is_over_is_forgotten_after_a_month_and_nothing_is_left_to_do(term: Term) -> None:
    now = clock.now()
    with term.database.writing() as db:
        apologies.say_sorry(db, term.actor(ADA), term.session().id, now)
    later = now + ENDED_KEPT - timedelta(days=1)
    for at, kept in ((later, True), (now + ENDED_KEPT + timedelta(days=1), False)):
        with term.database.writing() as db:
            bring_up_to_date(db, everything(term.programme_id, at))
        assert (term.id_of(ADA) in rows(term)) is kept
    with term.database.writing() as db:
        assert bring_up_to_date(db, everything(term.programme_id, now)).releases == 0


def test_a_duty_is_called_as_its_rota_calls_it() -> None:
    assert as_called("LD", "Long day") == "LD (Long day)"
    assert (as_called("LD", None), as_called("Night", "night")) == ("LD", "Night")


def test_duties_are_looked_up_by_whose_they_are_and_not_rota_by_rota(database: Database) -> None:
    """A department has tens of thousands of duties: SQLite must not go through them for each session."""
    term = a_rostered_term(database)
    asked: list[tuple[str, tuple[object, ...]]] = []

    def note_query(_connection: object, _cursor: object, text: str, values: tuple[object, ...], *_more: object) -> None:
        if "JOIN duty" in text and "JOIN attendee" in text:
            asked.append((text, values))

    event.listen(term.database.engine, "before_cursor_execute", note_query)
    with term.database.writing() as db:
        bring_up_to_date(db, everything(term.programme_id, clock.now()))
    event.remove(term.database.engine, "before_cursor_execute", note_query)
    assert asked
    with term.database.engine.connect() as connection:
        for text, values in asked:
            steps = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)]
            assert [step for step in steps if "duty USING INDEX ix_duty_person_id_day" in step], steps
