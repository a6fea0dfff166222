"""A coordinator's week with a draft: a wish by telephone, two people to part, a date to move, a mistake to take back.

By mouse, by finger, by keyboard, and by forms without scripts. Nothing is kept before she has seen what it would do."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from sqlalchemy import select
from werkzeug.serving import make_server

from scheduler.db import Database
from scheduler.plans.tables import GroupRow, MemberRow
from tests.browser.gallery import DESK, PHONE, look
from tests.web.builders import COORDINATOR, Pages, Published, make_pages

pytestmark = pytest.mark.browser

PEER, NEAR = "Peer group 1", "Near-peer group 2"


@dataclass(frozen=True, slots=True)
class Desk:
    """A served draft of two groups, with one resident who is in none."""

    pages: Pages
    base_url: str

    @property
    def address(self) -> str:
        return f"{self.base_url}{self.pages.path(f'/plans/{self.pages.draft_id}/edit')}"

    def people_of(self, key: str) -> set[int]:
        """Who is in a group of the draft, as it is kept."""
        here = (GroupRow.plan_id == self.pages.draft_id) & (GroupRow.key == key)
        with self.pages.database.reading() as db:
            return set(db.scalars(select(MemberRow.person_id).join(GroupRow).where(here)))

    def id_of(self, name: str) -> int:
        return self.pages.ids[f"{name.lower().replace(' ', '.')}@example.org"]


@pytest.fixture
def desk(published: Published, database: Database) -> Iterator[Desk]:
    """The draft behind a real server."""
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
    base_url = f"http://127.0.0.1:{server.server_port}"
    pages = make_pages(published, database, base_url=base_url)
    server.app = pages.app
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Desk(pages, base_url)
    server.shutdown()
    thread.join()


@contextmanager
def at_the_board(
    desk: Desk, chromium: Browser, size: tuple[int, int] = DESK, *, by_finger: bool = False, scripts: bool = True
) -> Iterator[Page]:
    """The coordinator in front of the board."""
    window = {"width": size[0], "height": size[1]}
    with chromium.new_context(viewport=window, has_touch=by_finger, java_script_enabled=scripts) as context:  # type: ignore[arg-type]
        sign_in(desk, context)
        page = context.new_page()
        page.goto(desk.address)
        yield page


def sign_in(desk: Desk, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"{desk.base_url}/sign-in/{desk.pages.link(COORDINATOR)}")
    page.close()


def card(page: Page, name: str) -> Locator:
    return page.locator(f"[data-group][data-name='{name}']")


def line(page: Page, name: str) -> Locator:
    return page.locator(f"#desk tr[data-name='{name}']")


def grip(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=f"Pick up {name}")


def panel(page: Page) -> Locator:
    return page.locator("#panel")


def about(words: str, what: str) -> re.Pattern[str]:
    """The name of a link that says to screen readers what it is about; browsers put a blank before that."""
    return re.compile(f"^{re.escape(words)} ?: {re.escape(what)}")


def middle(found: Locator) -> tuple[float, float]:
    found.scroll_into_view_if_needed()
    box = found.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def title_of(page: Page, name: str) -> Locator:
    """The head of a group's card: whoever is dropped there joins it."""
    return card(page, name).locator("h2")


def test_somebody_is_dragged_by_mouse_and_nothing_is_kept_before_it_is_seen(desk: Desk, chromium: Browser) -> None:
    ada = desk.id_of("Ada Quill")
    with at_the_board(desk, chromium) as page:
        look(page, "draft-board")
        page.mouse.move(*middle(grip(page, "Ada Quill")))
        page.mouse.down()
        page.mouse.move(*middle(title_of(page, NEAR)), steps=8)
        expect(card(page, NEAR)).to_have_class(re.compile("target"))
        expect(card(page, NEAR).locator(".ghost")).to_have_text("Ada Quill")
        expect(panel(page)).to_contain_text(f"Ada Quill from {PEER} to {NEAR}")
        page.mouse.up()
        keep = page.get_by_role("button", name="Move Ada Quill")
        expect(keep).to_be_focused()
        assert ada not in desk.people_of("g2"), "a drop keeps nothing"
        look(page, "draft-preview")
        keep.click()
        expect(page.locator("#done")).to_be_focused()
        expect(page.locator("#done")).to_contain_text(f"Ada Quill moved from {PEER} to {NEAR}.")
        expect(card(page, NEAR)).to_contain_text("Ada Quill")
    assert ada in desk.people_of("g2")


def test_what_is_let_go_elsewhere_is_put_back(desk: Desk, chromium: Browser) -> None:
    with at_the_board(desk, chromium) as page:
        page.mouse.move(*middle(grip(page, "Ada Quill")))
        page.mouse.down()
        page.mouse.move(*middle(title_of(page, NEAR)), steps=5)
        page.mouse.move(*middle(page.get_by_role("heading", level=1)), steps=5)
        page.mouse.up()
        expect(page.locator(".ghost")).to_have_count(0)
        expect(page.locator(".carried")).to_have_count(0)
        expect(panel(page)).to_contain_text("Choose a name")


def test_two_are_exchanged_by_dragging_one_onto_the_other(desk: Desk, chromium: Browser) -> None:
    with at_the_board(desk, chromium) as page:
        page.mouse.move(*middle(grip(page, "Ada Quill")))
        page.mouse.down()
        page.mouse.move(*middle(line(page, "Cleo Thistle")), steps=8)
        expect(panel(page)).to_contain_text("Ada Quill and Cleo Thistle exchange groups")
        page.mouse.up()
        page.get_by_role("button", name="Exchange them").click()
        expect(page.locator("#done")).to_contain_text("Ada Quill and Cleo Thistle have exchanged groups.")
    assert desk.id_of("Cleo Thistle") in desk.people_of("g1")
    assert desk.id_of("Ada Quill") in desk.people_of("g2")


def test_somebody_is_dragged_with_a_finger_on_a_phone(desk: Desk, chromium: Browser) -> None:
    with at_the_board(desk, chromium, PHONE, by_finger=True) as page:
        start = middle(grip(page, "Cleo Thistle"))
        touch, height = page.context.new_cdp_session(page), PHONE[1]
        send(touch, "touchStart", start)
        for y in (start[1] + 20, height / 2, height - 30):  # near the lower edge the page moves on by itself
            send(touch, "touchMove", (start[0], y))
        expect(title_of(page, PEER)).to_be_in_viewport(timeout=20_000)
        send(touch, "touchMove", (start[0], height / 2))
        send(touch, "touchMove", middle(title_of(page, PEER)))
        expect(card(page, PEER)).to_have_class(re.compile("target"))
        expect(panel(page).locator(".big")).to_be_visible()
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        expect(panel(page).get_by_role("button", name=re.compile("Move|Exchange"))).to_be_focused()
        look(page, "draft-phone")
        panel(page).get_by_role("link", name="Don’t change anything").tap()
        expect(panel(page)).to_contain_text(re.compile("(Good places|No better place) for Cleo Thistle"))


def send(touch: object, kind: str, point: tuple[float, float]) -> None:
    touches = [{"x": point[0], "y": point[1]}]
    touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})  # type: ignore[attr-defined]


def test_somebody_is_moved_by_keyboard_alone(desk: Desk, chromium: Browser) -> None:
    heard = "#heard"
    with at_the_board(desk, chromium) as page:
        grip(page, "Ben Marrow").focus()
        page.keyboard.press("Space")
        expect(page.locator(heard)).to_contain_text("Picked up: Ben Marrow.")
        expect(grip(page, "Ben Marrow")).to_have_attribute("aria-pressed", "true")
        page.keyboard.press("Escape")
        expect(page.locator(heard)).to_have_text("Put back.")
        page.keyboard.press("Enter")
        for _ in range(3):
            page.keyboard.press("ArrowRight")
            if NEAR in (page.locator(heard).text_content() or ""):
                break
        expect(page.locator(heard)).to_contain_text(NEAR)
        expect(page.locator(heard)).to_contain_text(re.compile("can come|break"))
        page.keyboard.press("ArrowDown")
        expect(page.locator(heard)).to_contain_text("Exchange with Cleo Thistle")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Move Ben Marrow")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("#done")).to_contain_text(f"Ben Marrow moved from {PEER} to {NEAR}.")
        expect(page.locator("#done")).to_be_focused()
        page.keyboard.press("Control+z")
        expect(page.locator("#done")).to_contain_text("Undone: Ben Marrow moved")
        expect(page.locator(heard)).to_have_text("")
        expect(card(page, PEER)).to_contain_text("Ben Marrow")
        page.keyboard.press("Control+Shift+z")
        expect(page.locator("#done")).to_contain_text(f"Ben Marrow moved from {PEER} to {NEAR}.")
        expect(card(page, NEAR)).to_contain_text("Ben Marrow")
        sent: list[str] = []
        page.on("request", lambda request: sent.append(request.method))
        page.get_by_label("Find a group or a person").fill("cleo")
        page.keyboard.press("Control+z")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"[?&]q="))
        assert "GET" in sent
        assert "POST" not in sent, "in a field the keys belong to what is typed"
    assert desk.id_of("Ben Marrow") in desk.people_of("g2")


def test_the_buttons_stay_where_they_are_whatever_was_changed_last(desk: Desk, chromium: Browser) -> None:
    with at_the_board(desk, chromium) as page:
        publish = page.get_by_role("link", name="Check and publish")
        before = publish.bounding_box()
        line(page, "Dan Reed").get_by_role("link").click()
        panel(page).get_by_role("link", name="Take out").click()
        page.get_by_role("button", name="Take Dan Reed out").click()
        expect(page.locator(".last-change")).to_contain_text("Dan Reed taken out of")
        page.locator(".last-change").evaluate("line => { line.textContent += ' and more'.repeat(80) }")
        assert publish.bounding_box() == before


def test_a_mistake_is_taken_back_and_the_board_stays_where_it_was(desk: Desk, chromium: Browser) -> None:
    with at_the_board(desk, chromium, (1280, 500)) as page:
        line(page, "Dan Reed").get_by_role("link").click()
        panel(page).get_by_role("link", name="Take out").click()
        take_out = page.get_by_role("button", name="Take Dan Reed out")
        expect(take_out).to_be_focused()
        before = page.evaluate("scrollY")
        take_out.click()
        expect(page.locator("#done")).to_contain_text("Dan Reed taken out of")
        assert page.evaluate("scrollY") == before
        panel(page).get_by_role("button", name="Undo").click()
        expect(page.locator("#done")).to_contain_text("Undone: Dan Reed taken out of")
        page.go_back()
        expect(panel(page)).to_contain_text(re.compile("(Good places|No better place) for Dan Reed"))
        expect(panel(page)).not_to_contain_text(re.compile("Undone|can’t be done"))
        page.go_back()
        expect(panel(page)).to_contain_text("Choose a name")
    assert desk.id_of("Dan Reed") in desk.people_of("g1")


def test_back_leads_to_no_change_that_was_made_meanwhile(desk: Desk, chromium: Browser) -> None:
    with at_the_board(desk, chromium) as page:
        line(page, "Dan Reed").get_by_role("link").click()
        panel(page).get_by_role("link", name="Take out").click()
        expect(page.get_by_role("button", name="Take Dan Reed out")).to_be_focused()
        line(page, "Ada Quill").get_by_role("link").click()
        expect(panel(page)).to_contain_text(re.compile("(Good places|No better place) for Ada Quill"))
        page.go_back()
        expect(panel(page)).to_contain_text(re.compile("(Good places|No better place) for Dan Reed"))
        panel(page).get_by_role("link", name="Take out").click()
        page.get_by_role("button", name="Take Dan Reed out").click()
        expect(page.locator("#done")).to_contain_text("Dan Reed taken out of")
        page.go_back()
        expect(panel(page)).to_contain_text(re.compile("(Good places|No better place) for Dan Reed"))
        expect(panel(page)).to_contain_text("without a group")


def test_the_way_past_the_head_of_the_page_asks_for_nothing(desk: Desk, chromium: Browser) -> None:
    with at_the_board(desk, chromium) as page:
        line(page, "Dan Reed").get_by_role("link").click()
        expect(panel(page)).to_contain_text(re.compile("(Good places|No better place) for Dan Reed"))
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        skip = page.locator("a[href='#main']").first
        skip.focus()
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("#main$"))
        title_of(page, NEAR).get_by_role("link").click()
        expect(panel(page)).to_contain_text("See what it would do")
        assert ["edit/panel" in address for address in asked] == [True], "the group alone was asked for"


def test_two_people_are_parted_and_the_pin_is_seen(desk: Desk, chromium: Browser) -> None:
    with at_the_board(desk, chromium) as page:
        line(page, "Ada Quill").get_by_role("link").click()
        panel(page).get_by_text("Keep together or apart").click()
        panel(page).get_by_role("link", name=about("Apart", "Ben Marrow")).click()
        expect(panel(page)).to_contain_text("Keep Ada Quill and Ben Marrow apart")
        look(page, "draft-parting")
        panel(page).get_by_role("link", name=about("Look", "Ada Quill")).first.click()
        expect(panel(page)).to_contain_text("They are pinned apart in the same step.")
        page.locator("#keep").click()
        expect(page.locator("#done")).to_contain_text("Ada Quill and Ben Marrow apart")
        look(page, "draft-pins")
        page.get_by_role("link", name="Improve the rest").click()
        expect(page.locator("main")).to_contain_text("Ada Quill and Ben Marrow apart")
        look(page, "draft-improve")


def test_a_date_is_moved(desk: Desk, chromium: Browser) -> None:
    with at_the_board(desk, chromium) as page:
        title_of(page, PEER).get_by_role("link").click()
        look(page, "draft-group")
        panel(page).get_by_role("link", name=about("Change", "round 1")).click()
        expect(panel(page)).to_contain_text("Good dates")
        look(page, "draft-session")
        panel(page).get_by_role("link", name="Look").first.click()
        page.get_by_role("button", name="Move this session").click()
        expect(page.locator("#done")).to_contain_text(f"{PEER}’s session in round 1 is now on")
        expect(panel(page)).to_contain_text("put here by hand")


def test_all_of_it_works_without_scripts(desk: Desk, chromium: Browser) -> None:
    with at_the_board(desk, chromium, PHONE, scripts=False) as page:
        line(page, "Zoe Left").get_by_role("link").click()
        page.get_by_label("Another group, or someone to exchange with").fill("peer group 1")
        panel(page).get_by_role("button", name="Find", exact=True).click()
        page.get_by_role("link", name=about("Move here", PEER)).click()
        page.get_by_role("button", name="Move Zoe Left").click()
        expect(page.locator("#done")).to_contain_text(f"Zoe Left moved to {PEER}.")
        page.locator("#done").get_by_role("button", name="Undo").click()
        expect(page.locator("#done")).to_contain_text("Undone: Zoe Left moved")
        page.get_by_role("link", name="New group").click()
        page.get_by_role("checkbox", name="Zoe Left").check()
        page.get_by_label("by video").check()
        page.get_by_role("button", name="See what it would do").click()
        expect(page.locator("#effect")).to_contain_text("A new group")
    assert desk.id_of("Zoe Left") not in desk.people_of("g1")


def test_the_pages_are_looked_at(desk: Desk, chromium: Browser) -> None:
    with at_the_board(desk, chromium) as page:
        for name, query in (
            ("new", "?new=1&find=a"),
            ("split", "?act=split&group=g2"),
            ("gone", "?person=999999"),
            ("nothing", "?q=nobody"),
            ("merge", "?act=merge&group=g1&into=g2"),
            ("typed", "?act=date&group=g1&round=1&day=x"),
        ):
            page.goto(desk.address + query)
            expect(panel(page)).to_be_visible()
            look(page, f"draft-{name}")
