"""The whole road in a real browser: lists and rotas in, a plan made, read and published, sessions in a calendar."""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from icalendar import Calendar
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, Request, expect
from sqlalchemy import select

from scheduler.mail.tables import MailRow
from scheduler.people.tables import PersonRow
from scheduler.plans.tables import GroupRow, MemberRow, PlanRow
from tests.browser.conftest import Installation
from tests.browser.gallery import (
    PHONE,
    SCREENSHOTS,
    choose,
    look,
    look_from_right_to_left,
    override_what_is_red,
    violations,
)

PLANNING_SECONDS = 10
MEMBERS_BUDGET_BYTES = 60_000
pytestmark = pytest.mark.browser
expect.set_options(timeout=20_000)


@contextmanager
def opened(
    chromium: Browser, installation: Installation, *, phone: bool = False, scripts: bool = True
) -> Iterator[Page]:
    """A page in a browser of its own. It may ask nobody but the server, and complain about nothing."""
    size = {"width": PHONE[0], "height": PHONE[1]} if phone else {"width": 1280, "height": 800}
    context = chromium.new_context(viewport=size, java_script_enabled=scripts, base_url=installation.base_url)
    page = context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert [url for url in asked if not url.startswith(installation.base_url)] == []
    assert [text for text in complaints if "status of 4" not in text] == []
    context.close()


def test_from_lists_and_rotas_to_everybodys_calendar(chromium: Browser, installation: Installation) -> None:
    with opened(chromium, installation) as page:
        the_first_pages(page)
        page.goto(installation.coordinator_link)
        expect(page.get_by_text("Start with people")).to_be_visible()
        look(page, "programme-new")
        uploads_lists(page, installation)
        uploads_rotas(page, installation)
        makes_a_plan(page)
        reads_and_publishes(page)
    with opened(chromium, installation, phone=True, scripts=False) as phone:
        email = somebody(installation, "resident")
        signs_in_by_mail(phone, installation, email)
        sees_group_and_subscribes(phone, installation)
        corrects_a_time(phone)
        looks_at_members_pages(chromium, installation, phone, "resident", "/my-group")
    with opened(chromium, installation, phone=True, scripts=False) as phone:
        signs_in_by_mail(phone, installation, somebody(installation, "facilitator"))
        expect(phone.get_by_role("heading", name="The groups you facilitate")).to_be_visible()
        events = subscribes(phone)
        assert events
        looks_at_members_pages(chromium, installation, phone, "facilitator", "/facilitating")
    with opened(chromium, installation, scripts=False) as page:
        page.goto(installation.coordinator_link)
        plans_again_without_scripts(page)


def the_first_pages(page: Page) -> None:
    """What a stranger sees, and that the keyboard leads past the links at the top."""
    for name, path in (
        ("welcome", "/"), ("sign-in", "/sign-in"), ("sign-in-sent", "/sign-in/sent"), ("link-over", "/sign-in/used"),
        ("not-found", "/nowhere"),
    ):  # fmt: skip
        page.goto(path)
        look(page, name)
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the main content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Sign in by e-mail")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def uploads_lists(page: Page, installation: Installation) -> None:
    """Each list is read, looked at beside what is there, and confirmed; one that is of something else says so."""
    page.get_by_role("link", name="Upload people").click()
    hospital = installation.hospital
    upload_list(page, "People", hospital.rooms)
    expect(page.get_by_role("heading", name="Which column is which?")).to_be_visible()
    look(page, "list-columns")
    page.get_by_role("button", name="Remove this upload").click()
    for title, path in (("People", hospital.people), ("Relations", hospital.relations), ("Clinics", hospital.clinics),
                        ("Rooms", hospital.rooms)):  # fmt: skip
        upload_list(page, title, path)
        expect(page.get_by_role("heading", name="This is what the list would change")).to_be_visible()
        look(page, f"list-{title.lower()}")
        page.get_by_role("button", name="Confirm", exact=True).click()
        expect(page.get_by_role("status")).to_contain_text(title)
    goes_to(page, "People")
    expect(page.get_by_text("24 residents")).to_be_visible()
    look(page, "people")


def goes_to(page: Page, name: str) -> None:
    """By the links at the top."""
    page.get_by_role("navigation").get_by_role("link", name=re.compile(rf"^{name}( \d.*)?$")).click()


def upload_list(page: Page, title: str, path: Path) -> None:
    card = page.get_by_role("region", name=title, exact=False).filter(has=page.get_by_label("File", exact=True))
    card.get_by_label("File", exact=True).set_input_files(path)
    card.get_by_role("button", name="Upload").click()


def uploads_rotas(page: Page, installation: Installation) -> None:
    """Three rotas; the first has a name misspelt and a code that nobody explained."""
    first, *others = installation.hospital.rotas
    goes_to(page, "Rotas")
    look(page, "rotas-none")
    upload_rota(page, first.name, first.site, with_doubts(first.path))
    expect(page.get_by_text("Understood, except for 2 questions")).to_be_visible()
    look(page, "rota-questions")
    choose(page.get_by_role("group", name="What does “ZQ7” mean?").get_by_label("Meaning"), "night")
    page.get_by_role("group", name="What does “ZQ7” mean?").get_by_label("from").fill("21:00")
    page.get_by_role("group", name="What does “ZQ7” mean?").get_by_label("until").fill("09:00")
    page.get_by_role("group", name="Nobody in the programme has exactly this name").get_by_role("radio").first.check()
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_role("heading", name="has been imported")).to_be_visible()
    look(page, "rota-imported")
    for rota in others:
        goes_to(page, "Rotas")
        upload_rota(page, rota.name, rota.site, rota.path)
        expect(page.get_by_text("We understood all of it")).to_be_visible()
        page.get_by_role("button", name="Import").click()
    goes_to(page, "Rotas")
    look(page, "rotas")
    upload_rota(page, first.name, first.site, first.path)
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_role("heading", name="What has changed since the last version")).to_be_visible()
    look(page, "rota-changed")


def with_doubts(path: Path) -> Path:
    """The workbook with one name that ends otherwise and one code that its legend does not know."""
    book = load_workbook(path)
    sheet = book.worksheets[0]
    row = next(row for row in range(1, 10) if sheet.cell(row, 1).value == "Doctor") + 1
    name = str(sheet.cell(row, 1).value)
    sheet.cell(row, 1).value = f"{name[:-1]}x"
    sheet.cell(row + 1, 2).value = "ZQ7"
    changed = path.with_name(f"doubtful-{path.name}")
    book.save(changed)
    return changed


def upload_rota(page: Page, name: str, site: str, path: Path) -> None:
    page.get_by_label("Rota files", exact=True).set_input_files(path)
    choose(page.locator("#upload-site"), site)
    page.get_by_text("More options: a name, a legend, a year").click()
    page.locator("#upload-name").fill(name)
    page.get_by_role("button", name="Upload and read").click()


def makes_a_plan(page: Page) -> None:
    goes_to(page, "Today")
    expect(page.get_by_text("Ready to form the groups")).to_be_visible()
    look(page, "programme-ready")
    page.get_by_role("link", name="Make a plan").click()
    look(page, "plans-none")
    choose(page.get_by_label("How long may it take?"), str(PLANNING_SECONDS))
    page.get_by_role("button", name="Make a plan").click()
    expect(page.get_by_text(re.compile(r"residents have a group so far"))).to_be_visible(timeout=30_000)
    keeps_the_focus(page)
    page.screenshot(path=SCREENSHOTS / "run-1280-light.png", full_page=True)
    expect(page.get_by_role("heading", name="The draft is ready")).to_be_visible(timeout=60_000)
    look(page, "run-ready")


def keeps_the_focus(page: Page) -> None:
    """The piece that is loaded again and again leaves the keyboard where it is."""
    stop = page.get_by_role("button", name="Stop and keep the best")
    stop.focus()
    for _ in range(2):
        page.wait_for_event("response", lambda response: response.url.endswith("/progress"))
    expect(stop).to_be_focused()


def reads_and_publishes(page: Page) -> None:
    page.get_by_role("link", name="Read the draft").click()
    expect(page.get_by_text("Sessions that will take place")).to_be_visible()
    look(page, "plan-draft")
    look_from_right_to_left(page, "plan-draft")
    page.get_by_role("button", name="I’ve read it").click()
    page.get_by_role("link", name="Check and publish").click()
    look(page, "plan-publish")
    override_what_is_red(page)
    page.get_by_role("button", name="Publish now").click()
    expect(page.get_by_role("status")).to_contain_text("Published as revision 1.")
    look(page, "plan-published")
    for name, link in (("plans", "Plans"), ("programme-published", "Today"), ("people-known", "People")):
        goes_to(page, link)
        look(page, name)
    looks_at_people(page)
    page.get_by_role("link", name="When they can come").click()
    expect(page.get_by_role("heading", name="Rounds each person could come to")).to_be_visible()
    look(page, "availability")


def looks_at_people(page: Page) -> None:
    """One person's page and what leads on from it; back on the list."""
    everybody = page.url
    page.get_by_text("Filter", exact=True).click()
    look(page, "people-filter")
    page.locator("td a").first.click()
    someone = page.url
    look(page, "person")
    for name, link in (("merge", "Merge with a second entry"), ("split", "Two people in one entry?"),
                       ("relation-new", "Add a relation"), ("out", "Take out of the programme …")):  # fmt: skip
        page.goto(someone)
        page.get_by_role("link", name=link).click()
        look(page, f"person-{name}")
    page.goto(f"{everybody}/new")
    look(page, "person-new")
    page.goto(everybody)
    page.get_by_role("link", name="Relations").click()
    look(page, "relations")
    page.goto(everybody)


def somebody(installation: Installation, role: str) -> str:
    """The address of somebody whom the published plan has in a group."""
    with installation.database.reading() as db:
        found = db.scalars(
            select(PersonRow.email)
            .join(MemberRow, MemberRow.person_id == PersonRow.id)
            .join(GroupRow, GroupRow.id == MemberRow.group_id)
            .join(PlanRow, PlanRow.id == GroupRow.plan_id)
            .where(PlanRow.state == "published", MemberRow.role == role)
            .order_by(PersonRow.id)
        )
        return found.first() or pytest.fail(f"no {role} is in a group")


def signs_in_by_mail(phone: Page, installation: Installation, email: str) -> None:
    """Asks for a link, opens it from the mail, and taps the one button."""
    phone.goto("/sign-in")
    phone.get_by_label("Your e-mail address").fill(email)
    phone.get_by_role("button", name="Send me a sign-in link").click()
    expect(phone.get_by_role("heading", name="Check your e-mail")).to_be_visible()
    with installation.database.reading() as db:
        text = db.scalars(select(MailRow.text).where(MailRow.address == email)).one()
    link = re.search(r"http\S+/sign-in/\S+", text)
    assert link
    phone.goto(link[0])
    phone.get_by_role("button", name="Sign me in").click()


def sees_group_and_subscribes(phone: Page, installation: Installation) -> None:
    """Go to the group’s page answers when it meets next, weighs little, and its dates reach a calendar."""
    expect(phone.get_by_text("Next session")).to_be_visible()
    asked: set[str] = set()

    def note(request: Request) -> None:
        asked.add(request.url)

    phone.on("request", note)
    phone.goto("/my-group", wait_until="load")
    phone.remove_listener("request", note)
    assert len(asked) >= 2
    assert sum(len(phone.request.get(url).body()) for url in asked) < MEMBERS_BUDGET_BYTES
    dates = phone.locator("table time").count()
    events = subscribes(phone)
    assert len(events) == dates > 0
    assert installation.base_url in phone.url


def subscribes(phone: Page) -> list[str]:
    """Makes a calendar address, and fetches it as a calendar does: the starts of its events."""
    phone.get_by_role("button", name="Add to my calendar").click()
    address = phone.get_by_label("Or copy the link").input_value()
    expect(phone.get_by_role("link", name="Open in my calendar app")).to_have_attribute(
        "href", address.replace("http:", "webcal:")
    )
    with urllib.request.urlopen(address) as answer:
        assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
        calendar = Calendar.from_ical(answer.read())
    return [event["DTSTART"].to_ical().decode() for event in calendar.walk("VEVENT")]


def corrects_a_time(phone: Page) -> None:
    """Says by keyboard that one time is impossible; the page says so from then on, and weighs little."""
    goes_to(phone, "Availability")
    assert len(phone.content().encode()) < MEMBERS_BUDGET_BYTES
    summary = phone.locator("summary").first
    summary.focus()
    phone.keyboard.press("Enter")
    choice = phone.get_by_role("radio", name="can’t").first
    choice.focus()
    phone.keyboard.press("Space")
    expect(choice).to_be_checked()
    phone.get_by_role("button", name="Save the week").click()
    expect(phone.get_by_role("status")).to_contain_text("Saved.")
    expect(phone.get_by_text("as you told us").first).to_be_visible()


def looks_at_members_pages(chromium: Browser, installation: Installation, phone: Page, name: str, home: str) -> None:
    """The same login in a browser with scripts, which the checker of rules needs."""
    cookies = phone.context.cookies()
    with opened(chromium, installation, phone=True) as page:
        page.context.add_cookies(
            [{"name": c["name"], "value": c["value"], "url": installation.base_url} for c in cookies]
        )
        for suffix, path in (("", home), ("-availability", "/availability"), ("-calendar", "/calendar"),
                             ("-account", "/account")):  # fmt: skip
            page.goto(path)
            look(page, name + suffix)
        page.goto("/calendar")
        page.get_by_role("button", name="New link").click()
        assert violations(page) == []
        look(page, f"{name}-calendar-address")
        page.goto(home)
        look_from_right_to_left(page, name)


def plans_again_without_scripts(page: Page) -> None:
    """A second plan, watched by loading the page again, takes the place of the first."""
    goes_to(page, "Plans")
    choose(page.get_by_label("How long may it take?"), str(PLANNING_SECONDS))
    page.get_by_role("button", name="Make a plan").click()
    again = page.get_by_role("link", name="Refresh")
    ready = page.get_by_role("heading", name="The draft is ready")
    for _ in range(120):
        expect(again.or_(ready)).to_be_visible()  # a page that is still arriving has neither
        if ready.is_visible():
            break
        page.wait_for_timeout(1000)
        again.click()
    expect(ready).to_be_visible()
    page.get_by_role("link", name="Read the draft").click()
    page.get_by_role("link", name="Check and publish").click()
    override_what_is_red(page)
    expect(page.get_by_text("This replaces revision 1.")).to_be_visible()
    page.get_by_role("button", name="Publish now").click()
    expect(page.get_by_role("status")).to_contain_text("Published as revision 2.")
