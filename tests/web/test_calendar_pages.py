"""Calendar addresses: made, shown once, read by a calendar, replaced, closed."""

from __future__ import annotations

import re

import pytest
from icalendar import Calendar

from tests.web.builders import (
    BASE_URL,
    COORDINATOR,
    FACILITATOR,
    OTHER_RESIDENT,
    RESIDENT,
    Browser,
    Pages,
    everything_stored,
)

ADDRESS = re.compile(r'readonly value="' + re.escape(BASE_URL) + r'(/feeds/[^"]+\.ics)"')


def make(browser: Browser, **data: str) -> tuple[str, str]:
    """The page that shows a new address, and the address's path."""
    page = browser.post("/calendar", {"purpose": "person", **data}).text
    found = ADDRESS.search(page)
    assert found
    return page, found[1]


@pytest.mark.parametrize(("email", "sessions"), [(RESIDENT, 3), (FACILITATOR, 3)])
def test_an_address_is_shown_once_and_serves_the_own_sessions(pages: Pages, email: str, sessions: int) -> None:
    browser = pages.signed_in(email)
    page, path = make(browser)
    assert f'href="webcal://localhost{path}"' in page
    assert '<svg viewBox="0 0' in page
    assert "QR code" in page
    assert path not in browser.get("/calendar").text
    answer = pages.stranger().get(path)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert len(Calendar.from_ical(answer.data).walk("VEVENT")) == sessions


@pytest.mark.parametrize(("email", "home"), [(RESIDENT, "/my-group"), (FACILITATOR, "/facilitating")])
def test_the_own_page_gives_the_address_with_one_tap_and_knows_of_it_later(pages: Pages, email: str, home: str) -> None:
    browser = pages.signed_in(email)
    assert "Add to my calendar" in browser.get(home).text
    make(browser)
    assert "Add to my calendar" not in browser.get(home).text
    assert "You have a link that keeps these dates up to date" in browser.get(home).text


def test_the_steps_are_honest_about_how_often_calendars_look(pages: Pages) -> None:
    page, _ = make(pages.signed_in(RESIDENT))
    for promise in ("every 8 to 24 hours", "about three hours", "within half an hour", "every hour"):
        assert promise in page


def test_a_lost_address_is_replaced(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    _, old = make(browser)
    [feed_id] = re.findall(r"/calendar/(\d+)/replace", browser.get("/calendar").text)
    found = ADDRESS.search(browser.post(f"/calendar/{feed_id}/replace").text)
    assert found
    assert found[1] != old
    assert len(Calendar.from_ical(pages.stranger().get(found[1]).data).walk("VEVENT")) == 3
    assert len(Calendar.from_ical(pages.stranger().get(old).data).walk("VEVENT")) == 1, "the old one says so"


def test_an_address_that_leaked_is_closed_at_once(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    _, path = make(browser)
    [feed_id] = re.findall(r"/calendar/(\d+)/close", browser.get("/calendar").text)
    assert browser.post(f"/calendar/{feed_id}/close").status_code == 303
    assert pages.stranger().get(path).status_code == 410
    assert "is closed" in browser.get("/calendar").text
    assert "All my sessions" in browser.get("/calendar").text


def test_nobody_touches_the_address_of_somebody_else(pages: Pages) -> None:
    owner, other = pages.signed_in(RESIDENT), pages.signed_in(OTHER_RESIDENT)
    make(owner)
    [feed_id] = re.findall(r"/calendar/(\d+)/close", owner.get("/calendar").text)
    before = everything_stored(pages.database)
    assert other.post(f"/calendar/{feed_id}/close").status_code == 404
    assert other.post(f"/calendar/{feed_id}/replace").status_code == 404
    assert everything_stored(pages.database) == before


def test_a_coordinator_may_have_the_whole_programme_and_a_resident_may_not(pages: Pages) -> None:
    asked = {"purpose": "programme", "programme_id": str(pages.programme_id)}
    _, path = make(pages.signed_in(COORDINATOR), **asked)
    assert len(Calendar.from_ical(pages.stranger().get(path).data).walk("VEVENT")) == 6
    resident = pages.signed_in(RESIDENT)
    assert "programme_id" not in resident.get("/calendar").text
    before = everything_stored(pages.database)
    assert resident.post("/calendar", asked).status_code == 404
    assert resident.post("/calendar", {"purpose": "room"}).status_code == 404
    assert resident.post("/calendar", {"purpose": "programme"}).status_code == 404
    assert everything_stored(pages.database) == before


def test_busy_times_tell_nothing_else(pages: Pages) -> None:
    _, path = make(pages.signed_in(RESIDENT), purpose="busy")
    [*events] = Calendar.from_ical(pages.stranger().get(path).data).walk("VEVENT")
    assert {str(event["SUMMARY"]) for event in events} == {"Busy"}
