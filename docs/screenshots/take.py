"""Takes the pictures of the README from a demo that is being served.

rounds demo --json > demo.json &
python docs/screenshots/take.py demo.json

A draft is made on the way, which the demo keeps.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

HERE = Path(__file__).parent
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1180, "height": 844}
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LONG = 180_000
"""Milliseconds in which a plan is made, also on a busy machine."""


def main() -> None:
    """A resident's phone, and the desk of a coordinator: the plan, a draft changed by hand, a why."""
    links = json.loads(Path(sys.argv[1]).read_text())["links"]
    path = next(filter(None, map(shutil.which, BROWSERS)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        signed_in(browser, links["resident"], PHONE).screenshot(path=HERE / "resident.png")
        page = signed_in(browser, links["coordinator"], DESK)
        desk = page.url
        for name, found in PICTURES.items():
            page.goto(desk)
            found(page)
            page.screenshot(path=HERE / f"{name}.png")
        browser.close()


def signed_in(browser: Browser, link: str, size: ViewportSize) -> Page:
    """The page that a sign-in link leads to."""
    page = browser.new_page(viewport=size, device_scale_factor=1.5, locale="en-GB")
    page.goto(link)
    return page


def the_plan(page: Page) -> None:
    """The published plan, with its figures and groups."""
    page.get_by_role("link", name="published").first.click()


def a_why(page: Page) -> None:
    """Why somebody is in their group."""
    the_plan(page)
    page.get_by_role("link", name="Why?").first.click()


def by_hand(page: Page) -> None:
    """A draft, with good places for somebody in it."""
    page.get_by_role("link", name="Plans", exact=True).click()
    page.get_by_role("button", name="Make a plan").click()
    page.get_by_role("link", name="Read the draft").first.click(timeout=LONG)
    page.get_by_role("link", name="Change by hand").click()
    page.locator("[data-person] a").first.click()
    page.get_by_role("heading", name="Good places for").wait_for()


PICTURES: dict[str, Callable[[Page], None]] = {
    "coordinator": the_plan,
    "why": a_why,
    "by-hand": by_hand,
}


if __name__ == "__main__":
    main()
