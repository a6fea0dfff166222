"""Passkeys on the account page and the page for signing in, with an authenticator in software."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from scheduler.signing_in.tables import LoginRow, PasskeyRow
from tests.authenticator import Authenticator
from tests.web.builders import BASE_URL, COORDINATOR, OVERSEER, RESIDENT, Browser, Pages, make_app, words_of


def add(browser: Browser, name: str = "telephone") -> Authenticator:
    device = Authenticator(BASE_URL)
    answer = device.make(browser.get("/account/passkeys/options").get_json())
    added = browser.post("/account/passkeys", {"name": name, "answer": answer})
    assert (added.status_code, added.headers["Location"]) == (303, "/account")
    return device


def sign(browser: Browser, device: Authenticator) -> str:
    return device.sign(browser.get("/sign-in/passkey/options").get_json())


def logins(pages: Pages) -> int:
    with pages.database.reading() as db:
        return db.scalar(select(func.count()).select_from(LoginRow)) or 0


@pytest.mark.parametrize("email", [COORDINATOR, OVERSEER])
def test_it_is_added_signs_in_and_is_removed(pages: Pages, email: str) -> None:
    own = pages.signed_in(email)
    device = add(own, "my telephone")
    page = own.get("/account").text
    assert "my telephone" in words_of(page)
    assert "not used so far" in words_of(page)
    browser = pages.stranger()
    used = browser.post("/sign-in/passkey", {"answer": sign(browser, device), "next": "/account"})
    assert (used.status_code, used.headers["Location"]) == (303, "/account")
    page = browser.get("/account").text
    assert "last used" in words_of(page)
    number = re.search(r'name="passkey" value="(\d+)"', page)
    assert number
    assert (
        pages.signed_in("otto@example.org").post("/account/passkeys/remove", {"passkey": number[1]}).status_code == 404
    )
    assert browser.post("/account/passkeys/remove", {"passkey": number[1]}).status_code == 303
    assert "my telephone" not in browser.get("/account").text
    again = pages.stranger()
    assert again.post("/sign-in/passkey", {"answer": sign(again, device)}).status_code == 409


def test_an_answer_counts_once_and_only_in_the_browser_that_was_asked(pages: Pages) -> None:
    device = add(pages.signed_in(COORDINATOR))
    browser, other = pages.stranger(), pages.stranger()
    answer = sign(browser, device)
    sign(other, device)
    before = logins(pages)
    with browser.client.session_transaction() as session:
        kept = dict(session)
    for refused in (other.post("/sign-in/passkey", {"answer": answer}), pages.stranger().post("/sign-in/passkey")):
        assert refused.status_code == 409
        assert "Send me a sign-in link" in words_of(refused.text)
    assert logins(pages) == before
    assert browser.post("/sign-in/passkey", {"answer": answer}).status_code == 303
    with other.client.session_transaction() as session:
        session.clear()
        session.update(kept)  # even with a copy of the cookie in which the question stood
    assert other.post("/sign-in/passkey", {"answer": answer}).status_code == 409
    assert logins(pages) == before + 1


def test_what_one_was_asked_to_sign_in_with_adds_nothing_and_the_other_way_round(pages: Pages) -> None:
    own = pages.signed_in(COORDINATOR)
    device = add(own)
    told = own.get("/account/passkeys/options").get_json()
    other = pages.stranger()
    other.get("/sign-in/passkey/options")
    swapped = device.sign({"challenge": told["challenge"], "rpId": told["rp"]["id"]})
    assert other.post("/sign-in/passkey", {"answer": swapped}).status_code == 409
    again = pages.signed_in(COORDINATOR)
    stolen = Authenticator(BASE_URL).make(told)
    assert again.post("/account/passkeys", {"name": "x", "answer": stolen}).status_code == 409, "of another login"
    again.get("/account/passkeys/options")
    assert again.post("/account/passkeys", {"name": "x", "answer": stolen}).status_code == 422
    with pages.database.reading() as db:
        assert db.scalar(select(func.count()).select_from(PasskeyRow)) == 1


def test_a_login_is_new_and_what_the_browser_kept_is_gone(pages: Pages) -> None:
    own = pages.signed_in(COORDINATOR)
    device = add(own)
    browser = pages.stranger()
    browser.token()
    answer = sign(browser, device)
    with browser.client.session_transaction() as session:
        before = dict(session)
    browser.post("/sign-in/passkey", {"answer": answer})
    with browser.client.session_transaction() as session:
        assert "csrf_token" not in session
        assert not before.keys() - {"_permanent"} & session.keys()


def test_what_is_wrong_with_a_name_stands_at_its_field(pages: Pages) -> None:
    own = pages.signed_in(COORDINATOR)
    answer = Authenticator(BASE_URL).make(own.get("/account/passkeys/options").get_json())
    refused = own.post("/account/passkeys", {"name": "x" * 61, "answer": answer})
    assert refused.status_code == 422
    assert 'id="fault-passkey-name"' in refused.text


def test_residents_are_offered_none_and_nobody_without_a_name_for_the_pages(pages: Pages) -> None:
    resident = pages.signed_in(RESIDENT)
    assert "Passkeys" not in resident.get("/account").text
    assert resident.get("/account/passkeys/options").status_code == 404
    assert resident.post("/account/passkeys", {"name": "x", "answer": "{}"}).status_code in (404, 409)
    by_number = Browser(make_app(pages.database, base_url="http://127.0.0.1:8000"))
    assert "passkey" not in by_number.get("/sign-in").text
    assert by_number.get("/sign-in/passkey/options").status_code == 404
    assert by_number.post("/sign-in/passkey", {"answer": "{}"}).status_code == 404


def test_the_answer_for_who_has_none_is_the_same_as_for_any_other(pages: Pages) -> None:
    add(pages.signed_in(COORDINATOR))
    options = [pages.stranger().get("/sign-in/passkey/options").get_json() for _ in range(2)]
    assert options[0] != options[1]
    assert {**options[0], "challenge": ""} == {**options[1], "challenge": ""}
    assert options[0]["allowCredentials"] == []
