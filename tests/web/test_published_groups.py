"""Published groups and sessions as their coordinator reads and changes them."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlencode

from sqlalchemy import delete, select, update

from scheduler import clock
from scheduler.groups.tables import GoalRow
from scheduler.people.model import Actor
from scheduler.plans.membership import group_roster
from scheduler.plans.model import MemberRole
from scheduler.plans.tables import GroupRow, MemberRow
from scheduler.programmes.tables import ModelRow
from scheduler.sessions.apologies import say_sorry
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import AttendeeRow, DeputyRow, SessionRow
from tests.web.builders import COORDINATOR, FACILITATOR, OVERSEER, RESIDENT, UNPLACED, Pages, words_of


def session_of(pages: Pages, group_key: str = "g1", round_: int = 1) -> SessionRow:
    with pages.database.reading() as db:
        wanted = (SessionRow.programme_id == pages.programme_id, SessionRow.group_key == group_key)
        return db.scalars(select(SessionRow).where(*wanted, SessionRow.round == round_)).one()


def change(pages: Pages, **fields: object) -> str:
    return pages.path(f"/change?{urlencode(fields)}")


def test_every_group_and_session_opens_from_the_plan(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    plan = browser.get(pages.path(f"/plans/{pages.published_id}")).text
    assert f'href="{pages.path("/groups/g1")}"' in plan
    listed = browser.get(pages.path("/groups")).text
    assert "Peer group 1" in words_of(listed)
    group = browser.get(pages.path("/groups/g1")).text
    for name in ("Ada Quill", "Ben Marrow", "Cat Osier", "Dan Reed"):
        assert name in words_of(group)
    sessions = re.findall(rf'href="({pages.path("/sessions/")}\d+)"', group)
    assert len(set(sessions)) == 3
    for path in sessions:
        assert "can come" in words_of(browser.get(path).text)


def test_where_only_the_facilitator_is_missing_nobody_reads_that_too_few_can_come(pages: Pages) -> None:
    session = session_of(pages, "g2", 0)
    with pages.database.writing() as db:
        db.execute(update(ModelRow).where(ModelRow.key == "near-peer").values(present=1))
        say_sorry(db, Actor(pages.ids[FACILITATOR], FACILITATOR), session.id, clock.now())
    browser = pages.signed_in(COORDINATOR)
    for path in ("/groups", "/groups/g2", f"/sessions/{session.id}"):
        page = words_of(browser.get(pages.path(path)).text)
        assert ("no facilitator can come" in page, "too few can come" in page) == (True, False), path
    assert "of its sessions would not be held" in words_of(browser.get(pages.path("/groups/g2")).text)


def test_nobody_else_reads_them(pages: Pages) -> None:
    session = session_of(pages)
    for email in (RESIDENT, FACILITATOR, OVERSEER):
        browser = pages.signed_in(email)
        for path in ("/groups", "/groups/g1", "/groups/g1/more", f"/sessions/{session.id}", "/change?act=end&group=g1"):
            assert browser.get(pages.path(path)).status_code == 404, (email, path)


def test_what_a_group_keeps_to_itself_is_on_no_page(pages: Pages) -> None:
    with pages.database.writing() as db:
        ada = pages.ids[RESIDENT]
        now = session_of(pages).created_at
        goal = GoalRow(programme_id=pages.programme_id, person_id=ada, text="To say no more often", shared=True)
        goal.created_at = now
        db.add(goal)
    browser, session = pages.signed_in(COORDINATOR), session_of(pages)
    for path in ("/groups", "/groups/g1", f"/groups/g1/place/{ada}", f"/sessions/{session.id}"):
        assert "say no more often" not in browser.get(pages.path(path)).text


def test_a_date_is_chosen_seen_and_taken(pages: Pages) -> None:
    browser, session = pages.signed_in(COORDINATOR), session_of(pages)
    page = browser.get(pages.path(f"/sessions/{session.id}")).text
    at = re.findall(r'name="at" value="([^"]+)"', page)[0]
    seen = browser.get(change(pages, act="move", session=session.id, at=at))
    assert seen.status_code == 200
    assert "No rule stands against it" in words_of(seen.text)
    assert session_of(pages).starts_at == session.starts_at, "looking changes nothing"
    answer = browser.post(pages.path("/change"), {"act": "move", "session": session.id, "at": at, "why": "The fair"})
    assert answer.status_code == 303
    moved = session_of(pages)
    assert moved.starts_at.isoformat() == at
    assert moved.sequence == session.sequence + 1
    history = words_of(browser.get(answer.location).text)
    assert "The fair" in history
    assert "Moved from" in history


def test_a_time_that_is_typed_is_judged(pages: Pages) -> None:
    browser, session = pages.signed_in(COORDINATOR), session_of(pages)
    day = (session.starts_at + timedelta(days=1)).date().isoformat()
    seen = browser.get(change(pages, act="move", session=session.id, day=day, time="03:15"))
    words = words_of(seen.text)
    assert "is outside the times for sessions (" in words
    fields = {"act": "move", "session": session.id, "day": day, "time": "03:15"}
    refused = browser.post(pages.path("/change"), fields)
    assert refused.status_code == 422
    assert "This change needs a reason" in words_of(refused.text)
    assert session_of(pages).starts_at == session.starts_at


def test_a_facilitator_is_replaced_in_two_clicks(pages: Pages) -> None:
    fay, gil = pages.ids[FACILITATOR], pages.ids["gil.spare@example.org"]
    browser = pages.signed_in(COORDINATOR)
    page = browser.get(pages.path(f"/groups/g2/place/{fay}")).text
    assert "Nobody could" in words_of(page), "Gil does not facilitate near-peer groups"
    fields = {"act": "take_over", "group": "g2", "from": fay, "person": gil}
    seen = words_of(browser.get(change(pages, **fields)).text)
    assert "Gil Spare doesn’t offer the kind of group that " in seen
    answer = browser.post(pages.path("/change"), {**fields, "why": "Fay is ill"})
    assert answer.status_code == 303
    with pages.database.reading() as db:
        assert gil in group_roster(db, pages.programme_id, "g2")
        assert fay not in group_roster(db, pages.programme_id, "g2")


def test_cancelling_lets_the_group_choose_another_date(pages: Pages) -> None:
    browser, session = pages.signed_in(COORDINATOR), session_of(pages)
    fields = {"act": "cancel", "session": session.id, "again": "1"}
    assert browser.post(pages.path("/change"), fields).status_code == 303
    assert session_of(pages).status == SessionStatus.CANCELLED
    page = browser.get(pages.path(f"/sessions/{session.id}")).text
    assert "See what reinstating it would do" in page
    back = browser.post(pages.path("/change"), {"act": "reinstate", "session": session.id})
    assert back.status_code == 303
    assert session_of(pages).status == SessionStatus.CONFIRMED
    with pages.database.reading() as db:
        assert db.scalars(select(DeputyRow)).all() == []


def test_somebody_without_a_group_is_put_into_one(pages: Pages) -> None:
    browser, zoe = pages.signed_in(COORDINATOR), pages.ids[UNPLACED]
    assert "Zoe Left" in words_of(browser.get(pages.path("/groups/g1/more")).text)
    answer = browser.post(pages.path("/change"), {"act": "in", "group": "g1", "person": zoe, "why": "She asked"})
    assert answer.status_code == 303
    assert "Zoe Left" in words_of(browser.get(pages.path("/groups/g1")).text)
    out = browser.post(pages.path("/change"), {"act": "out", "group": "g1", "person": zoe, "why": "She left again"})
    assert out.status_code == 303
    assert "Zoe Left</span>" not in browser.get(pages.path("/groups/g1")).text


def test_what_has_changed_since_it_was_looked_at_is_shown_again(pages: Pages) -> None:
    browser, session = pages.signed_in(COORDINATOR), session_of(pages)
    page = browser.get(change(pages, act="cancel", session=session.id)).text
    looked = dict(re.findall(r'name="(seen|act|session)" value="([^"]+)"', page))
    with pages.database.writing() as db:  # somebody apologises meanwhile
        say_sorry(db, Actor(pages.ids[RESIDENT], "R"), session.id, clock.now())
    answer = browser.post(pages.path("/change"), looked)
    assert answer.status_code == 409
    assert session_of(pages).status == SessionStatus.CONFIRMED


def test_a_group_that_has_ended_says_so_to_its_people(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    answer = browser.post(pages.path("/change"), {"act": "end", "group": "g1", "why": "Nobody came"})
    assert answer.status_code == 303
    member = pages.signed_in(RESIDENT).get("/my-group").text
    assert "This group has ended" in words_of(member)
    assert "Nobody came" not in member
    assert "Peer group 1" not in words_of(browser.get(pages.path(f"/plans/{pages.published_id}")).text)


def test_what_cannot_be_read_is_said(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    assert browser.get(pages.path("/change?act=pause&group=g1")).status_code == 422
    assert (
        browser.get(pages.path("/change?act=pause&group=nothing&first_day=2027-01-01&last_day=2027-01-02")).status_code
        == 404
    )
    assert browser.get(pages.path("/change?act=move&session=99999999&day=2027-01-01&time=12:00")).status_code == 404
    assert browser.get(pages.path("/change?act=unknown")).status_code == 302


def test_a_group_that_nobody_leads_can_be_given_a_facilitator_for_one_session_where_its_kind_takes_one(
    pages: Pages,
) -> None:
    with pages.database.writing() as db:
        near = select(GroupRow.id).where(GroupRow.key == "g2")
        leads = (MemberRow.group_id.in_(near), MemberRow.role == MemberRole.FACILITATOR)
        db.execute(delete(MemberRow).where(*leads))
        session = db.scalars(select(SessionRow).where(SessionRow.group_key == "g2", SessionRow.round == 0)).one()
        led = (AttendeeRow.session_id == session.id, AttendeeRow.role == MemberRole.FACILITATOR)
        db.execute(delete(AttendeeRow).where(*led))
        peers = db.scalars(select(SessionRow.id).where(SessionRow.group_key == "g1", SessionRow.round == 0)).one()
    browser = pages.signed_in(COORDINATOR)
    page = words_of(browser.get(pages.path(f"/sessions/{session.id}")).text)
    assert "This kind of group meets without a facilitator." not in page
    assert "Nobody facilitates this group." in page
    assert "Who could facilitate this session" in page
    page = words_of(browser.get(pages.path(f"/sessions/{peers}")).text)
    assert "This kind of group meets without a facilitator." in page


def test_residents_and_facilitators_are_counted_apart_on_other_dates(pages: Pages) -> None:
    session = session_of(pages, "g2", 0)
    page = words_of(pages.signed_in(COORDINATOR).get(pages.path(f"/sessions/{session.id}")).text)
    assert "4 of 4 can come." in page
    assert "4 residents can come · with Fay Lantern" in page
    assert "5 residents can come" not in page
