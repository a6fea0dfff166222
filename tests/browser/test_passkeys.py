"""Passkeys in a real browser, with the authenticator that Chromium's own tools pretend to be."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect
from werkzeug.serving import make_server

from scheduler.db import Database
from tests.browser.gallery import look
from tests.web.builders import COORDINATOR, Pages, Published, make_app, make_pages

DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip
pytestmark = pytest.mark.browser


@pytest.fixture
def pages(published: Published, database: Database) -> Pages:
    return make_pages(published, database)


@pytest.fixture
def address(pages: Pages) -> Iterator[str]:
    """The pages, served under a name: browsers have no passkeys for numbers."""
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
    address = f"http://localhost:{server.server_port}"
    server.app = make_app(pages.database, base_url=address)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    yield address
    server.shutdown()
    serving.join()


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    context = chromium.new_context(base_url=address)
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    yield page
    assert troubles == []
    context.close()


@pytest.fixture
def device(page: Page) -> tuple[CDPSession, str]:
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    return tools, tools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]


def let_them_be_verified(device: tuple[CDPSession, str], verified: bool) -> None:
    tools, number = device
    tools.send("WebAuthn.setUserVerified", {"authenticatorId": number, "isUserVerified": verified})


def test_one_is_added_on_the_account_page_and_signs_in(
    page: Page, pages: Pages, device: tuple[CDPSession, str]
) -> None:
    page.goto(f"/sign-in/{pages.link(COORDINATOR)}")
    page.goto("/account")
    page.get_by_label("A name for the passkey").fill("ward laptop")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("The passkey has been added")).to_be_visible()
    expect(page.get_by_text("ward laptop", exact=True)).to_be_visible()
    look(page, "account-with-a-passkey")
    page.get_by_role("button", name="Sign out here").click()
    look(page, "sign-in-with-a-passkey")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("Signed in as")).to_be_visible()
    page.goto("/account")
    expect(page.get_by_text("last used")).to_be_visible()


def test_who_is_not_verified_is_told_so_and_a_removed_one_is_refused(
    page: Page, pages: Pages, device: tuple[CDPSession, str]
) -> None:
    page.goto(f"/sign-in/{pages.link(COORDINATOR)}")
    page.goto("/account")
    let_them_be_verified(device, verified=False)
    page.get_by_label("A name for the passkey").fill("telephone")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("No passkey was made.")).to_be_visible()
    let_them_be_verified(device, verified=True)
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("The passkey has been added")).to_be_visible()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("The passkey has been removed")).to_be_visible()
    page.get_by_role("button", name="Sign out here").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("That passkey didn’t work.")).to_be_visible()
    expect(page.get_by_role("button", name="Send me a sign-in link")).to_be_visible()


def test_without_scripts_there_are_links_as_ever(chromium: Browser, address: str, pages: Pages) -> None:
    context = chromium.new_context(java_script_enabled=False, base_url=address)
    page = context.new_page()
    page.goto("/sign-in")
    expect(page.get_by_role("button", name="Send me a sign-in link")).to_be_visible()
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    page.goto(f"/sign-in/{pages.link(COORDINATOR)}")
    page.goto("/account")
    expect(page.get_by_text("This browser can’t add a passkey.")).to_be_visible()
    expect(page.get_by_role("button", name="Add a passkey")).to_be_hidden()
    context.close()
