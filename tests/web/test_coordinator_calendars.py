"""Calendars for running a programme, and the page of it that may be shared."""

from __future__ import annotations

import re
from datetime import time
from html import escape

import pytest
from icalendar import Calendar
from sqlalchemy import insert, select

from scheduler.programmes.model import Window
from scheduler.sessions.tables import SessionRow
from tests.builders import programme
from tests.web.builders import BASE_URL, COORDINATOR, RESIDENT, Browser, Pages, everything_stored, words_of
from web.coordinator.calendars import GROUPS_OFFERED
from web.public.views import Hours, hours_of

ADDRESS = re.compile(r'readonly value="' + re.escape(BASE_URL) + r'(/feeds/[^"]+\.ics)"')


def options(page: str, name: str) -> list[str]:
    """What a select of the page offers."""
    return re.findall(r'<option value="([^"]+)"', page.partition(f'name="{name}"')[2].partition("</select>")[0])


def make(pages: Pages, browser: Browser, **asked: str) -> str:
    answer = browser.post(pages.path("/calendars"), {"programme_id": str(pages.programme_id), **asked})
    found = ADDRESS.search(answer.text)
    assert found
    return found[1]


def titles(pages: Pages, path: str) -> list[str]:
    return [str(event["SUMMARY"]) for event in Calendar.from_ical(pages.stranger().get(path).data).walk("VEVENT")]


def test_a_coordinator_makes_each_kind_and_sees_which_they_hold(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    page = browser.get(pages.path("/calendars")).text
    [site_id, *_] = options(page, "site_id")
    [group_key, *_] = options(page, "group_key")
    assert len(titles(pages, make(pages, browser, purpose="programme"))) == 6
    assert len(titles(pages, make(pages, browser, purpose="group", group_key=group_key))) == 3
    assert all("released" in title for title in titles(pages, make(pages, browser, purpose="site", site_id=site_id)))
    [room_id, *_] = options(page, "room_id")
    assert titles(pages, make(pages, browser, purpose="room", room_id=room_id)) == ["No mentoring sessions yet"]
    held = browser.get(pages.path("/calendars")).text
    assert len(re.findall(r"/calendar/\d+/close", held)) == 4
    assert "/feeds/" not in held
    assert held.count("No calendar has read it yet.") + held.count("A calendar last read it") == 4


def test_a_calendar_of_another_programme_is_not_made_here(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    before = everything_stored(pages.database)
    for asked in (
        {"purpose": "programme", "programme_id": str(pages.stranger_programme_id)},
        {"purpose": "person"},
        {"purpose": "room", "programme_id": str(pages.programme_id), "room_id": "999"},
    ):
        assert browser.post(pages.path("/calendars"), asked).status_code == 404
    assert everything_stored(pages.database) == before


def save(pages: Pages, browser: Browser, **form: str) -> int:
    return browser.post(pages.path("/page"), form).status_code


def public_path(pages: Pages) -> str:
    page = pages.signed_in(COORDINATOR).get(pages.path("/page")).text
    found = re.search(r'href="(/about/[a-z0-9-]+)"', page)
    return found[1] if found else ""


def test_the_page_is_closed_until_its_coordinator_opens_it(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    assert public_path(pages) == ""
    never = pages.stranger().get("/about/no-such-programme")
    assert save(pages, browser, text="An hour well spent.\n\nAsk at the postgraduate office.", shared="1") == 303
    path = public_path(pages)
    page = pages.stranger().get(path)
    assert page.status_code == 200
    assert "<p>An hour well spent.</p>" in page.text
    assert "<p>Ask at the postgraduate office.</p>" in page.text
    assert "QR code" in page.text
    assert "3 sessions of 60 minutes" in words_of(page.text)
    assert save(pages, browser, text="An hour well spent.") == 303
    closed = pages.stranger().get(path)
    assert closed.status_code == never.status_code == 404
    assert words_of(closed.text) == words_of(never.text)


def test_the_page_names_nobody(pages: Pages) -> None:
    save(pages, pages.signed_in(COORDINATOR), text="", shared="1")
    page = pages.stranger().get(public_path(pages)).text
    for name in ("Ada", "Quill", "Fay", "Lantern", "Cora", "@example.org"):
        assert name not in page


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "a & b"])
def test_what_is_written_is_shown_as_it_is_written(pages: Pages, text: str) -> None:
    save(pages, pages.signed_in(COORDINATOR), text=text, shared="1")
    page = pages.stranger().get(public_path(pages)).text
    assert f"<p>{escape(text)}</p>" in page
    assert "<script>alert" not in page


def test_too_long_a_text_is_refused_and_kept_on_the_page(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    before = everything_stored(pages.database)
    answer = browser.post(pages.path("/page"), {"text": "long " * 1000, "shared": "1"})
    assert answer.status_code == 422
    assert "longer than 4000 characters" in words_of(answer.text)
    assert "long long" in answer.text
    assert everything_stored(pages.database) == before


def test_a_resident_writes_no_page(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    before = everything_stored(pages.database)
    assert save(pages, browser, text="mine", shared="1") == 404
    assert everything_stored(pages.database) == before


@pytest.mark.parametrize(
    ("weekdays", "days"),
    [
        ((0, 1, 2, 3, 4), "Monday to Friday"),
        ((1,), "Tuesday"),
        ((4, 0), "Monday, Friday"),
        ((2, 3), "Wednesday, Thursday"),
    ],
)
def test_the_page_says_the_hours_as_people_do(pages: Pages, weekdays: tuple[int, ...], days: str) -> None:
    windows = tuple(Window(weekday, time(12, 30), time(13 + number, 30)) for number, weekday in enumerate(weekdays))
    with pages.app.test_request_context():
        hours = hours_of(programme(windows=windows))
    assert hours == Hours(days, "12:30", f"{12 + len(weekdays)}:30")


def test_a_programme_without_windows_has_no_hours_yet() -> None:
    assert hours_of(programme(windows=())) is None


def add_sessions(pages: Pages, count: int) -> None:
    """More groups that meet: each like one that does, once."""
    with pages.database.writing() as db:
        row = dict(db.execute(select(SessionRow.__table__).order_by(SessionRow.id).limit(1)).mappings().one())
        for number in range(count):
            named = {"group_key": f"more{number}", "group_name": f"Peer group {number + 100}", "uid": f"more{number}"}
            db.execute(insert(SessionRow), [{**row, **named, "id": 5000 + number}])


def test_of_many_groups_a_page_is_offered_and_others_are_searched_for(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    assert "Another group" not in browser.get(pages.path("/calendars")).text
    add_sessions(pages, 120)
    page = browser.get(pages.path("/calendars")).text
    assert len(options(page, "group_key")) == GROUPS_OFFERED
    assert "1–50 of 122" in words_of(page)
    assert len(options(browser.get(pages.path("/calendars?page=3")).text, "group_key")) == 22
    found = browser.get(pages.path("/calendars?q=GROUP+177")).text
    assert options(found, "group_key") == ["more77"]
    assert len(titles(pages, make(pages, browser, purpose="group", group_key="more77"))) == 1
    nothing = words_of(browser.get(pages.path("/calendars?q=nowhere")).text)
    assert "We found nothing for “nowhere”." in nothing
    assert "Find a group by its name" in nothing


def test_a_group_that_was_renamed_is_offered_once_by_its_last_name(pages: Pages) -> None:
    with pages.database.writing() as db:
        rows = db.scalars(select(SessionRow).where(SessionRow.group_key == "g1").order_by(SessionRow.starts_at)).all()
        for row in rows[:-1]:
            row.group_name = "As it was"
        last = rows[-1].group_name
    page = pages.signed_in(COORDINATOR).get(pages.path("/calendars")).text
    assert options(page, "group_key").count("g1") == 1
    assert last in page
    assert "As it was" not in page
