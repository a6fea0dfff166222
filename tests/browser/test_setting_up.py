"""A coordinator draws the week on which sessions can be held: by mouse, by finger and by keyboard, and saves it.

Every section of the settings is looked at on a desk and on phones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from scheduler.programmes.model import Window
from scheduler.programmes.service import get_programme
from tests.browser.gallery import PHONE, look
from tests.browser.test_changing_what_is_published import Hospital
from tests.browser.test_changing_what_is_published import hospital as hospital
from web.coordinator.setup.pages import SECTIONS

pytestmark = pytest.mark.browser


@contextmanager
def coordinator(hospital: Hospital, chromium: Browser, *, by_finger: bool = False) -> Iterator[Page]:
    """At her settings."""
    size = {"width": PHONE[0], "height": PHONE[1]} if by_finger else None
    with chromium.new_context(has_touch=by_finger, viewport=size or {"width": 1280, "height": 900}) as context:
        page = context.new_page()
        page.goto(hospital.link("cora@example.org"))
        page.goto(f"{hospital.base_url}/programmes/{hospital.term.programme_id}/settings")
        yield page


def cell(page: Page, day: int, clock: str) -> Locator:
    hours, minutes = map(int, clock.split(":"))
    return page.locator(f"#grid td[data-day='{day}'][data-minute='{hours * 60 + minutes}'] button")


def middle(found: Locator) -> tuple[float, float]:
    found.scroll_into_view_if_needed()
    box = found.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def windows(hospital: Hospital) -> set[Window]:
    with hospital.term.database.reading() as db:
        return set(get_programme(db, hospital.term.programme_id).windows)


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).last.click()
    saved = page.get_by_role("status").filter(has_text="Saved.")
    all_the_same = page.get_by_role("button", name="Save it all the same")
    expect(saved.or_(all_the_same)).to_be_visible()  # a page that is still arriving has neither
    if all_the_same.is_visible():
        all_the_same.click()
    expect(saved).to_be_in_viewport()


def test_a_week_is_drawn_by_mouse_and_keyboard(hospital: Hospital, chromium: Browser) -> None:
    before = windows(hospital)
    with coordinator(hospital, chromium) as page:
        page.locator("#windows a").click()
        start, end = middle(cell(page, 5, "09:00")), middle(cell(page, 5, "11:30"))
        page.mouse.move(*start)
        page.mouse.down()
        page.mouse.move(*end, steps=6)
        page.mouse.up()
        page.get_by_label("Protected time").check()
        cell(page, 6, "10:00").focus()
        for key in ("Space", "Shift+ArrowDown", "ArrowUp"):
            page.keyboard.press(key)
        expect(cell(page, 6, "10:30")).to_have_accessible_name("Sunday, 10:30: protected")
        page.keyboard.press("Enter")
        expect(cell(page, 6, "10:00")).to_have_accessible_name("Sunday, 10:00: no sessions")
        page.keyboard.press("Space")
        save(page)
    times = {
        (w.weekday, f"{w.opens_at:%H:%M}", f"{w.closes_at:%H:%M}", w.protected) for w in windows(hospital) - before
    }
    assert times == {(5, "09:00", "12:00", False), (6, "10:00", "11:00", True)}
    assert before < windows(hospital), "what was not drawn over stays as it was, to the minute"


def test_a_week_is_drawn_with_a_finger(hospital: Hospital, chromium: Browser) -> None:
    with coordinator(hospital, chromium, by_finger=True) as page:
        page.locator("#windows a").click()
        start, end = middle(cell(page, 5, "12:00")), middle(cell(page, 5, "13:30"))
        touch = page.context.new_cdp_session(page)
        points = [start, ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2), end]
        for kind, (x, y) in zip(("touchStart", "touchMove", "touchMove"), points, strict=True):
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        expect(cell(page, 5, "13:30")).to_have_accessible_name("Saturday, 13:30: open")
        page.get_by_label("Rub out").check()
        cell(page, 5, "12:00").tap()
        save(page)
    times = {(f"{w.opens_at:%H:%M}", f"{w.closes_at:%H:%M}") for w in windows(hospital) if w.weekday == 5}
    assert times == {("12:30", "14:00")}


def test_every_section_is_looked_at(hospital: Hospital, chromium: Browser) -> None:
    with coordinator(hospital, chromium) as page:
        look(page, "settings")
        address = page.url
        for key in SECTIONS.keys() - {"name", "running", "grades"}:  # they have no pieces of their own
            page.goto(f"{address}/{key}")
            look(page, f"settings-{key}")
        page.goto(f"{address}/closed?country=GB&region=SCT")
        page.get_by_label("First day, row 1").fill("2026-01-01")
        page.get_by_label("Last day, row 1").fill("2099-01-01")
        page.get_by_label("What it is, row 1").fill("A long winter")
        page.get_by_role("button", name="Save", exact=True).last.click()
        look(page, "settings-faults")
        page.goto(f"{address}/windows")
        for row in range(3):
            page.locator(f"#setup-windows-{row}-opens_at").fill("06:00")
            page.locator(f"#setup-windows-{row}-closes_at").fill("08:00")
        page.get_by_role("button", name="Save", exact=True).last.click()
        expect(page.get_by_role("heading", name="This is what the change does")).to_be_visible()
        look(page, "settings-effects")
