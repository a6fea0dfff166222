"""What settles itself where a programme wants it, and what waits."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select

from scheduler import clock
from scheduler.availability import entries
from scheduler.db import Database
from scheduler.mail.tables import MailRow
from scheduler.programmes.model import NEAR_PEER, PEER, VERTICAL, DateSettling
from scheduler.programmes.service import get_programme
from scheduler.rota_import import service as rota_import
from scheduler.sessions import deputies
from scheduler.sessions.tables import DeputyRow, ProposalAnswerRow, ProposalRow
from scheduler.troubles.automatic_settlement import SILENCE, SelfSettling
from tests.builders import change_conduct
from tests.scheduler.sessions.term import FACILITATOR, PEERS, SPARE, Term
from tests.scheduler.troubles.conftest import OFFICE_HOURS, a_true_term
from tests.scheduler.troubles.test_register import say_cannot, troubles

ADA, BEN, CAT, DAN = PEERS
SITE = "https://rounds.example"


def wants(term: Term, settling: DateSettling = DateSettling.VOTE) -> None:
    with term.database.writing() as db:
        conduct = get_programme(db, term.programme_id).conduct
        wanted = replace(conduct, settles_itself=True, settling=settling)
        change_conduct(db, term.coordinator(), term.programme_id, wanted, clock.now())


def settle(term: Term, now: datetime) -> int:
    return SelfSettling(term.database, SITE).settle(now)


def later() -> datetime:
    return clock.now() + SILENCE + timedelta(minutes=1)


def test_a_date_that_everybody_can_keep_is_taken_when_nobody_minds(term: Term) -> None:
    wants(term)
    say_cannot(term, ADA, BEN)
    before = term.session().starts_at
    assert settle(term, clock.now()) == 0, "the group may object for two days"
    assert settle(term, later()) == 1
    assert term.session().starts_at != before
    assert troubles(term) == ()
    assert settle(term, later()) == 0


def test_without_that_choice_nothing_settles_itself(term: Term) -> None:
    say_cannot(term, ADA, BEN)
    assert settle(term, later()) == 0


def test_a_date_that_somebody_minds_is_not_taken(term: Term) -> None:
    wants(term)
    say_cannot(term, ADA, BEN)
    with term.database.writing() as db:
        for offer in db.scalars(select(ProposalRow)):
            offer.answers.append(ProposalAnswerRow(person_id=term.id_of(CAT), agrees=False, said_at=clock.now()))
    assert settle(term, later()) == 0


def test_a_date_waits_for_the_coordinator_where_she_settles(term: Term) -> None:
    wants(term, DateSettling.COORDINATOR)
    say_cannot(term, ADA, BEN)
    assert settle(term, later()) == 0


def test_a_date_that_shuts_somebody_out_is_not_taken(term: Term) -> None:
    wants(term)
    with term.database.writing() as db:  # Dan works elsewhere on all days but the first of the week
        entries.set_weekly(db, term.actor(DAN), term.programme_id, OFFICE_HOURS[:1], clock.now())
    for monday in range(4):
        say_cannot(term, ADA, BEN, at=term.session().starts_at + timedelta(weeks=monday))
    before = term.session().starts_at
    assert term.open_dates()
    settle(term, later())
    assert term.session().starts_at == before


def test_nobody_waits_for_whoever_is_on_long_leave(term: Term) -> None:
    wants(term)
    with term.database.writing() as db:
        entries.pause(db, term.coordinator(), term.programme_id, term.id_of(DAN), clock.now().date(), None, clock.now())
    say_cannot(term, ADA, BEN)
    before = term.session().starts_at
    assert settle(term, later()) == 1
    assert term.session().starts_at != before


def test_what_there_is_no_time_for_comes_next(term: Term) -> None:
    wants(term)
    for round_ in (0, 1, 2):
        say_cannot(term, ADA, BEN, session=term.session(round_=round_))
    hurried = SelfSettling(term.database, SITE, seconds=0)
    assert [hurried.settle(later()) for _ in range(4)] == [1, 1, 1, 0]


def test_free_deputies_are_asked_one_after_another(database: Database) -> None:
    term = a_true_term(database, models=(PEER, replace(NEAR_PEER, present=1), VERTICAL))
    wants(term)
    say_cannot(term, FACILITATOR, session=term.session("g2"))
    assert settle(term, clock.now()) == 1
    assert settle(term, clock.now()) == 0, "one at a time"
    with term.database.reading() as db:
        request = db.scalars(select(DeputyRow)).one()
        letter = db.scalars(select(MailRow).where(MailRow.address == f"{SPARE}@example.org")).one()
    assert (request.person_id, request.for_id) == (term.id_of(SPARE), term.id_of(FACILITATOR))
    assert f"{SITE}/facilitating" in letter.text
    with term.database.writing() as db:
        deputies.decline(db, term.actor(SPARE), request.id, clock.now())
    assert settle(term, clock.now()) == 0, "nobody is asked twice"


def test_the_yes_of_a_deputy_settles_it(database: Database) -> None:
    term = a_true_term(database, models=(PEER, replace(NEAR_PEER, present=1), VERTICAL))
    wants(term)
    say_cannot(term, FACILITATOR, session=term.session("g2"))
    settle(term, clock.now())
    with term.database.writing() as db:
        request = db.scalars(select(DeputyRow.id)).one()
        deputies.accept(db, term.actor(SPARE), request, clock.now(), keeps_charter=True)
    assert troubles(term) == ()


def test_for_a_facilitator_on_call_deputies_are_asked_without_anybody_pressing(database: Database) -> None:
    term = a_true_term(database, models=(PEER, replace(NEAR_PEER, present=1), VERTICAL))
    session = term.session("g2")
    day, name = session.starts_at.date(), FACILITATOR.replace(".", " ").title()
    rows = f"name,date,start,end,code\n{name},{day},00:00,23:00,ROC\n"
    assert settle(term, clock.now()) == 0
    with term.database.writing() as db:
        upload = rota_import.Upload("theatre", rows.encode(), "theatre.csv")
        rota_import.import_rota(db, term.coordinator(), term.programme_id, "north", upload, clock.now())
    assert settle(term, clock.now()) == 1
    with term.database.reading() as db:
        request = db.scalars(select(DeputyRow)).one()
    assert (request.person_id, request.for_id) == (term.id_of(SPARE), term.id_of(FACILITATOR))
    assert settle(term, clock.now()) == 0, "one at a time"


def test_what_a_facilitator_says_themselves_waits_without_that_choice(database: Database) -> None:
    term = a_true_term(database, models=(PEER, replace(NEAR_PEER, present=1), VERTICAL))
    say_cannot(term, FACILITATOR, session=term.session("g2"))
    assert settle(term, clock.now()) == 0
