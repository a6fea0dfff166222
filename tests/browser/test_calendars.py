"""Calendars and what can be handed on: a coordinator gives a room its calendar and opens the programme's page, a
stranger reads it, a resident prints their dates. Without scripts; every page is then looked at with them."""

from __future__ import annotations

import re
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from icalendar import Calendar
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from scheduler.db import Database
from tests.browser.gallery import PHONE, SCREENSHOTS, choose, look
from tests.web.builders import COORDINATOR, RESIDENT, Pages, Published, make_pages

MEMBERS_BUDGET_BYTES = 60_000
A4_PIXELS = 794, 1123
pytestmark = pytest.mark.browser


@dataclass(frozen=True, slots=True)
class Served:
    """The pages behind a real server."""

    pages: Pages
    base_url: str


@pytest.fixture
def served(published: Published, database: Database) -> Iterator[Served]:
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
    base_url = f"http://127.0.0.1:{server.server_port}"
    pages = make_pages(published, database, base_url=base_url)
    server.app = pages.app
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Served(pages, base_url)
    server.shutdown()
    thread.join()


@contextmanager
def opened(chromium: Browser, served: Served, email: str = "", *, scripts: bool = False) -> Iterator[Page]:
    """A phone, signed in or a stranger's. It may ask nobody but the server."""
    size = {"width": PHONE[0], "height": PHONE[1]}
    context = chromium.new_context(viewport=size, java_script_enabled=scripts, base_url=served.base_url)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    if email:
        page.goto(f"/sign-in/{served.pages.link(email)}")
    yield page
    assert [url for url in asked if not url.startswith(served.base_url)] == []
    context.close()


def titles_at(address: str) -> list[str]:
    with urllib.request.urlopen(address) as answer:
        return [str(event["SUMMARY"]) for event in Calendar.from_ical(answer.read()).walk("VEVENT")]


def test_a_coordinator_hands_out_a_calendar_and_the_programmes_page(chromium: Browser, served: Served) -> None:
    pages = served.pages
    with opened(chromium, served, COORDINATOR) as page:
        page.goto(pages.path("/setting-up"))
        page.get_by_role("link", name="Calendars for rooms, cover and the whole programme").click()
        page.get_by_role("button", name=re.compile("Make the link.*All sessions")).click()
        assert len(titles_at(page.get_by_label("Or copy the link").input_value())) == 6
        page.goto(pages.path("/page"))
        expect(page.get_by_role("heading", name="The page is open")).to_have_count(0)
        page.get_by_label("In your words").fill("An hour a month to think aloud.\n\nAsk at the postgraduate office.")
        page.get_by_label("Open to anyone").check()
        page.get_by_role("button", name="Save").click()
        address = page.get_by_label("Its address").input_value()
    with opened(chromium, served) as page:
        page.goto(address)
        expect(page.get_by_text("An hour a month to think aloud.")).to_be_visible()
        expect(page.get_by_text("3 sessions of 60 minutes")).to_be_visible()
        expect(page.get_by_role("img", name="QR code")).to_be_visible()
    with opened(chromium, served, COORDINATOR, scripts=True) as page:
        for name, path in (("calendars", "/calendars"), ("sharing", "/page")):
            page.goto(pages.path(path))
            look(page, f"coordinator-{name}")
        page.goto(address)
        look(page, "programme-to-share")
        prints(page, "programme-to-share")
        expect(page.get_by_role("link", name="Sign in by e-mail")).to_be_hidden()


def test_a_resident_chooses_a_reminder_and_prints_the_dates(chromium: Browser, served: Served) -> None:
    with opened(chromium, served, RESIDENT) as page:
        page.goto("/calendar")
        page.get_by_role("button", name=re.compile("Make my link.*All my sessions")).click()
        address = page.get_by_label("Or copy the link").input_value()
        page.goto("/calendar")
        page.get_by_text("Reminders and titles").click()
        choose(page.get_by_label("Remind me"), "an hour before")
        page.get_by_label("Show the group’s name in the title").check()
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("status")).to_contain_text("Saved.")
        assert "Mentoring session" not in titles_at(address)
        page.get_by_role("link", name="Your dates on a card, to print").click()
        expect(page.get_by_role("region", name="Mentoring").get_by_role("listitem")).to_have_count(3)
    with opened(chromium, served, RESIDENT, scripts=True) as page:
        for name, path in (("calendar", "/calendar"), ("card", "/calendar/card")):
            assert weight(page, path) < MEMBERS_BUDGET_BYTES
            look(page, f"resident-{name}-chosen")
        prints(page, "card")
        expect(page.get_by_role("link", name="Add them to your calendar instead")).to_be_hidden()


def prints(page: Page, name: str) -> None:
    """Photograph what comes out of a printer, and stay with it."""
    page.emulate_media(media="print")
    page.set_viewport_size({"width": A4_PIXELS[0], "height": A4_PIXELS[1]})
    page.screenshot(path=SCREENSHOTS / f"{name}-printed.png", full_page=True)


def weight(page: Page, path: str) -> int:
    """The octets of a page with all that it loads."""
    page.goto(path)
    parts = page.evaluate("[location.href, ...performance.getEntriesByType('resource').map(entry => entry.name)]")
    return sum(len(page.request.get(address).body()) for address in parts)
