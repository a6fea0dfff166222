"""What residents and facilitators read."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import select

from scheduler import clock
from scheduler.changes import Fact, note
from scheduler.people.model import Role
from scheduler.people.tables import PersonRow, RoleRow
from scheduler.plans.tables import GroupRow, MemberRow
from scheduler.sessions.tables import AttendeeRow, SessionRow
from tests.web.builders import (
    COORDINATOR,
    FACILITATOR,
    OTHER_RESIDENT,
    RESIDENT,
    UNPLACED,
    Browser,
    Pages,
    words_of,
)

MEMBERS_BUDGET_BYTES = 60_000


def test_the_next_session_stands_first_with_place_and_own_mark(pages: Pages) -> None:
    page = words_of(pages.signed_in(OTHER_RESIDENT).get("/my-group").text)
    assert page.index("Next session") < page.index("The term") < page.index("In your calendar")
    assert "round 1 of 3" in page
    assert "By video." in page
    assert "All 4 can come." in page
    assert "You can come if need be" in page
    assert "Fay Lantern" in page


def test_whoever_is_in_two_groups_reads_all_sessions_in_order_and_where_they_are_expected(pages: Pages) -> None:
    assert "All your sessions in order" not in pages.signed_in(RESIDENT).get("/my-group").text
    with pages.database.writing() as db:
        of_plan = (GroupRow.plan_id == pages.published_id, GroupRow.key == "g2")
        group = db.scalars(select(GroupRow).where(*of_plan)).one()
        group.members.append(MemberRow(person_id=pages.ids[RESIDENT], role="resident", beside=True))
        sessions = db.scalars(select(SessionRow).where(SessionRow.group_key == "g2")).all()
        for session in sessions:
            session.attendees.append(AttendeeRow(person_id=pages.ids[RESIDENT], role="resident", mark="2"))
        note(db, Fact.SESSIONS, pages.programme_id, clock.now(), [session.id for session in sessions])
    page = words_of(pages.signed_in(RESIDENT).get("/my-group").text)
    diary = page[page.index("All your sessions in order") : page.index("Next session")]
    assert diary.count("Peer group 1 Spring term") == diary.count("Near-peer group 2 Spring term") == 3
    assert diary.index("12:30") < diary.index("13:15")
    assert diary.count("You’re not expected here: you’re at Peer group 1 at that time.") == 3
    facilitator = pages.signed_in(FACILITATOR).get("/facilitating").text
    assert "All your sessions in order" not in facilitator, "all of theirs are in one programme"


def test_strips_say_in_words_what_they_show_and_name_nobody(pages: Pages) -> None:
    page = pages.signed_in(RESIDENT).get("/my-group").text
    strips = re.findall(r'<span class="strip" role="img" aria-label="([^"]+)">(.*?)</span>', page)
    assert len(strips) == 4
    for words, squares in strips:
        assert words == "3 can, 1 not known"
        assert squares.count("<i") == 4
        assert squares.endswith('<i class="q"></i>'), "in the order of the marks, not of the people"


def test_times_stand_on_the_programmes_clock(pages: Pages) -> None:
    page = words_of(pages.signed_in(RESIDENT).get("/my-group").text)
    assert "12:30" in page
    assert "All times are London time." in page


def test_somebody_without_a_group_reads_who_to_talk_to(pages: Pages) -> None:
    page = pages.signed_in(UNPLACED).get("/my-group").text
    assert "You’re not in a group yet" in page
    assert f'href="mailto:{COORDINATOR}"' in page


def test_before_anything_is_published_there_is_nothing_to_do(pages: Pages) -> None:
    with pages.database.writing() as db:
        newcomer = PersonRow(name="Nell New", email="nell@example.org", created_at=clock.now())
        db.add(newcomer)
        db.flush()
        for role in (Role.RESIDENT, Role.FACULTY):
            db.add(RoleRow(programme_id=pages.stranger_programme_id, person_id=newcomer.id, role=role))
    browser = pages.signed_in("nell@example.org")
    for path in ("/my-group", "/facilitating"):
        assert "The groups haven’t been published yet" in browser.get(path).text


def test_a_cancelled_session_is_not_the_next_one(pages: Pages) -> None:
    with pages.database.writing() as db:
        first = db.query(SessionRow).filter_by(group_key="g1", round=0).one()
        first.status, first.cancelled_at = "cancelled", clock.now()
    page = words_of(pages.signed_in(RESIDENT).get("/my-group").text)
    assert "round 2 of 3" in page
    assert "cancelled" in page
    assert "You can come to 2 of 2." in page


def test_when_the_term_is_over_the_page_says_so(pages: Pages) -> None:
    with pages.database.writing() as db:
        for row in db.query(SessionRow):
            row.starts_at -= timedelta(days=400)
            row.ends_at -= timedelta(days=400)
    page = words_of(pages.signed_in(RESIDENT).get("/my-group").text)
    assert "You have no sessions coming up" in page
    assert page.count(" past ") == 3


def test_a_missed_round_is_told_kindly(pages: Pages) -> None:
    with pages.database.writing() as db:
        db.delete(db.query(SessionRow).filter_by(group_key="g1", round=1).one())
    assert "No session: too few of you were free at the same time. The other dates haven’t changed." in words_of(
        pages.signed_in(RESIDENT).get("/my-group").text
    )


def test_a_facilitator_sees_all_dates_at_once(pages: Pages) -> None:
    page = words_of(pages.signed_in(FACILITATOR).get("/facilitating").text)
    assert "Next session · Near-peer group 2" in page
    assert page.count("you’re leading ") == 3


def test_members_pages_are_small_and_need_no_script(pages: Pages) -> None:
    for email, paths in ((RESIDENT, ("/my-group", "/calendar", "/account")), (FACILITATOR, ("/facilitating",))):
        browser = pages.signed_in(email)
        for path in paths:
            page = browser.get(path).text
            assert "<script" not in page
            assert whole_weight(browser, page) < MEMBERS_BUDGET_BYTES, path


def whole_weight(browser: Browser, page: str) -> int:
    """The octets of a page with everything that it loads."""
    loaded = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert len(loaded) >= 2
    return len(page.encode()) + sum(len(browser.get(path).data) for path in loaded)
