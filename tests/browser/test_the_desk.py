"""A coordinator's morning: what needs her, whom she reminds, and finding anything from one box.

In a real browser, with the keyboard; each page is looked at on a desk and on phones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update

from scheduler import clock
from scheduler.charters.service import adopt, charter_to_edit
from scheduler.db import Database
from scheduler.mail.tables import MailRow
from scheduler.people.tables import PersonRow
from scheduler.programmes.tables import SiteRow
from scheduler.rotas.tables import RotaRow, RotaSpanRow
from scheduler.sessions.apologies import say_sorry
from scheduler.sessions.attendance import note_who_came
from scheduler.sessions.tables import SessionRow
from scheduler.signing_in.links import make_link
from tests.browser.gallery import look
from tests.browser.served import pages_served
from tests.scheduler.sessions.term import FACILITATOR, NEAR_PEERS, PEERS, Term, add_groups
from tests.scheduler.troubles.conftest import a_true_term

pytestmark = pytest.mark.browser
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def a_busy_term(database: Database) -> Term:
    """One session is over, one is close, one is in trouble; nobody has agreed the charter, and a rota ends."""
    term = a_true_term(database)
    add_groups(term, "g3", name="Near-peer group 3")
    over, close, broken = term.session("g2", 0), term.session("g1", 1), term.session("g1", 2)
    with database.writing() as db:
        move(db, over.id, -3 * DAY)
        adopt(db, term.coordinator(), term.programme_id, charter_to_edit(db, term.coordinator(), term.programme_id),
              clock.now())  # fmt: skip
        say_sorry(db, term.actor(PEERS[0]), close.id, clock.now())
        for name in PEERS[:2]:
            say_sorry(db, term.actor(name), broken.id, clock.now())
        site_id = db.scalars(select(SiteRow.id).where(SiteRow.programme_id == term.programme_id)).first()
        today = clock.now().date()
        rota = RotaRow(programme_id=term.programme_id, site_id=site_id, name="Surgery", layout="grid",
                       first_day=today - 30 * DAY, last_day=today + 9 * DAY, imported_at=clock.now())  # fmt: skip
        db.add(rota)
        db.flush()
        db.add_all(RotaSpanRow(rota_id=rota.id, person_id=term.id_of(name), first_day=rota.first_day,
                               last_day=rota.last_day) for name in PEERS)  # fmt: skip
    with database.writing() as db:
        move(db, close.id, 8 * DAY)
        came = {term.id_of(name) for name in (*NEAR_PEERS[:3], FACILITATOR)}
        note_who_came(db, term.actor(FACILITATOR), over.id, came, clock.now())
    return term


def move(db: object, session_id: int, ahead: timedelta) -> None:
    """Let a session begin so long from now, whatever anybody’s rota says."""
    at = (clock.now() + ahead).replace(minute=30, second=0, microsecond=0)
    db.execute(update(SessionRow).where(SessionRow.id == session_id).values(starts_at=at, ends_at=at + HOUR))  # type: ignore[attr-defined]


@pytest.fixture
def term(database: Database) -> Term:
    return a_busy_term(database)


@pytest.fixture
def desk(term: Term, chromium: Browser) -> Iterator[Page]:
    """The coordinator at her desk, behind a real server."""
    with term.database.writing() as db:
        person_id = db.scalars(select(PersonRow.id).where(PersonRow.email == "cora@example.org")).one()
        link = make_link(db, person_id, clock.now(), stays=DAY)
    with pages_served(term.database) as address, chromium.new_context(base_url=address, locale="en-GB") as context:
        page = context.new_page()
        page.goto(f"/sign-in/{link}")
        yield page


def test_a_morning_at_the_desk(term: Term, desk: Page) -> None:
    expect(desk.get_by_role("heading", name="Needs you")).to_be_visible()
    expect(desk.get_by_text("of the next")).to_be_visible()
    expect(desk.get_by_role("link", name=re.compile(r"^Today \d+ things? needs? you$"))).to_be_visible()
    expect(desk.get_by_text("1 session is close: one more absence")).to_be_visible()
    expect(desk.get_by_text("with nothing after it for 4 people")).to_be_visible()
    look(desk, "desk")
    desk.get_by_role("region", name="Waiting for others").get_by_role("button", name="Remind 9 people").click()
    expect(desk.get_by_role("status")).to_contain_text("9 reminders are waiting to be sent.")
    expect(desk.get_by_text("a reminder is ready, but no mail server is set up")).to_be_visible()
    with term.database.reading() as db:
        subjects = list(db.scalars(select(MailRow.subject)))
    assert subjects.count("Spring term: please read your group’s charter") == 9
    desk.get_by_role("link", name="Setting up, step by step").click()
    look(desk, "setting-up")


def test_anything_is_found_from_one_box(term: Term, desk: Page) -> None:
    box = desk.get_by_role("searchbox")
    desk.keyboard.press("/")
    desk.keyboard.press("k")
    expect(box).not_to_be_focused()
    expect(box).to_have_attribute("title", re.compile(r"Ctrl\+K"))
    desk.keyboard.press("Meta+k")
    expect(box).to_be_focused()
    desk.keyboard.press("Tab")
    desk.keyboard.press("Control+k")
    expect(desk.get_by_role("searchbox")).to_be_focused()
    desk.keyboard.type("quill A")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", name="Ada Quill")).to_be_visible()
    desk.keyboard.press("Control+k")
    desk.keyboard.type("near-peer")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", name="Find")).to_be_visible()
    look(desk, "find")
    desk.get_by_role("link", name="Near-peer group 2", exact=True).click()
    expect(desk).to_have_url(re.compile(r"/groups/g2$"))
    desk.keyboard.press("Control+k")
    desk.keyboard.type("zzzz")
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("We found nothing for “zzzz”.")).to_be_visible()
    look(desk, "find-nothing")
