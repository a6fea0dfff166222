"""A coordinator changes what is published: a facilitator falls ill, a session moves, somebody joins, the group pauses.

In a real browser without scripts; every page is then looked at on a desk and on phones."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from werkzeug.serving import make_server

from scheduler import clock
from scheduler.db import Database
from scheduler.people.tables import PersonRow
from scheduler.sessions.model import SessionStatus
from scheduler.settings import Settings
from scheduler.signing_in.links import make_link
from tests.browser.gallery import look
from tests.scheduler.sessions.term import FACILITATOR, SPARE, Term, a_term
from tests.web.builders import app_of

pytestmark = pytest.mark.browser


@dataclass(frozen=True, slots=True)
class Hospital:
    """A served term."""

    term: Term
    base_url: str

    def link(self, address: str) -> str:
        """A link that signs somebody in."""
        with self.term.database.writing() as db:
            person_id = db.scalars(select(PersonRow.id).where(PersonRow.email == address)).one()
            return f"{self.base_url}/sign-in/{make_link(db, person_id, clock.now(), stays=timedelta(days=1))}"


@pytest.fixture
def hospital(database: Database) -> Iterator[Hospital]:
    """The term behind a real server."""
    term = a_term(database)
    url = database.engine.url.render_as_string(hide_password=False)
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
    base_url = f"http://127.0.0.1:{server.server_port}"
    server.app = app_of(Settings(url, "k" * 40, base_url=base_url), database)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Hospital(term, base_url)
    server.shutdown()
    thread.join()


@pytest.fixture
def desk(hospital: Hospital, chromium: Browser) -> Iterator[Page]:
    """The coordinator at her desk, on the page of the near-peer group."""
    with chromium.new_context(java_script_enabled=True) as context:
        page = context.new_page()
        page.goto(hospital.link("cora@example.org"))
        page.goto(f"{hospital.base_url}/programmes/{hospital.term.programme_id}/groups")
        yield page


def test_a_facilitator_who_falls_ill_is_replaced_in_two_clicks(hospital: Hospital, desk: Page) -> None:
    look(desk, "groups")
    desk.get_by_role("link", name="Near-peer group 2").click()
    look(desk, "group")
    desk.get_by_role("link", name="Who could replace them?").click()
    look(desk, "successors")
    desk.get_by_role("button", name="Choose Gil Spare").click()
    look(desk, "take-over")
    desk.get_by_label("Why").fill("She is ill")
    desk.get_by_role("button", name="Hand it over").click()
    expect(desk.get_by_text("Gil Spare replaces Fay Lantern.")).to_be_visible()
    invited = hospital.term.invited(hospital.term.session("g2", 2).id)
    assert hospital.term.id_of(SPARE) in invited
    assert hospital.term.id_of(FACILITATOR) not in invited


def test_a_session_moves_and_another_is_cancelled_and_offered_again(hospital: Hospital, desk: Page) -> None:
    before = hospital.term.session("g1", 1)
    desk.goto(f"{hospital.base_url}/programmes/{hospital.term.programme_id}/sessions/{before.id}")
    look(desk, "published-session")
    desk.get_by_role("radio").first.check()
    desk.get_by_role("button", name="See what it would do").first.click()
    expect(desk.get_by_text("No rule stands against it.")).to_be_visible()
    desk.get_by_role("button", name="Move it").click()
    expect(desk.get_by_text("Moved from")).to_be_visible()
    moved = hospital.term.session("g1", 1)
    assert moved.starts_at != before.starts_at
    assert moved.uid == before.uid
    desk.get_by_label("Offer the group other dates for it").check()
    desk.get_by_role("region", name="Cancel it").get_by_role("button").click()
    desk.get_by_role("button", name="Cancel the session").click()
    expect(desk.get_by_text("This session is cancelled.")).to_be_visible()
    look(desk, "cancelled-session")
    assert hospital.term.session("g1", 1).status == SessionStatus.CANCELLED
    assert hospital.term.open_dates(), "the group is offered other dates"


def test_what_cannot_be_is_said_before_it_is_tried(hospital: Hospital, desk: Page) -> None:
    hospital.term.mark("0", "ada.quill", "ben.marrow", "cat.osier")
    desk.get_by_role("link", name="Peer group 1", exact=True).click()
    desk.get_by_role("link", name="Add a session or a person").click()
    look(desk, "add-to-group")
    desk.get_by_role("button", name="Choose Zoe Left").click()
    look(desk, "put-in")
    desk.get_by_label("Why").fill("She asked for it")
    desk.get_by_role("button", name="Put them in").click()
    expect(desk.get_by_text("Zoe Left put into Peer group 1.")).to_be_visible()


def test_the_whole_term_is_seen_from_above(hospital: Hospital, desk: Page) -> None:
    programme = f"{hospital.base_url}/programmes/{hospital.term.programme_id}"
    desk.goto(f"{programme}/term?weeks=4")
    look(desk, "term")
    desk.get_by_role("link", name="Near-peer group 2", exact=True).first.click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text("Near-peer group 2")
    desk.goto(f"{programme}/term?by=lead")
    expect(desk.get_by_role("heading", name="Fay Lantern")).to_be_visible()
    desk.get_by_role("link", name="Who can come", exact=True).click()
    look(desk, "term-attendance")
    desk.get_by_role("link", name="Dan Reed").click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text("Dan Reed")
    desk.goto(f"{programme}/term/equity")
    desk.get_by_text("What the figures mean").click()
    look(desk, "term-equity")
    desk.goto(f"{programme}/groups?view=table")
    desk.get_by_role("link", name="Can come, on average").click()
    expect(desk.get_by_role("columnheader", name="Can come, on average")).to_have_attribute("aria-sort", "ascending")
    look(desk, "groups-table")
