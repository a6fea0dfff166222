"""A coordinator's week: drafts for a meeting, a wish by telephone, publishing, the cover list, an earlier plan again.

In a real browser with scripts; every page that is passed is looked at on a desk and on a phone. The planner runs only
for the meeting, as it takes its time; what comes after begins with a draft made by hand."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import delete, select
from werkzeug.serving import make_server

from scheduler import clock
from scheduler.cover.managers import add_manager, list_kept, set_keepers
from scheduler.db import Database
from scheduler.invitations.change_notices import announce_changes
from scheduler.jobs.embedded import Dispatcher
from scheduler.mail.tables import MailRow
from scheduler.people.model import OPERATOR
from scheduler.planning import runs
from scheduler.plans.model import PlanState
from scheduler.plans.tables import PlanRow, RunRow
from scheduler.rota_import.service import Upload, import_rota
from scheduler.sessions.tables import SessionRow
from scheduler.settings import Settings
from tests.browser.gallery import DESK, PHONE, override_what_is_red, sideways, violations
from tests.builders import World, say_marks
from tests.web.builders import COORDINATOR, RESIDENT, Pages, Published, make_pages
from web.coordinator import plan_list

pytestmark = pytest.mark.browser

USUAL, PATIENCE, PLANNING = 5_000, 30_000, 120_000
ADA, BEN, CLEO, PEER, NEAR = "Ada Quill", "Ben Marrow", "Cleo Thistle", "Peer group 1", "Near-peer group 2"
SHORT = 2
"""Seconds: long enough for nine people."""
OFFICE = "office@example.org"


@dataclass(frozen=True, slots=True)
class Desk:
    """The coordinator in front of a served programme: one published revision, and a draft."""

    pages: Pages
    page: Page
    base_url: str

    @property
    def settings(self) -> Settings:
        url = self.pages.database.engine.url.render_as_string(hide_password=False)
        return Settings(url, "k" * 40, base_url=self.base_url, solve_workers=1)

    def go(self, path: str) -> None:
        self.page.goto(f"{self.base_url}{self.pages.path(path)}")

    def plans(self) -> dict[int, PlanState]:
        """Every plan there is, by its number, and how it stands."""
        with self.pages.database.reading() as db:
            here = select(PlanRow).where(PlanRow.programme_id == self.pages.programme_id).order_by(PlanRow.number)
            return {row.number: row.state for row in db.scalars(here)}

    def letters(self, address: str) -> list[MailRow]:
        """What was written to somebody, once all that is to be told has been told: nobody is at night, nor at once."""
        tomorrow = datetime.combine(clock.now().date() + timedelta(days=1), time(12), UTC)
        for at in (clock.now(), tomorrow):
            announce_changes(self.pages.database, self.settings, at)
        with self.pages.database.reading() as db:
            return list(db.scalars(select(MailRow).where(MailRow.address == address).order_by(MailRow.id)))


@pytest.fixture
def desk(published: Published, database: Database, chromium: Browser) -> Iterator[Desk]:
    """The draft behind a real server, and a browser that waits for it."""
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
    base_url = f"http://127.0.0.1:{server.server_port}"
    pages = make_pages(published, database, base_url=base_url)
    server.app = pages.app
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    expect.set_options(timeout=PATIENCE)
    size = {"width": DESK[0], "height": DESK[1]}
    with chromium.new_context(viewport=size, locale="en-GB") as context:  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.goto(f"{base_url}/sign-in/{pages.link(COORDINATOR)}")
        yield Desk(pages, page, base_url)
    expect.set_options(timeout=USUAL)
    server.shutdown()
    thread.join()


@contextmanager
def a_planner(desk: Desk) -> Iterator[None]:
    """Beside the server, as ``rounds serve`` has it."""
    stop = threading.Event()
    thread = threading.Thread(target=Dispatcher(desk.pages.database, desk.settings).serve, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def glance(page: Page) -> None:
    """At the page as it is, on a phone and on a desk: no rule broken, nothing to scroll sideways."""
    for width, height in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": height})
        assert sideways(page) == 0, f"{page.url} is too wide for {width} px"
        assert violations(page) == [], f"{page.url}, {width} px"


def panel(page: Page) -> Locator:
    return page.locator("#panel")


def link(where: Page | Locator, *words: str) -> Locator:
    """By how it begins, and by what it says to screen readers besides."""
    return where.get_by_role("link", name=re.compile("^" + ".*".join(map(re.escape, words)))).first


def choose_plans(page: Page, *numbers: int) -> None:
    for number in numbers:
        page.get_by_label(f"Choose plan {number}", exact=True).check()


def test_a_week_by_telephone(desk: Desk) -> None:
    a_wish_by_telephone(desk)
    two_to_part_and_a_date_to_move(desk)
    all_of_it_is_published(desk)
    a_member_sees_it_and_hears_of_it_once(desk)
    what_was_published_before_comes_back(desk)
    the_cover_list_is_taken_and_sent(desk)


def a_wish_by_telephone(desk: Desk) -> None:
    """Ada rings: she is found, her place is explained, and what was done by mistake is taken back."""
    page = desk.page
    page.wait_for_load_state()  # the comfort of a key is there once its script is
    page.keyboard.press("Control+k")
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.type("quill")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name=ADA)).to_be_visible()
    glance(page)
    link(page, "Why?", ADA).click()
    expect(page.get_by_role("heading", name=f"Why is {ADA} there?")).to_be_visible()
    expect(page.locator("section.next p.lead")).to_contain_text("Ada")
    glance(page)
    desk.go(f"/plans/{desk.pages.draft_id}/why/person/{desk.pages.ids[RESIDENT]}")
    page.get_by_role("link", name="Change by hand").click()
    expect(panel(page)).to_contain_text(re.compile(rf"(Good places|No better place) for {ADA}"))
    glance(page)
    panel(page).get_by_role("link", name="Take out").click()
    page.get_by_role("button", name=f"Take {ADA} out").click()
    expect(page.locator("#done")).to_contain_text(f"{ADA} taken out of")
    page.get_by_role("button", name="Undo").first.click()
    expect(page.locator("#done")).to_contain_text(f"Undone: {ADA} taken out of")


def two_to_part_and_a_date_to_move(desk: Desk) -> None:
    """She changes places with Cleo and is never put beside Ben again; and a session gets another day."""
    page = desk.page
    page.locator(f"#desk tr[data-name='{ADA}']").get_by_role("link").click()
    page.get_by_label("Another group, or someone to exchange with").fill("cleo")
    page.keyboard.press("Enter")
    link(panel(page), "Exchange", CLEO).click()
    page.get_by_role("button", name="Exchange them").click()
    expect(page.locator("#done")).to_contain_text(f"{ADA} and {CLEO} have exchanged groups.")
    page.locator(f"#desk tr[data-name='{ADA}']").get_by_role("link").click()
    page.get_by_label("Another group, or someone to exchange with").fill("ben")
    page.keyboard.press("Enter")
    link(panel(page), "Apart", BEN).click()
    page.get_by_role("button", name="Pin it").click()
    expect(page.locator("#done")).to_contain_text(f"{ADA} and {BEN} apart")
    page.locator(f"[data-group][data-name='{NEAR}'] h2").get_by_role("link").click()
    link(panel(page), "Change", "round 2").click()
    expect(panel(page)).to_contain_text("Good dates")
    link(panel(page), "Look").click()
    page.get_by_role("button", name="Move this session").click()
    expect(page.locator("#done")).to_contain_text(f"{NEAR}’s session in round 2 is now on")
    glance(page)


def all_of_it_is_published(desk: Desk) -> None:
    """Its rules are fetched while she reads what changes for whom."""
    page = desk.page
    desk.go(f"/plans/{desk.pages.draft_id}")
    glance(page)
    page.get_by_role("link", name="Check and publish").click()
    expect(page.locator("#rules-checked").get_by_role("heading", name="Every rule is kept")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/publish$"))
    glance(page)
    override_what_is_red(page)
    page.get_by_role("button", name="Publish now").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("revision 2")
    assert desk.plans()[2] == PlanState.PUBLISHED


def a_member_sees_it_and_hears_of_it_once(desk: Desk) -> None:
    """On her page stands the group that was made by hand; one letter says so."""
    browser = desk.page.context.browser
    assert browser
    with browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]}, locale="en-GB") as context:
        phone = context.new_page()
        phone.goto(f"{desk.base_url}/sign-in/{desk.pages.link(RESIDENT)}")
        expect(phone.get_by_role("main")).to_contain_text(NEAR)
        expect(phone.get_by_role("main")).not_to_contain_text(PEER)
        glance(phone)
    assert len(desk.letters(RESIDENT)) == 1


def the_cover_list_is_taken_and_sent(desk: Desk) -> None:
    """She is on call from home at her first session: the rota office has the list, and a table of it."""
    page, here, now = desk.page, desk.pages.programme_id, clock.now()
    with desk.pages.database.writing() as db:
        first = select(SessionRow.starts_at).where(SessionRow.group_key == "g1").order_by(SessionRow.starts_at)
        day = db.scalars(first.limit(1)).one().date()
        rota = f"name,date,start,end,code\n{ADA},{day},09:00,21:00,NROC\n".encode()
        import_rota(db, OPERATOR, here, "north", Upload("ward", rota, "ward.csv"), now)
        manager = add_manager(db, OPERATOR, here, "Ward office", OFFICE, now)
        kept = list_kept(db, OPERATOR, here)
        set_keepers(db, OPERATOR, here, {(each.site_id, each.rota): manager for each in kept}, now)
    desk.go(f"/cover?manager={manager}&first={day - timedelta(days=3)}&last={day + timedelta(days=3)}")
    expect(page.get_by_role("table")).to_contain_text(ADA)
    glance(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV", exact=True).click()
    assert ADA in download.value.path().read_text(encoding="utf-8-sig")
    page.get_by_role("link", name="Send to Ward office").click()
    expect(page.get_by_text("They haven’t had a list yet.")).to_be_visible()
    glance(page)
    page.get_by_role("button", name=f"Send the list to {OFFICE}").click()
    expect(page.get_by_role("status")).to_contain_text("A list of 1 release is waiting to be sent to Ward office.")
    [letter] = desk.letters(OFFICE)
    assert ADA in letter.text
    assert PEER not in letter.text


def what_was_published_before_comes_back(desk: Desk) -> None:
    """Revision 1 becomes a draft, which is published as any is."""
    page = desk.page
    desk.go(f"/plans/{desk.pages.published_id}")
    page.get_by_role("link", name="Publish it again").click()
    expect(page.get_by_text("Everyone in it is still here, and all of its dates are still possible.")).to_be_visible()
    glance(page)
    page.get_by_role("button", name="Make a draft from it").click()
    expect(page.get_by_role("status")).to_contain_text("This draft has been made from the earlier revision.")
    expect(page.locator("#rules-checked").get_by_role("heading", name="Every rule is kept")).to_be_visible()
    glance(page)
    override_what_is_red(page)
    page.get_by_role("button", name="Publish now").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("revision 3")
    assert desk.plans() == {1: PlanState.SUPERSEDED, 2: PlanState.SUPERSEDED, 3: PlanState.PUBLISHED}


def test_drafts_for_a_meeting(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three are made with other starts and stand side by side; one stays, and what would help it is tried."""
    monkeypatch.setattr(plan_list, "CHOICES_SECONDS", (SHORT, 30))
    monkeypatch.setattr(runs, "DEFAULT_SECONDS", float(SHORT))
    with desk.pages.database.writing() as db:
        db.execute(delete(RunRow))  # nobody waits for it
    page = desk.page
    ids = [who for email, who in desk.pages.ids.items() if email.startswith(("ben.", "cat.", "eve.", "finn."))]
    here = World(desk.pages.database, desk.pages.programme_id, OPERATOR)
    say_marks(here, dict.fromkeys(desk.pages.ids.values(), "2"))
    say_marks(here, dict.fromkeys(ids, "2" * 40 + "0" * 40 + "2" * 40))
    desk.go("/plans")
    page.get_by_label("How long may it take?").select_option(str(SHORT))
    page.get_by_label("How many drafts to choose from?").select_option("3")
    page.get_by_label("Try another start than before").check()
    page.get_by_role("button", name="Make a plan").click()
    expect(page.get_by_text("3 plans are being made, one after another.")).to_be_visible()
    glance(page)
    page.get_by_role("link", name=re.compile("Watch progress")).last.click()
    with a_planner(desk):
        expect(page.get_by_role("heading", name="The draft is ready")).to_be_visible(timeout=4 * PLANNING)
        glance(page)
        one_is_chosen(desk)
        page.get_by_role("button", name=re.compile("^Try it")).first.click()
        expect(page.get_by_role("heading", name="The draft is ready")).to_be_visible(timeout=PLANNING)
    expect(page.get_by_role("main")).to_contain_text("Tried with")
    glance(page)


def one_is_chosen(desk: Desk) -> None:
    """Of those that were made; the others are deleted."""
    page, (*_, one, two, three) = desk.page, desk.plans()
    desk.go("/plans")
    choose_plans(page, one, two, three)
    page.get_by_role("button", name="Compare").click()
    for number in (one, two, three):
        columns = page.get_by_role("columnheader", name=f"Plan {number}", exact=True)
        expect(columns.first).to_be_visible()
    glance(page)
    desk.go("/plans")
    choose_plans(page, two, three)
    page.get_by_role("button", name="Delete drafts").click()
    expect(page.get_by_role("heading", name="Delete 2 drafts?")).to_be_visible()
    glance(page)
    page.get_by_role("button", name="Delete them").click()
    expect(page.get_by_label(f"Choose plan {two}", exact=True)).to_have_count(0)
    assert one in desk.plans()
    assert not {two, three} & set(desk.plans())
    page.get_by_role("link", name=f"Plan {one}", exact=True).click()
    expect(page.get_by_role("heading", name="What would help")).to_be_visible()
    glance(page)
