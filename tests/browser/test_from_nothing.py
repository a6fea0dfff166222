"""From an empty database to a second term, and no command but the one that starts the server.

Small by default. `STORY_RESIDENTS=208 STORY_ROTAS=14` lives the same story in a house of that size.
"""

from __future__ import annotations

import csv
import os
import re
import signal
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from scheduler import clock
from scheduler.bootstrap import open_database
from scheduler.db import Database
from scheduler.demo import csv_lists
from scheduler.demo.patterns import COMMUNITY, MEDICINE, SURGERY, rota_line
from scheduler.demo.people import MadeUp, Staff, make_staff
from scheduler.demo.workbooks import Rota, write_dates_across, write_dates_down, write_long_form
from scheduler.joining.answers import agree
from scheduler.mail.tables import MailRow
from scheduler.people.model import Role
from scheduler.people.tables import PersonRow
from scheduler.programmes.model import Programme
from scheduler.programmes.service import find_programme_id, get_programme
from scheduler.settings import Settings
from tests.browser.conftest import PATIENCE_SECONDS, _free_port, _start, _wait_until_it_answers
from tests.browser.gallery import look, override_what_is_red
from tests.builders import actor
from tests.web.builders import code_of

RESIDENTS = int(os.environ.get("STORY_RESIDENTS", "16"))
ROTAS = int(os.environ.get("STORY_ROTAS", "3"))
PLANNING_SECONDS = "10"
WRITERS = {MEDICINE.key: write_dates_across, SURGERY.key: write_dates_down, COMMUNITY.key: write_long_form}
NAME, SLUG = "Near-peer mentoring", "near-peer-mentoring"
SITES = ("Royal Infirmary", "St Luke’s Hospital")
FIRST = "ida.start@example.org"
pytestmark = pytest.mark.browser
expect.set_options(timeout=20_000)


@dataclass(frozen=True, slots=True)
class Empty:
    """An installation that nobody has used, the link that its start has shown, and a folder for files."""

    base_url: str
    database: Database
    link: str
    folder: Path


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Empty]:
    """`rounds serve` over an empty database."""
    port, log = _free_port(), tmp_path / "server.log"
    url = f"sqlite:///{tmp_path / 'rounds.sqlite'}"
    settings = Settings(url, "k" * 40, base_url=f"http://127.0.0.1:{port}", solve_seconds=10)
    server = _start(settings, port, log)
    database = None
    try:
        _wait_until_it_answers(port, server)
        database = open_database(settings)
        yield Empty(settings.base_url, database, _shown_link(log), tmp_path)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(PATIENCE_SECONDS)
        if database:
            database.close()


def _shown_link(log: Path) -> str:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if found := re.search(r"To begin, open this link once within a day: (\S+)", log.read_text()):
            return found[1]
        time.sleep(0.1)
    raise TimeoutError(log.read_text())


def test_a_programme_begins_from_nothing_and_goes_on_into_a_next_term(chromium: Browser, empty: Empty) -> None:
    context = chromium.new_context(base_url=empty.base_url, locale="en-GB", viewport={"width": 1280, "height": 800})
    page = context.new_page()
    begins(page, empty)
    programme = stored(empty, SLUG)
    staff = make_staff(RESIDENTS, [site.key for site in programme.sites], len(programme.rounds) * 4, seed=2027)
    changes_settings(page, empty)
    gets_people_in(page, empty, programme, staff)
    gets_rotas_in(page, empty, programme, staff)
    everybody_is_asked(chromium, page, empty, SLUG, "Would you like to join?")
    plans_and_publishes(page, empty)
    hands_over_safety(page)
    begins_the_next_term(page, empty)
    everybody_is_asked(chromium, page, empty, "spring-term", "Would you like to go on?")
    context.close()


def begins(page: Page, empty: Empty) -> None:
    """The link that the server has shown, a name, a template and five answers."""
    page.goto("/")
    expect(page.get_by_text("Nobody has set up a programme here yet")).to_be_visible()
    look(page, "first-start-welcome")
    page.goto(empty.link)
    look(page, "first-start")
    page.get_by_label("Your name").fill("Ida Start")
    page.get_by_label("Your e-mail address").fill(FIRST)
    page.get_by_role("button", name="Set up a programme").click()
    expect(page.get_by_role("heading", name="New programme")).to_be_visible()
    look(page, "new-programme")
    page.get_by_role("link", name="Near-peer", exact=True).click()
    page.get_by_label("Name of the programme").fill(NAME)
    page.get_by_label("Hospitals and other places of work").fill("\n".join(SITES))
    expect(page.get_by_label("City whose time you use")).to_have_value("London")
    look(page, "new-programme-answers")
    page.get_by_role("button", name="Set up the programme").click()
    expect(page.get_by_text("Start with people")).to_be_visible()
    look(page, "programme-from-template")


def stored(empty: Empty, slug: str) -> Programme:
    """The programme as it is by now."""
    with empty.database.reading() as db:
        return get_programme(db, find_programme_id(db, slug) or 0)


def changes_settings(page: Page, empty: Empty) -> None:
    """How many must be able to come, by the page of settings."""
    goes_to(page, "Today")
    page.get_by_role("link", name="Settings", exact=False).first.click()
    page.get_by_role("link", name="Change: Once sessions are published").or_(
        page.locator("a[href$='/settings/running']")
    ).first.click()
    page.get_by_label("Per cent of a group’s residents").fill("50")
    page.get_by_role("button", name="Save").last.click()
    expect(page.get_by_role("status")).to_contain_text("Saved")
    assert stored(empty, SLUG).quorum == 0.5


def gets_people_in(page: Page, empty: Empty, programme: Programme, staff: Staff) -> None:
    """The lists that a coordinator is sent."""
    people, relations, clinics, rooms = (
        empty.folder / f"{name}.csv" for name in ["people", "relations", "clinics", "rooms"]
    )
    write_people(people, staff, {site.key: site.name for site in programme.sites})
    csv_lists.write_relations(relations, staff)
    csv_lists.write_clinics(clinics, staff)
    csv_lists.write_rooms(rooms, programme.sites, RESIDENTS)
    goes_to(page, "People")
    page.get_by_role("link", name="Upload a list").click()
    for title, path in (("People", people), ("Relations", relations), ("Clinics", clinics), ("Rooms", rooms)):
        upload_list(page, title, path)
    goes_to(page, "People")
    expect(page.get_by_text(f"{RESIDENTS} residents").first).to_be_visible()


def write_people(path: Path, staff: Staff, sites: Mapping[str, str]) -> None:
    """As an HR system exports it: its own headings, roles with a capital, sites by name."""
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(("Name", "E-mail", "Role", "Grade", "Hospital"))
        rows.writerows(row_of(person, sites) for person in (*staff.residents, *staff.faculty))


def row_of(person: MadeUp, sites: Mapping[str, str]) -> tuple[object, ...]:
    return person.name, person.email, person.role.capitalize(), person.stage or "", sites[person.site]


def upload_list(page: Page, title: str, path: Path) -> None:
    card = page.get_by_role("region", name=title, exact=False).filter(has=page.locator("input[type=file]"))
    card.locator("input[type=file]").set_input_files(path)
    card.get_by_role("button", name="Upload").click()
    page.get_by_role("button", name="Confirm", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text(title, timeout=60_000)


def gets_rotas_in(page: Page, empty: Empty, programme: Programme, staff: Staff) -> None:
    """Workbooks of departments, several at once for each site."""
    by_site: dict[str, list[Path]] = {}
    for site, path in write_rotas(empty.folder, programme, staff):
        by_site.setdefault(site, []).append(path)
    for site, paths in by_site.items():
        goes_to(page, "Rotas")
        page.get_by_label("Rota files", exact=True).set_input_files(paths)
        page.locator("#upload-site").select_option(site)
        page.get_by_role("button", name="Upload and read").click(timeout=120_000)
        page.get_by_role("button", name=re.compile("^Import")).first.click(timeout=120_000)
        expect(page.get_by_role("button", name=re.compile("^Import"))).to_have_count(0, timeout=120_000)
    goes_to(page, "Today")
    page.get_by_text("Setting up: all steps").click()
    expect(page.get_by_text(f"{RESIDENTS} of {RESIDENTS} residents have a rota.")).to_be_visible()


def write_rotas(folder: Path, programme: Programme, staff: Staff) -> Iterator[tuple[str, Path]]:
    """So many workbooks (three or more), each of doctors of one department, and the site at which they work."""
    days = (programme.last_day - programme.first_day).days + 1
    places = sorted(zip(staff.residents, staff.postings, strict=True), key=lambda each: each[1].department.name)
    departments = list(dict.fromkeys(posting.department for _, posting in places))
    for number in range(ROTAS):
        department = departments[number % len(departments)]
        writers = [n for n in range(ROTAS) if n % len(departments) == number % len(departments)]
        mine = [p for p in places if p[1].department is department][writers.index(number) :: len(writers)]
        lines = {
            posting.name: rota_line(department, posting.position, programme.first_day, days, posting.absences)
            for _, posting in mine
        }
        path = folder / f"{department.key}-{number + 1}.xlsx"
        WRITERS[department.key](Rota(department, programme.first_day, days, lines), path)
        yield mine[0][0].site, path


def everybody_is_asked(chromium: Browser, page: Page, empty: Empty, slug: str, question: str) -> None:
    """By e-mail; one says yes on a phone, as the letter leads there, and so do all the others."""
    goes_to(page, "People")
    page.get_by_role("link", name="Who has answered").click()
    page.get_by_role("button", name=re.compile("^Invite .* by e-mail")).click()
    programme_id, name = stored(empty, slug).id, stored(empty, slug).name
    with empty.database.reading() as db:
        letters = db.execute(
            select(PersonRow.id, MailRow.text)
            .join(MailRow, MailRow.address == PersonRow.email)
            .where(MailRow.subject.startswith(f"{name}: would you like"), MailRow.text.contains("/sign-in/"))
            .order_by(PersonRow.id)
        ).all()
    assert len(letters) > RESIDENTS
    found = re.search(r"http\S+/sign-in/\S+", letters[0].text)
    assert found
    context = chromium.new_context(base_url=empty.base_url, locale="en-GB", viewport={"width": 390, "height": 844})
    phone = context.new_page()
    phone.goto(found[0])
    phone.get_by_label("The code from the e-mail").fill(code_of(letters[0].text))
    phone.get_by_role("button", name="Sign me in").click()
    phone.goto(f"/join/{programme_id}")
    expect(phone.get_by_text(question)).to_be_visible()
    if "go on" in question:
        look(phone, "asked-again")
    phone.get_by_role("button", name="Yes, count me in").click()
    context.close()
    with empty.database.writing() as db:
        for person_id, _ in letters[1:]:
            agree(db, actor(person_id, programme_id, Role.RESIDENT), programme_id, clock.now())


def plans_and_publishes(page: Page, empty: Empty) -> None:
    goes_to(page, "Today")
    expect(page.get_by_text("Ready to form the groups")).to_be_visible()
    page.get_by_role("link", name="Make a plan").click()
    page.get_by_label("How long may it take?").select_option(PLANNING_SECONDS)
    page.get_by_role("button", name="Make a plan").click()
    expect(page.get_by_role("heading", name="The draft is ready")).to_be_visible(timeout=400_000)
    page.get_by_role("link", name="Read the draft").click()
    page.get_by_role("button", name="I’ve read it").click()
    page.get_by_role("link", name="Check and publish").click()
    override_what_is_red(page)
    page.get_by_role("button", name="Publish now").click()
    expect(page.get_by_role("status")).to_contain_text("Published as revision 1.", timeout=120_000)
    assert stored(empty, SLUG).quorum == 0.5


def hands_over_safety(page: Page) -> None:
    """Somebody who is not the coordinator hears concerns; a second coordinator helps."""
    goes_to(page, "Settings")
    page.get_by_role("link", name="Who looks after the programme").click()
    for title, name in (("Coordinators", "Dora Next"), ("Oversight contacts", "Olga Watch")):
        card = page.get_by_role("region", name=title)
        card.get_by_label("Name").fill(name)
        card.get_by_label("E-mail address").fill(f"{name.lower().replace(' ', '.')}@example.org")
        card.get_by_role("button", name=re.compile("^(Appoint|Ask them)")).click()
        expect(page.locator("b").filter(has_text=name)).to_be_visible()
    look(page, "offices")


def begins_the_next_term(page: Page, empty: Empty) -> None:
    goes_to(page, "Settings")
    page.get_by_role("link", name="Next term, copy and end").click()
    look(page, "life")
    page.get_by_role("link", name="End the programme").click()
    look(page, "life-end")
    page.go_back()
    page.get_by_role("link", name="Copy the programme").click()
    look(page, "life-copy")
    page.go_back()
    page.get_by_role("link", name="Begin the next term").click()
    page.get_by_label("Name of the term").fill("Spring term")
    look(page, "next-term")
    page.get_by_role("button", name="Begin the next term").click()
    expect(page.get_by_text("Ask everyone whether they’d like to go on", exact=True)).to_be_visible(timeout=60_000)
    look(page, "next-term-begun")
    assert stored(empty, "spring-term").first_day > stored(empty, SLUG).last_day


def goes_to(page: Page, name: str) -> None:
    """By the links at the top."""
    page.get_by_role("navigation", name="Pages", exact=True).get_by_role(
        "link", name=re.compile(rf"^{name}( \d.*)?$")
    ).click()
