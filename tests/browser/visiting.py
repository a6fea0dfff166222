"""People in front of a browser: with a thumb, with a keyboard alone, in French, without scripts, on a slow line.

What they do is said in English and found in the words of their own language. Every page that they open is looked at
afterwards, as they see it: no rule of WCAG 2.2 AA broken, nothing to scroll sideways, light enough for a slow line, and
nothing asked of anybody but the server.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from gettext import NullTranslations, translation
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, Response, expect

from scheduler.languages import CATALOGUES
from tests.browser.gallery import PHONE, SCREENSHOTS, choose, sideways, violations

MEMBERS_BUDGET_BYTES = 60_000
SLOW_LINE = {"offline": False, "latency": 800, "downloadThroughput": 35_000, "uploadThroughput": 35_000}
"""2G as browsers' tools know it: 280 kbit/s, 0.8 s to the server and back."""


@dataclass(frozen=True, slots=True)
class Kit:
    """What somebody looks at pages with."""

    size: tuple[int, int] = PHONE
    language: str = "en"
    scripts: bool = True
    is_dark: bool = False
    is_slow: bool = False
    from_right: bool = False


@dataclass
class Visitor:
    """Somebody with a browser of their own."""

    name: str
    email: str
    kit: Kit
    browser: Browser
    base_url: str
    context: BrowserContext = field(init=False)
    page: Page = field(init=False)
    opened: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    looked: int = 0
    known: set[tuple[object, ...]] = field(default_factory=set)
    """What somebody has looked at already, of all who share this: nobody looks at the same again in the same way."""

    def __post_init__(self) -> None:
        self.context = self._new_context(scripts=self.kit.scripts)
        self.page = self.context.new_page()
        self.page.on("response", self._note)
        if self.kit.is_slow:
            line = self.context.new_cdp_session(self.page)
            line.send("Network.enable")
            line.send("Network.emulateNetworkConditions", SLOW_LINE)

    def _new_context(self, *, scripts: bool) -> BrowserContext:
        context = self.browser.new_context(
            viewport={"width": self.kit.size[0], "height": self.kit.size[1]},
            java_script_enabled=scripts,
            base_url=self.base_url,
            locale={"en": "en-GB", "fr": "fr-FR"}[self.kit.language],
            color_scheme="dark" if self.kit.is_dark else "light",
        )
        context.on("request", lambda request: self.asked.append(request.url))
        return context

    def _note(self, response: Response) -> None:
        """Remember a page that was opened, by its template: with numbers and secrets away."""
        request = response.request
        if request.is_navigation_request() and request.method == "GET" and response.status == 200:
            path = response.url.removeprefix(self.base_url)
            name = re.sub(r"[/?=&]+", "-", re.sub(r"/(\d+|g[0-9a-f]{8,}|[\w-]{30,})(?=[/?]|$)", "", path)).strip("-")
            self.opened[name or "home"] = path

    def say(self, words: str, **values: object) -> str:
        """A sentence of the pages in this person's language."""
        found = translations(self.kit.language).gettext(words)
        return found % values if values else found

    def opens(self, path: str) -> None:
        self.page.goto(path)

    def find(self, role: Any, words: str, **values: object) -> Locator:
        """The first of these that can be seen and whose name begins so, in the person's language."""
        name = re.compile(r"^\s*" + re.escape(self.say(words, **values)))
        return self.page.get_by_role(role, name=name).filter(visible=True).first

    def labelled(self, words: str) -> Locator:
        """The field that is labelled so."""
        return self.page.get_by_label(self.say(words), exact=True).filter(visible=True).first

    def press(self, words: str, role: Any = "button", **values: object) -> None:
        """Press a button, or a link."""
        self.touch(self.find(role, words, **values))

    def follow(self, words: str, **values: object) -> None:
        self.press(words, "link", **values)

    def unfold(self, words: str, **values: object) -> None:
        """Open something that is folded away."""
        self.touch(self.page.locator("summary", has_text=self.say(words, **values)).first)

    def tick(self, words: str, role: Any = "checkbox") -> None:
        """Tick what begins with these words."""
        self.check(self.find(role, words))

    def write(self, words: str, text: str) -> None:
        self.fill(self.labelled(words), text)

    def choose(self, words: str, option: str) -> None:
        self.select(self.labelled(words), self.say(option))

    def reads(self, words: str, **values: object) -> None:
        """See that the page says so."""
        expect(self.page.locator("body")).to_contain_text(self.say(words, **values))

    def touch(self, where: Locator) -> None:
        where.click()

    def check(self, where: Locator) -> None:
        where.check()

    def fill(self, where: Locator, text: str) -> None:
        where.fill(text)

    def select(self, where: Locator, option: str) -> None:
        choose(where, label=option)

    def looks_back(self) -> None:
        """Look at every page that was opened since the last time, as this person sees it."""
        self.looked += 1
        with self._looking() as (page, received):
            for name, path in self.opened.items():
                if not self._is_new(name):
                    continue
                received.clear()
                page.goto(path)
                title = f"term-{self.name.split()[0].lower()}-{self.looked}-{name}"
                assert sum(received) < MEMBERS_BUDGET_BYTES, title
                self._look(page, title)
        self.opened.clear()
        assert [url for url in self.asked if not url.startswith(self.base_url)] == [], self.name

    def _is_new(self, name: str) -> bool:
        """Whether nobody with such a screen has looked at this page at this time of the term; before signing in it is
        always the same."""
        look = (self.kit.size, self.kit.language, self.kit.is_dark, self.kit.from_right)
        key = (name, 0 if name.startswith(("home", "sign-in")) else self.looked, *look)
        is_new = key not in self.known
        self.known.add(key)
        return is_new

    def _look(self, page: Page, title: str) -> None:
        if self.kit.from_right:
            page.evaluate("document.documentElement.dir = 'rtl'")
        assert page.evaluate("document.documentElement.lang").startswith(self.kit.language), title
        page.screenshot(path=SCREENSHOTS / f"{title}.png", full_page=True)
        assert sideways(page) <= 0, f"{title} is too wide"
        assert [title, *violations(page)] == [title]

    @contextmanager
    def _looking(self) -> Iterator[tuple[Page, list[int]]]:
        """The same login, size, language and colours in a browser with scripts, which the checker of rules needs; and
        the octets that each page takes with all that it loads, nothing kept from before."""
        SCREENSHOTS.mkdir(exist_ok=True)
        context = self._new_context(scripts=True)
        context.add_cookies(self.context.cookies())
        page = context.new_page()
        received: list[int] = []
        line = context.new_cdp_session(page)
        line.send("Network.enable")
        line.send("Network.setCacheDisabled", {"cacheDisabled": True})
        line.on("Network.dataReceived", lambda event: received.append(int(event["dataLength"])))
        yield page, received
        context.close()


class WithKeys(Visitor):
    """Somebody who has a keyboard and nothing else."""

    def touch(self, where: Locator) -> None:
        self._reach(where)
        leads_on = where.evaluate("element => element.matches('a[href], form button:not([type=button])')")
        with self.page.expect_navigation() if leads_on else nullcontext():
            self.page.keyboard.press("Enter")

    def check(self, where: Locator) -> None:
        self._reach(where)
        self.page.keyboard.press("Space")
        expect(where).to_be_checked()

    def fill(self, where: Locator, text: str) -> None:
        self._reach(where)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def select(self, where: Locator, option: str) -> None:
        self._reach(where)
        self.page.wait_for_load_state()  # as in `choose`
        self.page.keyboard.type(option)
        expect(where.locator("option:checked")).to_have_text(option)

    def _reach(self, where: Locator) -> None:
        """Go there with the Tab key, which must be seen to arrive."""
        expect(where).to_be_visible()
        for _ in range(150):
            if where.evaluate("element => element === document.activeElement"):
                break
            self.page.keyboard.press("Tab")
        expect(where).to_be_focused()
        assert where.evaluate("element => getComputedStyle(element).outlineStyle") != "none", "focus is not seen"


def translations(language: str) -> NullTranslations:
    """The catalogue of a language; English needs none."""
    return translation("messages", CATALOGUES, [language], fallback=language == "en")
