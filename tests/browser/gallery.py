"""Looks at a page as different people do: on a desk and on phones, light and dark, and by the rules of WCAG."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page

AXE: str = Axe().axe_script
SCREENSHOTS = Path(__file__).parents[2] / "screenshots"
DESK, PHONE, SMALL_PHONE = (1280, 800), (390, 844), (320, 640)
Scheme = Literal["light", "dark"]
VIEWS: tuple[tuple[tuple[int, int], Scheme], ...] = ((DESK, "light"), (PHONE, "dark"), (SMALL_PHONE, "light"))
"""Each size, and each scheme of colours."""

WCAG_22_AA: dict[str, Any] = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},
}


def look(page: Page, name: str) -> None:
    """Photograph the page in every view; no view may break a rule or need scrolling sideways."""
    SCREENSHOTS.mkdir(exist_ok=True)
    with _as_it_was(page):
        for size, scheme in VIEWS:
            page.set_viewport_size({"width": size[0], "height": size[1]})
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=SCREENSHOTS / f"{name}-{size[0]}-{scheme}.png", full_page=True)
            assert sideways(page) == 0, f"{name} is too wide for {size[0]} px"
            assert violations(page) == [], f"{name}, {size[0]} px, {scheme}"


def look_from_right_to_left(page: Page, name: str) -> None:
    """Turn the page around, as for Arabic or Hebrew, and photograph it."""
    with _as_it_was(page):
        page.evaluate("document.documentElement.dir = 'rtl'")
        for size in (DESK, SMALL_PHONE):
            page.set_viewport_size({"width": size[0], "height": size[1]})
            page.screenshot(path=SCREENSHOTS / f"{name}-{size[0]}-rtl.png", full_page=True)
            assert sideways(page) == 0, f"{name} turned around is too wide for {size[0]} px"
        page.evaluate("document.documentElement.dir = 'ltr'")


def choose(where: Locator, *option: str, **by: str) -> None:
    """Choose in a list when its page is whole: what is chosen in one that is still arriving is undone by the rest."""
    where.wait_for()
    where.page.wait_for_load_state()
    where.select_option(*option, **by)


def violations(page: Page) -> list[str]:
    """Every rule that the page breaks, with the pieces that break it."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found = page.evaluate("options => axe.run(document, options).then(results => results.violations)", WCAG_22_AA)
    return [f"{rule['id']}: {node['html'][:200]}" for rule in found for node in rule["nodes"]]


def sideways(page: Page) -> int:
    """By how many pixels the page is wider than the window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@contextmanager
def _as_it_was(page: Page) -> Iterator[None]:
    size = page.viewport_size
    yield
    page.emulate_media(color_scheme=None)
    if size:
        page.set_viewport_size(size)


def override_what_is_red(page: Page) -> None:
    """Publish in spite of each check that is red, with a reason for each."""
    ways = page.get_by_text(re.compile("^Publish in spite of it"))
    while ways.count():
        red = page.locator("li").filter(has=page.locator("details summary", has_text="Publish in spite of it")).first
        red.locator("summary").click()
        red.get_by_label("Why?").fill("It is being put right this week, and everybody knows.")
        red.get_by_role("button", name="Override this check").click()
        page.wait_for_load_state()
