"""A pause of one's own: no reason, the place stays, nobody counts whoever is away, and one tap ends it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from scheduler import clock
from scheduler.audit.tables import AuditRow
from scheduler.availability.breaks import Break, come_back, own_break, take_break
from scheduler.availability.tables import AbsenceRow
from scheduler.db import Database
from scheduler.errors import NotAllowed, NotFound, NotPossible, Rejected
from scheduler.people.model import Role
from scheduler.plans.membership import group_roster
from scheduler.publishing.leavers import leave
from scheduler.sessions.tables import AttendeeRow
from tests.builders import actor
from tests.scheduler.sessions.term import FACILITATOR, PEERS, Term, a_term

ADA = PEERS[0]
DAY = timedelta(days=1)


@pytest.fixture
def term(storage: Database) -> Term:
    return a_term(storage)


def today() -> date:
    return clock.now().date()


def pauses(term: Term, first: date, last: date | None = None, who: str = ADA, now: datetime | None = None) -> None:
    with term.database.writing() as db:
        take_break(db, term.actor(who), term.programme_id, first, last, now or clock.now())


def is_back(term: Term, who: str = ADA, now: datetime | None = None) -> None:
    with term.database.writing() as db:
        come_back(db, term.actor(who), term.programme_id, now or clock.now())


def own(term: Term, who: str = ADA, now: datetime | None = None) -> Break | None:
    with term.database.reading() as db:
        return own_break(db, term.actor(who), term.programme_id, now or clock.now())


def away(term: Term, who: str = ADA, group: str = "g1", round_: int = 0) -> bool:
    with term.database.reading() as db:
        return db.get_one(AttendeeRow, (term.session(group, round_).id, term.id_of(who))).away


@pytest.mark.parametrize(("who", "group"), [(ADA, "g1"), (FACILITATOR, "g2")])
def test_the_place_stays_and_nobody_is_expected_until_they_are_back(term: Term, who: str, group: str) -> None:
    last = term.session(group, 0).starts_at.date()
    pauses(term, today(), last, who)
    assert own(term, who) == Break(today(), last, has_begun=True)
    assert (away(term, who, group, 0), away(term, who, group, 1)) == (True, False), "they are back by themselves"
    with term.database.reading() as db:
        assert term.id_of(who) in group_roster(db, term.programme_id, group)
    is_back(term, who)
    assert own(term, who) is None
    assert not away(term, who, group, 0)


def test_an_open_pause_lasts_until_they_come_back_and_what_is_over_stays_as_it_was(term: Term) -> None:
    pauses(term, today())
    assert away(term, round_=2)
    later = clock.now() + 5 * DAY
    is_back(term, now=later)
    is_back(term, now=later)
    assert not away(term, round_=2)
    with term.database.reading() as db:
        row = db.scalars(select(AbsenceRow)).one()
    assert (row.first_day, row.last_day) == (today(), today() + 4 * DAY)
    assert own(term, now=later) is None


def test_one_that_has_not_begun_is_taken_back(term: Term) -> None:
    pauses(term, today() + 3 * DAY)
    found = own(term)
    assert found is not None
    assert not found.has_begun
    is_back(term)
    with term.database.reading() as db:
        assert not db.scalars(select(AbsenceRow)).all()


def test_what_is_over_cannot_be_paused_nor_twice_at_once(term: Term) -> None:
    for first, last in ((today() - DAY, None), (today() + DAY, today())):
        with pytest.raises(Rejected):
            pauses(term, first, last)
    pauses(term, today())
    for first in (today(), today() + 30 * DAY):
        with pytest.raises(NotPossible):
            pauses(term, first)


def test_nobody_pauses_others_and_who_left_has_nothing_to_pause(term: Term) -> None:
    for who in (term.coordinator(), actor(term.id_of(ADA), term.programme_id + 1, Role.RESIDENT)):
        with term.database.writing() as db, pytest.raises(NotAllowed):
            take_break(db, who, term.programme_id, today(), None, clock.now())
        with term.database.writing() as db, pytest.raises(NotAllowed):
            come_back(db, who, term.programme_id, clock.now())
    with term.database.writing() as db:
        leave(db, term.actor(ADA), term.programme_id, clock.now())
    with pytest.raises(NotFound):
        pauses(term, today())


def test_coming_back_ends_ones_own_pause_alone(term: Term) -> None:
    pauses(term, today())
    pauses(term, today(), who=PEERS[1])
    is_back(term)
    assert own(term) is None
    assert own(term, PEERS[1]) is not None


def test_the_record_holds_no_day_and_no_reason(term: Term) -> None:
    pauses(term, today(), today() + 3 * DAY)
    with term.database.reading() as db:
        line = db.scalars(select(AuditRow).where(AuditRow.action == "absence.noted")).one()
    assert line.details == {"person": term.id_of(ADA)}
