"""A term as a group lives it: a resident agrees, cannot make it, and a new date is chosen; a facilitator notes who came
and hands over to a deputy. Everything on phones without scripts; every page is then looked at with them."""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from icalendar import Calendar, Component
from playwright.sync_api import Browser, Page, Request, expect
from sqlalchemy import select

from scheduler import clock
from scheduler.charters.model import PROPOSED, Hat
from scheduler.charters.service import accept, adopt
from scheduler.db import Database
from scheduler.people.model import Role
from scheduler.people.roles import appoint
from scheduler.people.tables import PersonRow
from scheduler.sessions.proposals import answer
from scheduler.sessions.tables import SessionRow
from scheduler.signing_in.links import make_link
from tests.browser.gallery import PHONE, choose, look, look_from_right_to_left
from tests.browser.served import pages_served
from tests.scheduler.sessions.term import FACILITATOR, NEAR_PEERS, PEERS, SPARE, Term, a_term

ADA, BEN, CAT, DAN = PEERS
MEMBERS_BUDGET_BYTES = 60_000
pytestmark = pytest.mark.browser


@dataclass(frozen=True, slots=True)
class Hospital:
    """A served term, and the way in for each of its people."""

    term: Term
    base_url: str

    def link(self, name: str) -> str:
        """A link that signs somebody in."""
        with self.term.database.writing() as db:
            person_id = db.scalars(select(PersonRow.id).where(PersonRow.email == f"{name}@example.org")).one()
            return f"{self.base_url}/sign-in/{make_link(db, person_id, clock.now(), stays=timedelta(days=1))}"


@pytest.fixture
def hospital(database: Database) -> Iterator[Hospital]:
    """The term behind a real server; its coordinator has adopted a charter."""
    term = a_term(database)
    with database.writing() as db:
        adopt(db, term.coordinator(), term.programme_id, PROPOSED, clock.now())
        who = ("Olga Oversight", "olga@example.org", Role.OVERSIGHT)
        appoint(db, term.coordinator(), term.programme_id, *who, clock.now())
    with pages_served(database) as address:
        yield Hospital(term, address)


@contextmanager
def phone_of(chromium: Browser, hospital: Hospital, name: str, *, scripts: bool = False) -> Iterator[Page]:
    """Somebody's phone, signed in. It may ask nobody but the server."""
    size = {"width": PHONE[0], "height": PHONE[1]}
    context = chromium.new_context(viewport=size, java_script_enabled=scripts, base_url=hospital.base_url)
    page = context.new_page()
    page.set_default_timeout(20_000)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(hospital.link(name))
    yield page
    assert [url for url in asked if not url.startswith(hospital.base_url)] == []
    context.close()


@contextmanager
def stranger_on_a_phone(chromium: Browser, hospital: Hospital) -> Iterator[Page]:
    """The phone of somebody who is not signed in."""
    size = {"width": PHONE[0], "height": PHONE[1]}
    context = chromium.new_context(viewport=size, base_url=hospital.base_url)
    page = context.new_page()
    page.set_default_timeout(20_000)
    yield page
    context.close()


def agree_for(hospital: Hospital, group_key: str, *names: str) -> None:
    """The others have agreed on phones of their own."""
    term = hospital.term
    for name in names:
        with term.database.writing() as db:
            leads = term.actor(name).has(term.programme_id, Role.FACULTY)
            hats = frozenset({Hat.MENTOR}) if leads else None
            accept(db, term.actor(name), term.programme_id, group_key, 1, clock.now(), hats=hats)


def agree_to(hospital: Hospital, address: str, *names: str) -> None:
    """Others agree to a date on phones of their own."""
    term, proposal_id = hospital.term, int(address.split("/")[2])
    for name in names:
        with term.database.writing() as db:
            answer(db, term.actor(name), proposal_id, True, clock.now())


def subscribed(page: Page) -> str:
    """The address of a new calendar of one's own."""
    page.goto("/calendar")
    page.get_by_role("button", name="Make my link").first.click()
    return page.get_by_label("Or copy the link").input_value()


def events_at(address: str) -> list[Component]:
    """What a calendar reads there, in order of time."""
    with urllib.request.urlopen(address) as answer:
        events = Calendar.from_ical(answer.read()).walk("VEVENT")
    return sorted(events, key=lambda event: event["DTSTART"].dt)


def weight(page: Page, path: str) -> int:
    """The octets of a page with everything that it loads."""
    asked: set[str] = set()

    def note(request: Request) -> None:
        asked.add(request.url)

    page.on("request", note)
    page.goto(path)
    page.remove_listener("request", note)
    return sum(len(page.request.get(url).body()) for url in asked)


def test_a_resident_agrees_cannot_make_it_and_a_new_date_is_chosen(chromium: Browser, hospital: Hospital) -> None:
    agree_for(hospital, "g1", BEN, CAT, DAN)
    with phone_of(chromium, hospital, ADA) as phone:
        address = subscribed(phone)
        assert {event["STATUS"] for event in events_at(address)} == {"TENTATIVE"}
        phone.goto("/my-group")
        phone.get_by_role("link", name="Read the charter").click()
        phone.get_by_label("I agree and will keep to it.").check()
        phone.get_by_role("button", name="Agree").click()
        expect(phone.get_by_role("status")).to_contain_text("your dates are now certain")
        before = events_at(address)[0]
        assert before["STATUS"] == "CONFIRMED"

        phone.get_by_role("button", name="I can’t make it").click()
        expect(phone.get_by_role("heading", name="Too few can come on")).to_be_visible()
        assert weight(phone, "/my-group") < MEMBERS_BUDGET_BYTES
        offers = phone.get_by_role("region", name=re.compile("Too few can come")).get_by_role("listitem")
        expect(offers).to_have_count(3)
        expect(offers.first).to_contain_text("3 can come")
        wanted = offers.nth(1).get_by_role("heading").inner_text()
        agree_to(hospital, offers.nth(1).locator("form").get_attribute("action") or "", BEN, CAT)
        offers.nth(1).get_by_role("button", name="I agree").click()
        expect(phone.get_by_role("status")).to_contain_text("The date is set.")
        expect(phone.get_by_role("button", name="Go back to the old date")).to_be_visible()
        expect(phone.get_by_role("region", name="Next session").locator("time")).to_have_text(wanted)
        after = next(event for event in events_at(address) if event["UID"] == before["UID"])
        assert after["DTSTART"].dt != before["DTSTART"].dt
        assert after["SEQUENCE"] > before["SEQUENCE"]
        keeps_a_note_and_a_goal(phone)


def keeps_a_note_and_a_goal(phone: Page) -> None:
    phone.get_by_role("link", name="Agenda and notes").click()
    phone.get_by_label("What would make it useful for you?").fill("Handing over without losing the thread")
    phone.get_by_role("button", name="Suggest").click()
    expect(phone.get_by_text("Handing over without losing the thread")).to_be_visible()
    phone.get_by_label("Only you can see this").fill("Ask Ben how he does it.")
    phone.get_by_role("button", name="Save").click()
    expect(phone.get_by_label("Only you can see this")).to_have_value("Ask Ben how he does it.")
    phone.goto("/my-goals")
    phone.get_by_label("Something I’d like to achieve").fill("Leave on time twice a week")
    phone.get_by_role("button", name="Save").click()
    expect(phone.get_by_text("Leave on time twice a week", exact=True)).to_be_visible()


def test_a_facilitator_notes_who_came_and_hands_over_to_a_deputy(chromium: Browser, hospital: Hospital) -> None:
    agree_for(hospital, "g2", FACILITATOR, *NEAR_PEERS)
    is_over(hospital, hospital.term.session("g2", 0).id)
    session = hospital.term.session("g2", 1)
    with phone_of(chromium, hospital, FACILITATOR) as fay:
        fay.goto("/facilitating")
        fay.get_by_role("region", name=re.compile("Who came on")).get_by_role("button", name="Everyone").click()
        expect(fay.get_by_role("status")).to_contain_text("Saved: 5 people came.")
        fay.goto(f"/sessions/{session.id}")
        fay.get_by_role("link", name="Ask a deputy").click()
        fay.get_by_label("Gil Spare").check()
        fay.get_by_label("What they need to know").fill("Eve takes the chair; we are at item two.")
        fay.get_by_role("button", name="Ask", exact=True).click()
        expect(fay.get_by_text("No answer yet from Gil Spare").first).to_be_visible()
    with phone_of(chromium, hospital, SPARE) as gil:
        address = subscribed(gil)
        gil.goto("/facilitating")
        gil.get_by_role("region", name="Fay Lantern would like you to stand in").get_by_role(
            "link", name="Answer"
        ).click()
        expect(gil.get_by_text("Eve takes the chair")).to_be_visible()
        gil.get_by_label("I agree to the charter too.").check()
        gil.get_by_role("button", name="Yes, I’ll stand in").click()
        expect(gil.get_by_role("heading", name="You’re standing in for Fay Lantern")).to_be_visible()
        assert [event["DTSTART"].dt for event in events_at(address)] == [session.starts_at]
    with phone_of(chromium, hospital, FACILITATOR) as fay:
        fay.goto("/facilitating/record")
        expect(fay.get_by_text("1:00", exact=True)).to_be_visible()


def is_over(hospital: Hospital, session_id: int) -> None:
    """The session was held a fortnight ago."""
    with hospital.term.database.writing() as db:
        row = db.get_one(SessionRow, session_id)
        length, row.starts_at = row.ends_at - row.starts_at, clock.now() - timedelta(days=14)
        row.ends_at = row.starts_at + length


def test_something_that_felt_off_is_told_and_answered_under_a_code(chromium: Browser, hospital: Hospital) -> None:
    with phone_of(chromium, hospital, ADA, scripts=True) as page:
        page.goto("/my-group")
        page.get_by_role("link", name="Something felt off?").click()
        look(page, "concern")
        page.get_by_label("Bullying or belittling").check()
        page.get_by_label("What happened? Only if you’d like to say more").fill("He shouted at somebody again.")
        page.get_by_role("button", name="Send").click()
        look(page, "concern-told")
        code = page.get_by_role("status").locator(".figure").inner_text()
    with phone_of(chromium, hospital, "olga", scripts=True) as page:
        page.get_by_role("link", name="Concerns raised with you").click()
        look(page, "oversight-concerns")
        page.get_by_role("button", name="Read it").click()
        expect(page.get_by_text("He shouted at somebody again.")).to_be_visible()
        expect(page.get_by_text("Ada Quill")).to_have_count(0)
        look(page, "oversight-concern")
        page.get_by_label("Your answer").fill("Thank you. I will speak to him.")
        page.get_by_role("button", name="Send").click()
    with stranger_on_a_phone(chromium, hospital) as phone:
        phone.goto(f"/concern/{hospital.term.programme_id}")
        phone.get_by_label("Your code").fill(code)
        phone.get_by_role("button", name="See the answer").click()
        expect(phone.get_by_text("I will speak to him.")).to_be_visible()
        look(phone, "concern-conversation")


def test_every_page_of_a_group_can_be_read_by_everybody(chromium: Browser, hospital: Hospital) -> None:
    """Each page as its people see it, in states with much on it, on a desk and on small phones."""
    term = hospital.term
    here = f"/groups/{term.programme_id}/g1"
    with phone_of(chromium, hospital, ADA, scripts=True) as page:
        look_at(page, {"group-charter-asked": "/my-group", "charter": f"{here}/charter"})
        page.goto(f"/sessions/{term.session().id}")
        page.get_by_role("button", name="I can’t make it").click()
        page.goto(f"{here}/dates")
        page.get_by_role("button", name="Propose this date").click()
        page.get_by_label("What would make it useful for you?").first.fill("Exams, and who has a spare book")
        page.get_by_role("button", name="Suggest").first.click()
        page.goto("/my-goals")
        page.get_by_label("Something I’d like to achieve").fill("Present at the audit meeting")
        page.get_by_role("button", name="Save").click()
        look_at(page, {
            "group-too-few": "/my-group", "session": f"/sessions/{term.session().id}", "dates": f"{here}/dates",
            "goals": "/my-goals", "own-groups": f"/own-groups/{term.programme_id}",
        })  # fmt: skip
        page.goto("/my-group")
        look_from_right_to_left(page, "group-too-few")
        begins_a_group_and_asks(page, term)
    is_over(hospital, term.session("g2", 0).id)
    with phone_of(chromium, hospital, FACILITATOR, scripts=True) as page:
        session = term.session("g2", 1).id
        look_at(page, {
            "facilitating": "/facilitating", "facilitating-prompts": "/facilitating/prompts",
            "facilitating-deputy": f"/facilitating/deputy/{session}",
            "facilitating-over": f"/sessions/{term.session('g2', 0).id}", "group-of-facilitator": here[:-1] + "2",
        })  # fmt: skip
        page.goto(f"/facilitating/deputy/{session}")
        page.get_by_label("Gil Spare").check()
        page.get_by_role("button", name="Ask", exact=True).click()
        look_at(page, {"facilitating-asked": "/facilitating", "facilitating-record": "/facilitating/record"})
    with phone_of(chromium, hospital, SPARE, scripts=True) as page:
        look_at(page, {"deputy-asked": "/facilitating", "deputy-question": f"/own-groups/{term.programme_id}"})
        page.get_by_role("link", name="My groups").click()
        page.get_by_role("link", name="Answer", exact=True).click()
        look(page, "deputy-answer")
        page.get_by_label("I agree to the charter too.").check()
        page.get_by_role("button", name="Yes, I’ll stand in").click()
        look(page, "deputy-standing-in")
    with phone_of(chromium, hospital, "cora", scripts=True) as page:
        look_at(page, {"charter-to-adopt": f"/programmes/{term.programme_id}/charter"})


def begins_a_group_and_asks(page: Page, term: Term) -> None:
    page.goto(f"/own-groups/{term.programme_id}")
    page.get_by_label("What is it called?").first.fill("Friday circle")
    page.get_by_role("button", name="Start this group").click()
    page.get_by_text("Ask privately").click()
    choose(page.get_by_label("Who"), label="Gil Spare, North Hospital")
    page.locator("#ask-text").fill("An hour a month until summer?")
    page.get_by_role("button", name="Ask", exact=True).click()
    look(page, "own-groups-begun")


def look_at(page: Page, pages: dict[str, str]) -> None:
    for name, path in pages.items():
        page.goto(path)
        look(page, f"group-life-{name}")
