"""Correcting a zone after publication: what the clock says stays, and everybody is told once."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from scheduler import clock
from scheduler.availability.entries import replace_own_marks, set_weekly
from scheduler.availability.intervals import Interval
from scheduler.availability.model import OwnMark, Weekly
from scheduler.availability.service import for_person
from scheduler.calendars.feeds import Subject
from scheduler.calendars.model import Purpose
from scheduler.calendars.service import open_feed
from scheduler.calendars.tables import FeedRow
from scheduler.coordination.model import CancelSession, ReinstateSession
from scheduler.coordination.service import carry_out
from scheduler.db import Database
from scheduler.errors import NotAllowed, Rejected
from scheduler.people.model import OPERATOR
from scheduler.plans.tables import PlannedSessionRow
from scheduler.programmes.service import get_programme
from scheduler.programmes.tables import ProgrammeRow, SiteRow
from scheduler.publishing.zones import concerned, correct_site_zone, correct_zone
from scheduler.rota_import import service as rota_import
from scheduler.rotas.tables import DutyRow
from scheduler.sessions import proposals, reversals
from scheduler.sessions.apologies import say_sorry
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import AttendeeRow, FormerDateRow, SessionRow
from tests.scheduler.sessions.term import PEERS, Term, a_term

LONDON, NEW_YORK = ZoneInfo("Europe/London"), ZoneInfo("America/New_York")


@pytest.fixture
def term(storage: Database) -> Term:
    return a_term(storage)


def walls(term: Term, zone: ZoneInfo) -> list[datetime]:
    with term.database.reading() as db:
        rows = db.scalars(select(SessionRow).order_by(SessionRow.id)).all()
        return [row.starts_at.astimezone(zone).replace(tzinfo=None) for row in rows]


def correct(term: Term, place: str = "New York") -> None:
    with term.database.writing() as db:
        assert correct_zone(db, term.coordinator(), term.programme_id, place, clock.now()) == "America/New_York"


def test_every_time_by_the_clock_stays_and_the_sequence_rises_once(term: Term) -> None:
    before = walls(term, LONDON)
    with term.database.reading() as db:
        sequences = {row.id: row.sequence for row in db.scalars(select(SessionRow))}
        lasted = {row.id: row.ends_at - row.starts_at for row in db.scalars(select(SessionRow))}
    correct(term)
    assert walls(term, NEW_YORK) == before
    with term.database.reading() as db:
        rows = db.scalars(select(SessionRow)).all()
        assert {row.id: row.sequence - 1 for row in rows} == sequences
        assert {row.id: row.ends_at - row.starts_at for row in rows} == lasted
        starts = {row.starts_at for row in rows}
        assert set(db.scalars(select(PlannedSessionRow.starts_at))) == starts
        assert starts <= {slot.starts_at for slot in get_programme(db, term.programme_id).slots()}
        assert set(db.scalars(select(SiteRow.zone))) == {"America/New_York"}
    correct(term)
    with term.database.reading() as db:
        again = {row.id: row.sequence - 1 for row in db.scalars(select(SessionRow))}
    assert again == sequences, "correcting it to what it is changes nothing"


def test_a_cancelled_session_goes_along_and_can_be_reinstated_where_the_clock_says_the_same(term: Term) -> None:
    session = term.session(round_=1)
    wall = session.starts_at.astimezone(LONDON).replace(tzinfo=None)
    with term.database.writing() as db:
        carry_out(db, term.coordinator(), CancelSession(session.id), "", clock.now())
    correct(term)
    with term.database.writing() as db:
        carry_out(db, term.coordinator(), ReinstateSession(session.id), "", clock.now())
    back = term.session(round_=1)
    assert back.starts_at.astimezone(NEW_YORK).replace(tzinfo=None) == wall
    assert back.status != SessionStatus.CANCELLED


def test_a_session_that_has_begun_stays_when_it_was(term: Term) -> None:
    first = term.session()
    with term.database.writing() as db:
        at = first.starts_at + timedelta(minutes=5)
        correct_zone(db, term.coordinator(), term.programme_id, "New York", at)
    assert term.session().starts_at == first.starts_at
    assert term.session(round_=1).starts_at.astimezone(NEW_YORK).hour in (12, 13, 17, 18)


def test_what_people_said_and_who_can_come_go_with_the_clock(term: Term) -> None:
    who, start = term.actor(PEERS[0]), term.session().starts_at
    with term.database.writing() as db:
        now = clock.now()
        set_weekly(
            db, who, term.programme_id, [Weekly(day, time(8), time(20), "2", "working_hours") for day in range(5)], now
        )
        span = Interval(start, start + timedelta(hours=1))
        replace_own_marks(db, who, term.programme_id, (), (OwnMark(span, "0", one_start=True),), now)
    correct(term)
    with term.database.reading() as db:
        mark = db.get_one(AttendeeRow, (term.session().id, who.person_id)).mark
        marks = {a.starts_at: a.mark for a in for_person(db, OPERATOR, term.programme_id, who.person_id or 0)}
    assert mark == "0", "they still cannot come to it"
    assert marks[term.session(round_=1).starts_at] == "2", "their hours are New York hours"


def test_a_feed_shows_the_new_hours(term: Term) -> None:
    with term.database.writing() as db:
        feed = open_feed(db, term.actor(PEERS[0]), Subject(Purpose.PERSON), clock.now()).feed_id
    with term.database.reading() as db:
        before = db.get_one(FeedRow, feed).etag
    correct(term)
    with term.database.reading() as db:
        assert db.get_one(FeedRow, feed).etag != before


def test_a_sites_duties_keep_their_hours_on_the_ward(term: Term) -> None:
    day = term.session().starts_at.date()
    rows = f"name,date,start,end,code\nAda Quill,{day},08:00,17:00,D\n"
    with term.database.writing() as db:
        upload = rota_import.Upload("ward", rows.encode(), "ward.csv")
        rota_import.import_rota(db, term.coordinator(), term.programme_id, "north", upload, clock.now())
        correct_site_zone(db, term.coordinator(), term.programme_id, "north", "America/New_York", clock.now())
    with term.database.reading() as db:
        duty = db.scalars(select(DutyRow)).one()
        assert duty.starts_at is not None
        assert duty.ends_at is not None
        assert [at.astimezone(NEW_YORK).hour for at in (duty.starts_at, duty.ends_at)] == [8, 17]
        assert db.get_one(ProgrammeRow, term.programme_id).zone == "Europe/London"


def test_only_a_coordinator_corrects_and_only_to_a_place_there_is(term: Term) -> None:
    with term.database.writing() as db:
        with pytest.raises(NotAllowed):
            correct_zone(db, term.actor(PEERS[0]), term.programme_id, "New York", clock.now())
        with pytest.raises(Rejected):
            correct_zone(db, term.coordinator(), term.programme_id, "Atlantis", clock.now())
        found = concerned(db, term.coordinator(), term.programme_id, clock.now())
    assert (found.sessions > 0, found.people > 0) == (True, True)


def test_a_date_that_was_moved_can_still_be_put_back(term: Term) -> None:
    """What the session had before goes along: it is offered again, and undone, where the clock says the same."""
    session, now = term.session(round_=1), clock.now()
    with term.database.writing() as db:
        for name in PEERS[:3]:
            say_sorry(db, term.actor(name), session.id, now)
    offer = term.open_dates()[0]
    with term.database.writing() as db:
        outcomes = [proposals.answer(db, term.actor(name), offer.id, True, now) for name in PEERS]
    assert proposals.Outcome.ADOPTED in outcomes
    correct(term)
    wall = session.starts_at.astimezone(LONDON).replace(tzinfo=None)
    with term.database.reading() as db:
        before = db.scalars(select(FormerDateRow.starts_at)).one()
        assert before.astimezone(NEW_YORK).replace(tzinfo=None) == wall
    with term.database.writing() as db:
        reversals.undo(db, term.actor(PEERS[0]), offer.id, now)
    assert term.session(round_=1).starts_at.astimezone(NEW_YORK).replace(tzinfo=None) == wall
