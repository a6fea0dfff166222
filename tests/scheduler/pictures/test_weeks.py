"""The term week by week: which weeks are shown, what is in them, and that a draft shows what it was made with."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update

from scheduler import clock
from scheduler.changes import Fact, note
from scheduler.db import Database
from scheduler.equity.plan_shown import find_plan_shown, get_plan_shown
from scheduler.errors import NotAllowed
from scheduler.pictures.weeks import TermAsk, TermShown, by_day, monday_of, weeks_of_term
from scheduler.plans.tables import PlanRow
from scheduler.programmes.service import get_programme
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import SessionRow
from tests.scheduler.sessions.term import FACILITATOR, NEAR_PEERS, PEERS, Term, a_term, add_groups, counted, store_plan


@pytest.fixture
def term(storage: Database) -> Term:
    return a_term(storage)


def shown(term: Term, plan_id: int | None = None, **asked: object) -> TermShown:
    with term.database.reading() as db:
        plan = find_plan_shown(db, term.coordinator(), term.programme_id, plan_id)
        assert plan is not None
        return weeks_of_term(db, term.coordinator(), plan, TermAsk(**asked), clock.now())  # type: ignore[arg-type]


def all_of(found: TermShown) -> list[tuple[str, int]]:
    return sorted((one.group_key, one.round) for week in found.weeks for one in week.sessions)


def page_through(term: Term, weeks: int) -> list[tuple[str, int]]:
    found, sessions = shown(term, day=first_day(term), weeks=weeks), []
    while True:
        sessions += all_of(found)
        if found.later is None:
            return sorted(sessions)
        found = shown(term, day=found.later, weeks=weeks)


def first_day(term: Term) -> date:
    with term.database.reading() as db:
        return get_programme(db, term.programme_id).first_day


@pytest.mark.parametrize("weeks", [1, 2, 4])
def test_every_session_is_on_exactly_one_page(term: Term, weeks: int) -> None:
    assert page_through(term, weeks) == sorted((key, number) for key in ("g1", "g2") for number in range(3))


def test_every_week_of_the_term_is_counted(term: Term) -> None:
    found = shown(term)
    assert sum(week.sessions for week in found.counts) == found.sessions == 6
    days = [week.first_day for week in found.counts]
    assert days == [days[0] + timedelta(weeks=n) for n in range(12)]
    assert days[0] == first_day(term)


def test_before_the_term_its_first_sessions_are_shown_and_after_it_the_last_weeks(term: Term) -> None:
    first = term.session("g1", 0).starts_at
    found = shown(term)
    assert found.weeks[0].first_day == monday_of(first.date())
    assert found.weeks[0].sessions
    last = shown(term, day=first_day(term) + timedelta(days=3000), weeks=2)
    assert [week.first_day for week in last.weeks] == [week.first_day for week in last.counts[-2:]]
    assert last.later is None
    assert last.earlier is not None


def test_a_session_says_who_can_come_and_who_leads(term: Term) -> None:
    peers, near = shown(term, weeks=4).weeks, shown(term, weeks=4, lead_id=term.id_of(FACILITATOR))
    one = next(one for week in peers for one in week.sessions if one.group_key == "g1")
    assert sorted(one.marks) == ["2", "2", "2", "?"]
    assert (one.coming, one.holds, one.leads, one.in_trouble) == (3, True, (), False)
    assert one.session_id == term.session("g1", 0).id
    led = next(one for week in near.weeks for one in week.sessions)
    assert {key for key, _ in all_of(near)} == {"g2"}
    assert led.leads == ((term.id_of(FACILITATOR), "Fay Lantern"),)
    assert near.leads == ((term.id_of(FACILITATOR), "Fay Lantern"),)


def test_only_what_is_in_trouble(term: Term) -> None:
    assert shown(term, in_trouble=True).sessions == 0
    term.mark("0", *NEAR_PEERS[:3])
    with term.database.writing() as db:
        note(db, Fact.TIME, term.programme_id, clock.now(), [term.id_of(name) for name in NEAR_PEERS[:3]])
    found = shown(term, in_trouble=True, weeks=4)
    assert {key for key, _ in all_of(found)} == {"g2"}
    assert found.sessions == 3
    assert all(not one.holds and one.in_trouble for week in found.weeks for one in week.sessions)
    assert sum(week.in_trouble for week in shown(term).counts) == 3


def test_a_search_and_places_narrow_it_and_what_is_cancelled_is_gone(term: Term) -> None:
    assert {key for key, _ in all_of(shown(term, q="ada quill", weeks=4))} == {"g1"}
    assert shown(term, q="nobody of that name").sessions == 0
    assert shown(term, room_id=1_000_000).sessions == shown(term, site_id=1_000_000).sessions == 0
    with term.database.writing() as db:
        db.execute(update(SessionRow).where(SessionRow.round == 0).values(status=SessionStatus.CANCELLED))
        note(db, Fact.SESSIONS, term.programme_id, clock.now())
    assert shown(term).sessions == 4


def test_days_without_a_session_are_there_where_the_programme_meets(term: Term) -> None:
    week = shown(term).weeks[0]
    days = by_day(week, "Europe/London", {0, 1, 2, 3, 4})
    assert list(days) == [week.first_day + timedelta(days=n) for n in range(5)]
    assert sum(map(len, days.values())) == len(week.sessions)


def test_a_draft_shows_what_it_was_made_with(term: Term) -> None:
    draft = store_plan(term, (1,))
    found = shown(term, draft, weeks=4)
    assert found.sessions == 5
    assert all(one.session_id is None for week in found.weeks for one in week.sessions)
    assert {len(one.marks) for week in found.weeks for one in week.sessions} == {4}
    assert shown(term, draft, lead_id=term.id_of(FACILITATOR)).sessions == 3
    with term.database.reading() as db:
        assert get_plan_shown(db, term.coordinator(), term.programme_id, draft).is_draft


def test_the_number_of_queries_is_the_same_for_many_groups(term: Term) -> None:
    def queries() -> int:
        with counted(term.database) as asked:
            shown(term, weeks=4)
        return len(asked)

    few = queries()
    add_groups(term, *(f"more{n}" for n in range(5)))
    assert shown(term).sessions == 6 + 15
    assert queries() == few


def test_members_see_none_of_it(term: Term) -> None:
    with term.database.reading() as db:
        plan = get_plan_shown(db, term.coordinator(), term.programme_id, db.scalars(select(func.max(PlanRow.id))).one())
        with pytest.raises(NotAllowed):
            weeks_of_term(db, term.actor(PEERS[0]), plan, TermAsk(), clock.now())
