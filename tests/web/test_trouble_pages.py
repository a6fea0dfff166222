"""The coordinator's list of troubles: what is said, one click, many at once, and what no longer works."""

from __future__ import annotations

import re
from datetime import time, timedelta

import pytest
from sqlalchemy import select

from scheduler import clock
from scheduler.audit.tables import AuditRow
from scheduler.availability.entries import set_weekly
from scheduler.availability.model import Weekly
from scheduler.people.model import Role
from scheduler.people.tables import ParticipantRow
from scheduler.plans.model import RunState
from scheduler.plans.tables import PlanRow, RunRow
from scheduler.publishing.leavers import leave
from scheduler.sessions.apologies import say_sorry, take_back
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import SessionRow
from scheduler.troubles.model import TroubleState
from scheduler.troubles.tables import TroubleRow
from tests.builders import actor
from tests.web.builders import COORDINATOR, RESIDENT, Browser, Pages, words_of

MISSING = "Ada Quill, Ben Marrow, Cat Osier can’t come."
PEERS = ("ada.quill", "ben.marrow", "cat.osier", "dan.reed")


def session_of(pages: Pages, group_key: str = "g1", round_: int = 0) -> SessionRow:
    with pages.database.reading() as db:
        wanted = (SessionRow.programme_id == pages.programme_id, SessionRow.group_key == group_key)
        return db.scalars(select(SessionRow).where(*wanted, SessionRow.round == round_)).one()


def three_apologise(pages: Pages, round_: int = 0) -> int:
    """Too few are left for a session of the peers; returns the id of the trouble."""
    session = session_of(pages, "g1", round_)
    with pages.database.writing() as db:
        for name in PEERS[:3]:
            who = actor(pages.ids[f"{name}@example.org"], pages.programme_id, Role.RESIDENT)
            say_sorry(db, who, session.id, clock.now())
    with pages.database.reading() as db:
        return db.scalars(select(TroubleRow.id).where(TroubleRow.session_id == session.id)).one()


def trouble(pages: Pages, trouble_id: int) -> TroubleRow:
    with pages.database.reading() as db:
        return db.get_one(TroubleRow, trouble_id)


def remedies(text: str, trouble_id: int) -> list[str]:
    return re.findall(rf'name="now" value="{trouble_id}\|([^"]+)"', text)


@pytest.fixture
def cora(pages: Pages) -> Browser:
    """The coordinator's browser, once everybody has said that they can come in office hours."""
    hours = tuple(Weekly(weekday, time(9), time(18), "2", "working_hours") for weekday in range(5))
    with pages.database.writing() as db:
        here = select(ParticipantRow).where(ParticipantRow.programme_id == pages.programme_id)
        for part in db.scalars(here).all():
            who = actor(part.person_id, pages.programme_id, part.kind)
            set_weekly(db, who, pages.programme_id, hours, clock.now())
    return pages.signed_in(COORDINATOR)


def test_the_first_page_and_the_plan_say_what_is_so_today(pages: Pages, cora: Browser) -> None:
    with pages.database.writing() as db:
        row = db.get_one(RunRow, pages.run_id)
        row.state, row.finished_at = RunState.FAILED, clock.now()
        db.delete(db.get_one(PlanRow, pages.draft_id))
    before = words_of(cora.get(pages.path()).text)
    assert "All of the next 6 sessions will meet Nothing needs you today." in before
    three_apologise(pages)
    after = words_of(cora.get(pages.path()).text)
    assert "Nothing needs you today" not in after
    assert "5 of the next 6 sessions will meet An answer to the session, or something about it, changed." in after
    assert "about it, changed. Since then, 1 thing" in after
    assert "Today 1 1 thing needs you" in after
    assert f"{MISSING} 3 residents are needed." in after
    plan = words_of(cora.get(pages.path(f"/plans/{pages.published_id}")).text)
    assert "5 of 6" in plan
    assert "has too few people in round 1" in plan


def test_who_left_is_in_the_published_plan_no_more(pages: Pages, cora: Browser) -> None:
    with pages.database.writing() as db:
        who = actor(pages.ids[RESIDENT], pages.programme_id, Role.RESIDENT)
        leave(db, who, pages.programme_id, clock.now())
    plan = words_of(cora.get(pages.path(f"/plans/{pages.published_id}")).text)
    assert "Ada Quill" not in plan.split("wishes could not be met")[0]
    assert "7 residents in 2 groups" in plan


def test_a_click_moves_the_session(pages: Pages, cora: Browser) -> None:
    number = three_apologise(pages)
    page = cora.get(pages.path("/troubles")).text
    assert "Ada Quill, Ben Marrow, Cat Osier can’t come. 3 residents are needed." in words_of(page)
    first = remedies(page, number)[0]
    assert first.startswith("date:")
    before = session_of(pages).starts_at
    assert cora.post(pages.path("/troubles"), {"now": f"{number}|{first}", "why": ""}).status_code == 303
    assert session_of(pages).starts_at != before
    assert trouble(pages, number).state == TroubleState.SETTLED
    page = words_of(cora.get(pages.path(f"/troubles/{number}")).text)
    assert "settled This is all right again. What was wrong: too few could come." in page
    assert "A session was moved (Cora Coordinator)." in page
    assert "Nothing needs you" in cora.get(pages.path("/troubles")).text


def test_many_are_settled_together_or_none(pages: Pages, cora: Browser) -> None:
    one, other = three_apologise(pages, 0), three_apologise(pages, 1)
    page = cora.get(pages.path("/troubles")).text
    first = remedies(page, one)[0]
    gone = {f"remedy-{one}": first, f"remedy-{other}": "date:2020-01-01T12:00:00+00:00", "why": ""}
    answer = cora.post(pages.path("/troubles"), gone)
    assert answer.status_code == 422
    assert "this no longer works" in answer.text
    assert f'value="{first}" selected' in answer.text
    assert {trouble(pages, each).state for each in (one, other)} == {TroubleState.OPEN}
    both = {f"remedy-{one}": first, f"remedy-{other}": "accept", "why": "they asked for it"}
    assert cora.post(pages.path("/troubles"), both).status_code == 303
    assert trouble(pages, one).state == TroubleState.SETTLED
    assert trouble(pages, other).state == TroubleState.ACCEPTED


def test_whatever_is_left_as_it_is_can_be_put_back(pages: Pages, cora: Browser) -> None:
    number = three_apologise(pages)
    cora.post(pages.path(f"/troubles/{number}"), {"now": f"{number}|accept", "why": "fine"})
    assert "Cora Coordinator decided on" in cora.get(pages.path(f"/troubles/{number}")).text
    assert "Left as they are: 1" in cora.get(pages.path("/troubles?state=accepted")).text
    cora.post(pages.path(f"/troubles/{number}/reopen"))
    assert trouble(pages, number).state == TroubleState.OPEN
    with pages.database.reading() as db:
        kept = db.scalars(select(AuditRow.details).where(AuditRow.action == "trouble.accepted")).one()
    assert kept == {"trouble": number, "why": "fine"}


def test_a_session_is_cancelled_and_other_dates_are_offered(pages: Pages, cora: Browser) -> None:
    number = three_apologise(pages)
    cora.post(pages.path(f"/troubles/{number}"), {"now": f"{number}|cancel", "why": "too few"})
    assert session_of(pages).status == SessionStatus.CANCELLED
    assert session_of(pages).offers_again
    assert "The session no longer takes place." in cora.get(pages.path(f"/troubles/{number}")).text


def test_a_settled_one_and_nonsense_are_refused(pages: Pages, cora: Browser) -> None:
    number = three_apologise(pages)
    session = session_of(pages)
    with pages.database.writing() as db:
        for name in PEERS[:3]:
            who = actor(pages.ids[f"{name}@example.org"], pages.programme_id, Role.RESIDENT)
            take_back(db, who, session.id, clock.now())
    for data in ({"now": f"{number}|accept"}, {"now": "nonsense"}, {"now": f"{number}|room:x"}, {}):
        assert cora.post(pages.path("/troubles"), data).status_code == 422
    assert cora.get(pages.path("/troubles/999999")).status_code == 404
    assert cora.get(pages.path("/troubles?state=nothing")).status_code == 422


def test_a_reason_is_asked_for_inside_the_freeze(pages: Pages, cora: Browser) -> None:
    number = three_apologise(pages)
    with pages.database.writing() as db:
        row = db.get_one(SessionRow, session_of(pages).id)
        length = row.ends_at - row.starts_at
        row.starts_at = clock.now() + timedelta(days=3)
        row.ends_at = row.starts_at + length
    answer = cora.post(pages.path("/troubles"), {"now": f"{number}|cancel", "why": "", f"remedy-{number}": ""})
    assert answer.status_code == 422
    assert "This change needs a reason." in answer.text
    assert session_of(pages).status != SessionStatus.CANCELLED


def test_nobody_else_sees_them(pages: Pages) -> None:
    number = three_apologise(pages)
    ada = pages.signed_in(RESIDENT)
    assert ada.get(pages.path("/troubles")).status_code == 404
    assert ada.get(pages.path(f"/troubles/{number}")).status_code == 404
    assert ada.post(pages.path("/troubles"), {"now": f"{number}|accept"}).status_code == 404
