"""Long leave pauses: sessions do not count who is away, their calendar is silent, and they are back by themselves."""

from __future__ import annotations

import gzip
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from scheduler import clock
from scheduler.availability.entries import pause, resume
from scheduler.availability.long_leave import away_now
from scheduler.calendars.feeds import Subject
from scheduler.calendars.model import Purpose
from scheduler.calendars.service import open_feed
from scheduler.calendars.tables import FeedBodyRow
from scheduler.changes import Fact, note
from scheduler.coordination.published import published_group
from scheduler.db import Database, Db
from scheduler.desk.needs import count_needs
from scheduler.desk.service import desk_of
from scheduler.equity.places import places_of
from scheduler.equity.plan_shown import find_plan_shown
from scheduler.invitations.group_news import group_states
from scheduler.planning.instance_builder import build_instance
from scheduler.plans.expected import not_expected
from scheduler.plans.figures import planned_tallies
from scheduler.plans.model import Group
from scheduler.plans.service import groups_by_keys
from scheduler.plans.whole import find_published_plan
from scheduler.publishing.present_plan import find_present_plan
from scheduler.publishing.repair import find_damage
from scheduler.sessions.apologies import say_sorry
from scheduler.sessions.published_figures import tallies_of
from scheduler.sessions.published_plan import groups_as_they_are
from scheduler.sessions.quorum import is_held
from scheduler.sessions.service import own_group
from scheduler.sessions.tables import AttendeeRow, SessionRow
from solvers.lookup import Lookup
from solvers.quorum import quorum_of
from tests.scheduler.sessions.term import PEERS, Term, a_term, store_plan


@pytest.fixture
def term(storage: Database) -> Term:
    made = a_term(storage)
    made.mark("2", *PEERS)
    return made


def away(term: Term, name: str, first: date, last: date | None = None, **halves: bool) -> int:
    with term.database.writing() as db:
        who = term.id_of(name)
        return pause(db, term.coordinator(), term.programme_id, who, first, last, clock.now(), **halves)


def cannot(term: Term, *names: str) -> None:
    """Let people say of the first session that they cannot come."""
    with term.database.writing() as db:
        for name in names:
            say_sorry(db, term.actor(name), term.session().id, clock.now())


def held(term: Term) -> bool:
    with term.database.reading() as db:
        return is_held(db, db.get_one(SessionRow, term.session().id))


def days(term: Term, round_: int = 0) -> date:
    return term.session(round_=round_).starts_at.date()


def test_the_quorum_is_of_those_who_are_there(term: Term) -> None:
    """Of four residents three must come (0.6 of 4), of three two (0.6 of 3)."""
    cannot(term, PEERS[0])
    assert held(term)
    cannot(term, PEERS[1])
    assert not held(term)
    away(term, PEERS[1], days(term) - timedelta(days=3), days(term) + timedelta(days=3))
    assert held(term), "two of the three who are there come"


def test_everybody_who_tells_of_a_session_counts_without_those_away(term: Term) -> None:
    """Members' pages, mail to the group and the coordinator's pages say the same."""
    cannot(term, PEERS[0])
    away(term, PEERS[1], days(term) - timedelta(days=3), days(term) + timedelta(days=3))
    now = clock.now()
    with term.database.reading() as db:
        assert is_held(db, db.get_one(SessionRow, term.session().id))
        assert group_states(db, now)[term.programme_id, "g1"].short == frozenset()
        assert published_group(db, term.coordinator(), term.programme_id, "g1").short(now) == ()


@pytest.mark.parametrize(
    ("residents", "away", "quorum"), [(5, 0, 3), (5, 1, 3), (5, 2, 2), (5, 4, 2), (5, 5, 2), (1, 0, 1), (1, 1, 1)]
)
def test_nobody_meets_alone_because_the_others_are_away(residents: int, away: int, quorum: int) -> None:
    assert quorum_of(0.6, residents, away) == quorum


def test_planner_repair_and_figures_expect_the_same_people(term: Term) -> None:
    """Of four one cannot come and one is on leave: two of the three who are expected come, so it is held."""
    cannot(term, PEERS[0])
    away(term, PEERS[1], days(term) - timedelta(days=1), days(term) + timedelta(days=1))
    now = clock.now()
    with term.database.reading() as db:
        present = find_present_plan(db, term.programme_id, now)
        assert present is not None
        assert [rule for rule in present.broken if rule.group == "g1"] == []
        assert ("g1", 0) in present.left_alone, "it stays, and no plan has to state it"
        plan = find_plan_shown(db, term.coordinator(), term.programme_id)
        assert plan is not None
        places = {place.person_id: place for place in places_of(db, plan) if place.group_key == "g1"}
        on_leave, there = places[term.id_of(PEERS[1])], places[term.id_of(PEERS[2])]
        assert (on_leave.held, there.held) == (2, 3), "whoever is away has no seat"
        assert on_leave.share == 1.0


def test_a_date_within_somebodys_leave_needs_its_share_of_the_others(term: Term) -> None:
    away(term, PEERS[1], days(term) - timedelta(days=1), days(term) + timedelta(days=1))
    with term.database.reading() as db:
        instance = build_instance(db, term.programme_id, clock.now(), begun_too=True)
        lookup = Lookup.of(instance)
        [group] = [one for one in instance.previous if one.id == "g1"]
        slots = {slot.start.date(): index for index, slot in enumerate(instance.slots)}
        assert lookup.quorum_at(group.residents, slots[days(term)]) == 2
        assert lookup.quorum_at(group.residents, slots[days(term, 1)]) == 3


def test_a_draft_has_no_seat_for_who_is_on_leave_then(term: Term) -> None:
    plan_id = store_plan(term)
    with term.database.reading() as db:
        before = planned_tallies(db, plan_id, 3)["g1"]
    away(term, PEERS[1], days(term) - timedelta(days=1), days(term) + timedelta(days=1))
    with term.database.reading() as db:
        assert not_expected(db, plan_id) == {("g1", 0, term.id_of(PEERS[1]))}
        after = planned_tallies(db, plan_id, 3)["g1"]
    assert after.seats == before.seats - 1


def test_a_group_that_leave_makes_too_small_is_counted_beside_today(term: Term) -> None:
    for name in PEERS[:2]:
        away(term, name, days(term) - timedelta(days=1), days(term, 2) + timedelta(days=1))
    with term.database.reading() as db:
        needs = count_needs(db, term.coordinator(), term.programme_id, clock.now())
        assert needs.reduced == len(desk_of(db, term.coordinator(), term.programme_id, clock.now()).reduced) == 1
        assert needs.total >= 1


def test_a_group_sees_away_and_no_reason_and_counts_without_them(term: Term) -> None:
    now = clock.now()
    away(term, PEERS[0], now.date() - timedelta(days=1), days(term) + timedelta(days=3))
    with term.database.reading() as db:
        group = own_group(db, term.actor(PEERS[1]), term.programme_id, "g1")
    first, later = group.sessions[0], group.sessions[1]
    assert group.away == ("Ada Quill",)
    assert [len(session.residents) for session in (first, later)] == [3, 4]
    assert (group.quorum_at(first), group.quorum_at(later)) == (2, 3)
    assert [attendance.name for attendance in first.away] == ["Ada Quill"]


def test_a_calendar_falls_silent_for_the_leave_alone(term: Term) -> None:
    with term.database.writing() as db:
        now = clock.now()
        feed = open_feed(db, term.actor(PEERS[0]), Subject(Purpose.PERSON), now).feed_id
        busy = open_feed(db, term.actor(PEERS[0]), Subject(Purpose.BUSY), now).feed_id
        group = open_feed(db, term.actor(PEERS[0]), Subject(Purpose.GROUP, term.programme_id, "g1"), now).feed_id
        other = open_feed(db, term.actor(PEERS[1]), Subject(Purpose.PERSON), now).feed_id
    everything = term.session(round_=0).starts_at, term.session(round_=1).starts_at
    leave = away(term, PEERS[0], days(term) - timedelta(days=1), days(term))
    for silent in (feed, busy, group):
        assert [shows(term, silent, at) for at in everything] == [False, True]
    assert shows(term, other, everything[0])
    with term.database.writing() as db:
        resume(db, term.actor(PEERS[0]), leave, clock.now())
    for back in (feed, busy, group):
        assert shows(term, back, everything[0])


def shows(term: Term, feed_id: int, at: datetime) -> bool:
    with term.database.reading() as db:
        body = gzip.decompress(db.scalars(select(FeedBodyRow.gzipped).where(FeedBodyRow.feed_id == feed_id)).one())
    return f"{at:%Y%m%dT}".encode() in body


def test_leave_that_is_taken_back_brings_the_person_back(term: Term) -> None:
    leave = away(term, PEERS[0], clock.now().date(), None)
    with term.database.reading() as db:
        assert set(db.scalars(select(AttendeeRow.away).where(AttendeeRow.person_id == term.id_of(PEERS[0])))) == {True}
    with term.database.writing() as db:
        resume(db, term.actor(PEERS[0]), leave, clock.now())
    with term.database.reading() as db:
        assert set(db.scalars(select(AttendeeRow.away).where(AttendeeRow.person_id == term.id_of(PEERS[0])))) == {False}


def test_leave_that_begins_on_the_day_a_session_ends_is_away(term: Term) -> None:
    """The session goes past midnight, by the clocks of the site."""
    session = term.session()
    midnight = datetime.combine(session.starts_at.date(), datetime.min.time(), session.starts_at.tzinfo)
    late = midnight + timedelta(hours=23, minutes=30)
    with term.database.writing() as db:
        db.execute(
            update(SessionRow)
            .where(SessionRow.id == session.id)
            .values(starts_at=late, ends_at=late + timedelta(hours=1))
        )
    away(term, PEERS[0], late.date() + timedelta(days=1), late.date() + timedelta(days=5))
    with term.database.reading() as db:
        row = db.get_one(AttendeeRow, (session.id, term.id_of(PEERS[0])))
        assert row.away


def test_half_a_day_away_is_half_a_day(term: Term) -> None:
    session = term.session()
    day = session.starts_at.date()
    noon = datetime.combine(day, datetime.min.time(), session.starts_at.tzinfo) + timedelta(hours=15)
    with term.database.writing() as db:
        db.execute(
            update(SessionRow)
            .where(SessionRow.id == session.id)
            .values(starts_at=noon, ends_at=noon + timedelta(hours=1))
        )
    away(term, PEERS[0], day, day, until_midday=True)
    away(term, PEERS[1], day, day, from_midday=True)
    with term.database.reading() as db:
        found = [db.get_one(AttendeeRow, (session.id, term.id_of(name))).away for name in PEERS[:2]]
    assert found == [False, True]


def test_who_is_away_now_is_told_by_the_calendar_alone(term: Term) -> None:
    now = clock.now()
    away(term, PEERS[0], now.date(), now.date() + timedelta(days=2))
    who = {term.id_of(PEERS[0])}
    with term.database.reading() as db:
        found = [bool(away_now(db, who, now + timedelta(days=offset))) for offset in (-2, 1, 4)]
    assert found == [False, True, False]


def test_every_page_counts_without_those_away_and_the_first_tells_that_the_group_is_reduced(term: Term) -> None:
    """Two of four on leave for the term: two of two come, no repair says otherwise, and the coordinator is told."""
    before = clock.now()
    with term.database.reading() as db:
        assert desk_of(db, term.coordinator(), term.programme_id, before).reduced == ()
    for name in PEERS[:2]:
        away(term, name, days(term) - timedelta(days=3))
    now = clock.now()
    with term.database.writing() as db:
        note(db, Fact.TIME, term.programme_id, now, [term.id_of(name) for name in PEERS])
    with term.database.reading() as db:
        actor, plan = term.coordinator(), find_plan_shown(db, term.coordinator(), term.programme_id, None)
        assert plan is not None
        desk = desk_of(db, actor, term.programme_id, now)
        assert desk.ahead.will_meet == desk.ahead.wanted
        assert [(one.key, one.away, one.members, one.sessions) for one in desk.reduced] == [("g1", 2, 4, 3)]
        assert tallies_of(db, actor, term.programme_id, plan.id)["g1"].held == 3
        (group,) = shown_plan(db, term)
        assert {(one.can_come, one.residents, one.holds) for one in group.sessions} == {(2, 2, True)}
        damage = find_damage(db, actor, term.programme_id, now)
        assert damage is not None
        assert [one for one in damage.broken if one.round is not None] == []


def shown_plan(db: Db, term: Term) -> tuple[Group, ...]:
    plan = find_published_plan(db, term.programme_id)
    assert plan is not None
    return groups_as_they_are(
        db, term.coordinator(), term.programme_id, groups_by_keys(db, term.coordinator(), plan.id, ["g1"])
    )
