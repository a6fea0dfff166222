"""From an invitation at four in the morning to a place in the plan, and out again, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from scheduler import clock
from scheduler.availability.tables import AvailabilityRow
from scheduler.enrolment.people_import import import_people, person_ids_by_address
from scheduler.enrolment.relations_import import import_relations
from scheduler.mail.tables import MailRow
from scheduler.people.model import OPERATOR, Role
from scheduler.people.roles import appoint
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.programmes.service import find_programme_id
from scheduler.rota_import.service import Upload, import_rota
from tests.browser.conftest import Installation
from tests.browser.gallery import PHONE, look, look_from_right_to_left
from tests.web.builders import code_of

MEMBERS_BUDGET_BYTES = 60_000
SLOW_LINE = {"offline": False, "latency": 800, "downloadThroughput": 35_000, "uploadThroughput": 35_000}
"""2G as browsers' tools know it: 280 kbit/s, 0.8 s to the server and back."""
pytestmark = pytest.mark.browser
expect.set_options(timeout=30_000)


@dataclass(frozen=True, slots=True)
class Here:
    """A served programme with people and rotas, before anybody was invited."""

    installation: Installation
    programme_id: int
    ids: dict[str, int]

    def somebody(self, kind: str, number: int = 0) -> str:
        """The address of a resident or of a senior who offers to facilitate."""
        with self.installation.database.reading() as db:
            found = db.scalars(
                select(PersonRow.email)
                .join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
                .where(ParticipantRow.kind == kind, ParticipantRow.programme_id == self.programme_id)
                .order_by(PersonRow.id)
            ).all()
        return found[number]

    def name(self, email: str) -> str:
        with self.installation.database.reading() as db:
            return db.scalars(select(PersonRow.name).where(PersonRow.email == email)).one()

    def marks(self, email: str) -> str:
        with self.installation.database.reading() as db:
            return db.scalars(select(AvailabilityRow.marks).where(AvailabilityRow.person_id == self.ids[email])).one()

    def letter(self, email: str) -> str:
        """The newest mail to somebody."""
        with self.installation.database.reading() as db:
            newest = select(MailRow.text).where(MailRow.address == email).order_by(MailRow.id.desc())
            return db.scalars(newest.limit(1)).one()

    def link(self, email: str) -> str:
        """The link of the newest mail to somebody."""
        found = re.search(r"http\S+/sign-in/\S+", self.letter(email))
        assert found
        return found[0]

    def code(self, email: str) -> str:
        """The code beside it."""
        return code_of(self.letter(email))


@pytest.fixture(scope="module")
def here(installation: Installation) -> Here:
    hospital, now = installation.hospital, clock.now()
    with installation.database.writing() as db:
        programme_id = find_programme_id(db, "story") or 0
        import_people(db, OPERATOR, programme_id, hospital.people.read_bytes(), now)
        import_relations(db, OPERATOR, programme_id, hospital.relations.read_bytes(), now)
        appoint(db, OPERATOR, programme_id, "Olga Watch", "olga@example.org", Role.OVERSIGHT, now)
        ids = person_ids_by_address(db, programme_id)
    for rota in hospital.rotas:
        with installation.database.writing() as db:
            upload = Upload(rota.name, rota.path.read_bytes(), rota.path.name)
            import_rota(db, OPERATOR, programme_id, rota.site, upload, now)
    return Here(installation, programme_id, ids)


@contextmanager
def opened(chromium: Browser, here: Here, *, phone: bool = True, scripts: bool = True) -> Iterator[Page]:
    """A page in a browser of its own, that asks nobody but the server and complains about nothing."""
    base_url = here.installation.base_url
    size = {"width": PHONE[0], "height": PHONE[1]} if phone else {"width": 1280, "height": 800}
    context = chromium.new_context(viewport=size, java_script_enabled=scripts, base_url=base_url, has_touch=phone)
    page = context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert [url for url in asked if not url.startswith(base_url)] == []
    assert [text for text in complaints if "status of 4" not in text] == []
    context.close()


def test_from_the_invitation_to_joined_on_a_slow_line_without_scripts(chromium: Browser, here: Here) -> None:
    email = here.somebody("resident")
    with opened(chromium, here, phone=False) as page:
        page.goto(here.installation.coordinator_link)
        page.goto(f"/programmes/{here.programme_id}/joining")
        look(page, "answers-none")
        page.get_by_role("button", name=re.compile(r"Invite \d+ people")).click()
        expect(page.get_by_role("status")).to_contain_text("invitations are waiting to be sent")
    with opened(chromium, here) as elsewhere:
        elsewhere.goto(here.link(email))
        look(elsewhere, "link-elsewhere")
    with opened(chromium, here, scripts=False) as phone:
        received = on_a_slow_line(phone)
        phone.goto(here.link(email))
        phone.get_by_label("The code from the e-mail").fill(here.code(email))
        phone.get_by_role("button", name="Sign me in").tap()
        expect(phone.get_by_text("Would you like to join?")).to_be_visible()
        expect(phone.get_by_text("It isn’t assessment or supervision.")).to_be_visible()
        phone.get_by_role("button", name="Yes, count me in").tap()
        answers_six_questions(phone, here)
        expect(phone.get_by_text("Thank you, you’ve answered everything")).to_be_visible()
        assert sum(received.values()) < 3 * MEMBERS_BUDGET_BYTES, "the whole way, from the link to the end"
        phone.get_by_role("link", name="Check my availability").tap()
        expect(phone.get_by_text("From the rota").first).to_be_visible()
        corrects_by_radio_button(phone)
    assert "careers" in everything_of(here, email).interests
    assert everything_of(here, email).modes[0] == "phone"


def on_a_slow_line(phone: Page) -> dict[str, int]:
    """Throttle the line; returns what is received of each request, kept up to date."""
    session = phone.context.new_cdp_session(phone)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_LINE)
    received: dict[str, int] = {}
    session.on(
        "Network.loadingFinished",
        lambda event: received.__setitem__(event["requestId"], int(event["encodedDataLength"])),
    )
    return received


def answers_six_questions(phone: Page, here: Here) -> None:
    is_at(phone, "Step 1 of 6")
    phone.get_by_label("Peer group", exact=True).select_option("my first choice")
    go_on(phone)
    is_at(phone, "Step 2 of 6")
    phone.get_by_label("careers").check()
    phone.get_by_label("exams").check()
    go_on(phone)
    is_at(phone, "Step 3 of 6")
    phone.get_by_label("By phone").select_option("best")
    phone.get_by_label("By video").select_option("also good")
    phone.get_by_label("In person").select_option("not possible")
    go_on(phone)
    is_at(phone, "Step 4 of 6")
    phone.get_by_role("group", name="Facilitators").get_by_role("checkbox").first.check()
    go_on(phone)
    is_at(phone, "Step 5 of 6")
    other = here.name(here.somebody("resident", 3))
    phone.get_by_label("Name of a resident or senior").fill(other.split()[-1])
    phone.get_by_role("button", name=re.compile("Find.*senior")).tap()
    phone.get_by_role("button", name=re.compile(f"Add.*{other}")).tap()
    expect(phone.get_by_role("button", name=re.compile(f"Remove.*{other}.*rather not be with"))).to_be_visible()
    go_on(phone)
    is_at(phone, "Step 6 of 6")
    phone.get_by_label("parent or carer", exact=True).check()
    phone.get_by_role("button", name="Save").tap()


def is_at(phone: Page, step: str) -> None:
    """Waits for the whole page: what is chosen in a list that is still arriving is undone by the rest of it."""
    expect(phone.get_by_text(step)).to_be_visible()
    phone.wait_for_load_state()


def go_on(phone: Page) -> None:
    assert len(phone.content().encode()) < MEMBERS_BUDGET_BYTES / 2
    phone.get_by_role("button", name="Save and continue").tap()


def corrects_by_radio_button(phone: Page) -> None:
    summary = phone.locator("main form details > summary").first
    summary.tap()
    phone.get_by_role("radio", name="not known yet").first.check()
    phone.get_by_role("button", name="Save the week").tap()
    expect(phone.get_by_text("Saved.")).to_be_visible()
    expect(phone.get_by_text("as you told us").first).to_be_visible()


def everything_of(here: Here, email: str) -> ParticipantRow:
    with here.installation.database.reading() as db:
        return db.get_one(ParticipantRow, (here.programme_id, here.ids[email]))


def test_the_week_is_drawn_by_tap_by_stroke_and_by_keyboard(chromium: Browser, here: Here) -> None:
    email = here.somebody("resident", 1)
    with opened(chromium, here, phone=False) as page:
        signs_in(page, here, email)
        page.goto("/availability")
        look(page, "week")
        look_from_right_to_left(page, "week")
        cells = page.locator("td[data-at] button")
        first, told = cells.first, page.locator("#painting")
        before = first.inner_text()
        first.click()
        after = first.inner_text()
        assert after != before
        expect(told).to_contain_text("Saved automatically")
        first.focus()
        page.keyboard.press("Space")
        assert first.inner_text() not in (before, after)
        page.keyboard.press("ArrowDown")
        expect(first).not_to_be_focused()
        strokes_over(page)
        expect(told).to_contain_text("Saved automatically")
        page.wait_for_timeout(1500)
        drawn = [cell.inner_text() for cell in cells.all()]
        page.goto("/availability")
        assert [cell.inner_text() for cell in page.locator("td[data-at] button").all()] == drawn


def test_the_week_is_drawn_with_a_thumb(chromium: Browser, here: Here) -> None:
    email = here.somebody("resident", 6)
    with opened(chromium, here) as phone:
        signs_in(phone, here, email)
        phone.goto("/availability")
        before, cell = here.marks(email), phone.locator("td[data-at] button").first
        words = [cell.inner_text()]
        for _ in range(3):
            cell.tap()
            words.append(cell.inner_text())
        assert len(set(words)) == 3
        assert words[0] == words[3], "through the three states, and back to what the rota says"
        cell.tap()
        expect(phone.locator("#painting")).to_contain_text("Saved automatically")
    assert here.marks(email) != before


def strokes_over(page: Page) -> None:
    """One stroke along a row that is as the rota says gives all its cells the state that the first would take next."""
    rows = page.locator(".week tbody tr").all()[1:]
    row = next(row for row in rows if row.locator("td[data-at]").count() > 1)
    cells = row.locator("td[data-at]")
    start, end = cells.first.bounding_box(), cells.last.bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + 10, start["y"] + 10)
    page.mouse.down()
    page.mouse.move(end["x"] + 10, end["y"] + 10, steps=20)
    page.mouse.up()
    assert len({cell.inner_text() for cell in cells.all()}) == 1


def test_a_line_that_drops_loses_nothing_that_was_typed(chromium: Browser, here: Here) -> None:
    with opened(chromium, here) as phone:
        signs_in(phone, here, here.somebody("resident", 2))
        phone.goto(f"/join/{here.programme_id}/needs")
        phone.get_by_label("In your own words").fill("Captions, please")
        phone.context.set_offline(True)
        phone.get_by_role("button", name="Save").click()
        expect(phone.get_by_text("You seem to be offline. Your choices are still on this page")).to_be_visible()
        phone.context.set_offline(False)
        phone.get_by_role("button", name="Save").click()
        expect(phone.get_by_role("heading", name="Which kind of group would you like?")).to_be_visible()
        phone.goto(f"/join/{here.programme_id}/needs")
        expect(phone.get_by_label("In your own words")).to_have_value("Captions, please")


def test_every_page_of_joining_looks_right_to_everybody(chromium: Browser, here: Here) -> None:
    resident, senior = here.somebody("resident", 4), here.somebody("faculty")
    with opened(chromium, here) as phone:
        signs_in(phone, here, resident)
        phone.goto(f"/join/{here.programme_id}")
        look(phone, "join-invited")
        look_from_right_to_left(phone, "join-invited")
        phone.get_by_role("button", name="Yes, count me in").click()
        for step in ("kind", "topics", "ways", "facilitators", "people", "needs"):
            phone.goto(f"/join/{here.programme_id}/{step}")
            look(phone, f"join-{step}")
        for name, path in (("join", f"/join/{here.programme_id}"), ("join-leave", f"/join/{here.programme_id}/leave"),
                           ("account", "/account")):  # fmt: skip
            phone.goto(path)
            look(phone, name)
        phone.goto(f"/join/{here.programme_id}/people")
        typed = phone.get_by_label("Name of a resident", exact=True)
        typed.press_sequentially(here.name(here.somebody("resident", 5))[:4])
        expect(phone.locator("datalist option").first).to_be_attached()
        phone.goto(f"/join/{here.programme_id}/leave")
        phone.get_by_role("button", name="Yes, leave").click()
        expect(phone.get_by_text("You’ve left this programme.")).to_be_visible()
        look(phone, "join-left")
        phone.get_by_role("button", name="Rejoin").click()
        expect(phone.get_by_role("heading", name="Your answers")).to_be_visible()
    with opened(chromium, here) as phone:
        signs_in(phone, here, senior)
        for step in ("portrait", "offer", "people", "conduct"):
            phone.goto(f"/join/{here.programme_id}/{step}")
            look(phone, f"join-faculty-{step}")
    with opened(chromium, here, phone=False) as page:
        page.goto(here.installation.coordinator_link)
        page.goto(f"/programmes/{here.programme_id}/joining")
        look(page, "answers")
    with opened(chromium, here, phone=False) as page:
        signs_in(page, here, "olga@example.org")
        expect(page.get_by_role("heading", name="Are people safe?")).to_be_visible()
        look(page, "oversight")


def signs_in(page: Page, here: Here, email: str) -> None:
    """Asks for a link, opens it from the mail, and presses the one button."""
    page.goto("/sign-in")
    page.get_by_label("Your e-mail address").fill(email)
    page.get_by_role("button", name="Send me a sign-in link").click()
    expect(page.get_by_role("heading", name="Check your e-mail")).to_be_visible()
    page.goto(here.link(email))
    page.get_by_role("button", name="Sign me in").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
