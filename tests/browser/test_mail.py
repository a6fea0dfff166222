"""Choose your e-mails, in a real browser: chosen without JavaScript on a phone, ended by the link in a message."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from werkzeug.serving import make_server

from scheduler import clock
from scheduler.db import Database
from scheduler.invitations.change_notices import announce_changes
from scheduler.invitations.reminders import plan_reminders
from scheduler.mail.addresses import TagKind, Tags
from scheduler.mail.troubles import note_trouble
from scheduler.sessions.tables import SessionRow
from scheduler.settings import Settings
from tests.browser.gallery import PHONE, look, look_from_right_to_left
from tests.web.builders import COORDINATOR, OTHER_RESIDENT, RESIDENT, Pages, Published, make_pages

MEMBERS_BUDGET_BYTES = 60_000
SENDING = Settings("", "k" * 40, smtp_url="smtp://127.0.0.1:9", mail_from="rounds@example.org", mail_tag="+")
pytestmark = pytest.mark.browser


@pytest.fixture
def pages(published: Published, database: Database) -> Pages:
    return make_pages(published, database, smtp_url=SENDING.smtp_url)


@pytest.fixture
def address(pages: Pages) -> Iterator[str]:
    """The pages, served."""
    server = make_server("127.0.0.1", 0, pages.app, threaded=True)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    serving.join()


@pytest.fixture
def phone(chromium: Browser, address: str) -> Iterator[Page]:
    """A phone without JavaScript; it may ask nobody but the server."""
    size = {"width": PHONE[0], "height": PHONE[1]}
    context = chromium.new_context(viewport=size, java_script_enabled=False, base_url=address)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    yield page
    assert [url for url in asked if not url.startswith(address)] == []
    context.close()


def test_what_comes_by_mail_is_chosen_on_a_phone(phone: Page, pages: Pages) -> None:
    sizes: list[int] = []
    phone.on("response", lambda answer: sizes.append(len(answer.body()) if answer.status == 200 else 0))
    phone.goto(f"/sign-in/{pages.link(RESIDENT)}")
    sizes.clear()
    phone.goto("/account/mail")
    assert sum(sizes) < MEMBERS_BUDGET_BYTES
    phone.get_by_text("Only when something changes within three days").click()
    phone.get_by_label("a week before").uncheck()
    phone.get_by_label("two hours before").check()
    phone.get_by_label("from").fill("21:00")
    phone.get_by_role("button", name="Save").click()
    expect(phone.get_by_role("status")).to_contain_text("Saved.")
    expect(phone.get_by_label("a week before")).not_to_be_checked()
    expect(phone.get_by_label("from")).to_have_value("21:00")


def test_one_tap_in_a_message_ends_reminders(phone: Page, pages: Pages) -> None:
    phone.goto(f"/mail/stop/{Tags(SENDING).sign(TagKind.STOP_REMINDERS, pages.ids[OTHER_RESIDENT])}")
    phone.get_by_role("button", name="Stop reminders").click()
    expect(phone.get_by_text("You won’t get any more reminders.")).to_be_visible()


def test_the_pages_of_mail_look_right(chromium: Browser, address: str, pages: Pages) -> None:
    _have_reminders_planned(pages)
    with pages.database.writing() as db:
        note_trouble(db, OTHER_RESIDENT, "returned", "5.1.1", clock.now())
        note_trouble(db, "ben.marrow@example.org", "refused", "5.7.26", clock.now())
    page = chromium.new_context(base_url=address).new_page()
    page.goto(f"/mail/stop/{Tags(SENDING).sign(TagKind.STOP_INVITATIONS, pages.ids[RESIDENT])}")
    look(page, "mail-stop")
    page.goto(f"/sign-in/{pages.link(RESIDENT)}")
    page.goto("/account/mail")
    expect(page.get_by_text("Your next reminders")).to_be_visible()
    look(page, "mail-choices")
    look_from_right_to_left(page, "mail-choices")
    page.goto(f"/sign-in/{pages.link(COORDINATOR)}")
    page.goto(pages.path("/mail"))
    expect(page.get_by_text("This e-mail address does not exist.")).to_be_visible()
    look(page, "mail-troubles")
    page.context.close()


def _have_reminders_planned(pages: Pages) -> None:
    by_day = datetime.combine(clock.now().date() + timedelta(days=1), time(12), UTC)
    announce_changes(pages.database, SENDING, by_day)
    with pages.database.reading() as db:
        first = db.scalars(select(SessionRow.starts_at).order_by(SessionRow.starts_at)).first()
    assert first
    while plan_reminders(pages.database, first - timedelta(days=9)):
        pass
