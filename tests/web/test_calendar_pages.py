"""Calendar addresses: made, shown once, read by a calendar, replaced, closed."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import quote

import pytest
from icalendar import Calendar
from sqlalchemy import update

from scheduler.calendars.tables import FeedRow
from tests.web.builders import (
    BASE_URL,
    COORDINATOR,
    FACILITATOR,
    OTHER_RESIDENT,
    RESIDENT,
    UNPLACED,
    Browser,
    Pages,
    everything_stored,
    words_of,
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


def test_a_resident_asks_in_vain_for_what_is_not_theirs(pages: Pages) -> None:
    resident = pages.signed_in(RESIDENT)
    assert 'value="programme"' not in resident.get("/calendar").text
    before = everything_stored(pages.database)
    asked = {"programme_id": str(pages.programme_id)}
    for purpose in ("programme", "facilitator", "nonsense", "room", ""):
        assert resident.post("/calendar", {**asked, "purpose": purpose}).status_code == 404
    for wrong in ({"purpose": "programme"}, {"purpose": "person", "programme_id": "1"}, {"purpose": "group"}):
        assert resident.post("/calendar", wrong).status_code == 404
    assert resident.post("/calendar", {"purpose": "group", **asked, "group_key": "elsewhere"}).status_code == 404
    assert resident.post("/calendar", {"purpose": "person", "alarm": "7"}).status_code == 404
    assert everything_stored(pages.database) == before


def test_a_resident_may_have_their_group_alone(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    [key] = re.findall(r'name="group_key" value="([^"]+)"', browser.get("/calendar").text)
    _, path = make(browser, purpose="group", programme_id=str(pages.programme_id), group_key=key)
    assert len(Calendar.from_ical(pages.stranger().get(path).data).walk("VEVENT")) == 3
    assert 'name="group_key"' not in browser.get("/calendar").text, "it is had"


def test_a_facilitator_may_have_what_they_facilitate(pages: Pages) -> None:
    browser = pages.signed_in(FACILITATOR)
    assert 'value="facilitator"' in browser.get("/calendar").text
    _, path = make(browser, purpose="facilitator", programme_id=str(pages.programme_id))
    assert len(Calendar.from_ical(pages.stranger().get(path).data).walk("VEVENT")) == 3


def test_reminders_and_titles_are_chosen_on_the_page(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    _, path = make(browser)
    [feed_id] = re.findall(r"/calendar/(\d+)/choices", browser.get("/calendar").text)
    events = Calendar.from_ical(pages.stranger().get(path).data).walk("VEVENT")
    assert {str(event["SUMMARY"]) for event in events} == {"Mentoring session"}
    assert browser.post(f"/calendar/{feed_id}/choices", {"alarm": "1440", "names_group": "1"}).status_code == 303
    page = browser.get("/calendar").text
    assert "Saved." in page
    assert '<option value="1440" selected>a day before</option>' in page
    events = Calendar.from_ical(pages.stranger().get(path).data).walk("VEVENT")
    assert "Mentoring session" not in {str(event["SUMMARY"]) for event in events}
    assert [len(event.walk("VALARM")) for event in events] == [1, 1, 1]
    assert browser.post(f"/calendar/{feed_id}/choices", {"alarm": ""}).status_code == 303
    assert b"VALARM" not in pages.stranger().get(path).data


def test_each_client_has_its_steps_and_one_tap_where_there_is_one(pages: Pages) -> None:
    page, path = make(pages.signed_in(RESIDENT))
    secret = quote(BASE_URL + path, safe="")
    assert f"https://outlook.office.com/calendar/0/addfromweb?url={secret}" in unescape(page)
    assert f"https://outlook.live.com/calendar/0/addfromweb?url={secret}" in unescape(page)
    assert "https://calendar.google.com/calendar/r/settings/addbyurl" in page
    outside = re.findall(r'<a [^>]*href="https?://(?!localhost)[^>]*>', page)
    assert len(outside) == 3
    assert all('rel="noreferrer noopener"' in link for link in outside)


def test_a_feed_that_is_behind_says_so_to_its_owner_the_coordinator_and_the_operator(pages: Pages) -> None:
    browser, coordinator = pages.signed_in(RESIDENT), pages.signed_in(COORDINATOR)
    make(browser)
    assert pages.stranger().get("/healthz/feeds").text == "ok\n"
    with pages.database.writing() as db:
        db.execute(update(FeedRow).values(fault="event x: SEQUENCE is no number"))
    answer = pages.stranger().get("/healthz/feeds")
    assert (answer.status_code, answer.text) == (500, "1 not up to date: see rounds feeds\n")
    assert "This calendar is out of date" in browser.get("/calendar").text
    told = coordinator.get(pages.path("/calendars")).text
    assert "1 calendar of this programme is out of date and could not be updated" in told


@pytest.mark.parametrize(("email", "dates"), [(RESIDENT, 3), (FACILITATOR, 3)])
def test_the_dates_fit_a_card_to_print(pages: Pages, email: str, dates: int) -> None:
    browser = pages.signed_in(email)
    assert 'href="/calendar/card"' in browser.get("/calendar").text
    page = browser.get("/calendar/card").text
    card = page[page.index('class="pocket"') :]
    assert card.count("<time ") == dates
    assert "Times are London time." in words_of(card)
    assert "QR code" in card
    assert "/feeds/" not in page, "a card may be lost"


def test_who_has_no_dates_is_told_so_on_the_card(pages: Pages) -> None:
    assert "You have no sessions coming up" in pages.signed_in(UNPLACED).get("/calendar/card").text


def test_busy_times_tell_nothing_else(pages: Pages) -> None:
    _, path = make(pages.signed_in(RESIDENT), purpose="busy")
    [*events] = Calendar.from_ical(pages.stranger().get(path).data).walk("VEVENT")
    assert {str(event["SUMMARY"]) for event in events} == {"Busy"}
