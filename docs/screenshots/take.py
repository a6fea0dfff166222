"""Takes the pictures of the README from a demo that is being served.

rounds demo --json > demo.json &
python docs/screenshots/take.py demo.json
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

HERE = Path(__file__).parent
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1180, "height": 844}
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def main() -> None:
    """One picture of a resident's phone, one of the coordinator's desk."""
    links = json.loads(Path(sys.argv[1]).read_text())["links"]
    path = next(filter(None, map(shutil.which, BROWSERS)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        take(browser, links["resident"], PHONE, "resident.png")
        take(browser, links["coordinator"], DESK, "coordinator.png", follow="See the groups")
        browser.close()


def take(browser: Browser, link: str, size: dict[str, int], name: str, *, follow: str = "") -> None:
    """Photograph what the link leads to, or the page behind a link on it."""
    page = browser.new_page(viewport={"width": size["width"], "height": size["height"]}, device_scale_factor=1.5)
    page.goto(link)
    if follow:
        page.get_by_role("link", name=follow).first.click()
    page.screenshot(path=HERE / name)
    page.close()


if __name__ == "__main__":
    main()
