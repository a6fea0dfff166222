"""Signing in by an institution, against a real OpenID Connect provider on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from oidc_provider_mock import User, run_server_in_thread
from sqlalchemy import select

from scheduler.db import Database
from scheduler.people.tables import PersonRow
from scheduler.signing_in.tables import IdentityRow
from tests.web.builders import BASE_URL, RESIDENT, Browser, Pages, Published, make_pages

USERS = (
    User(sub="ada-1", claims={"email": "Ada.Quill@example.org", "email_verified": True}),
    User(sub="mallory", claims={"email": RESIDENT, "email_verified": False}),
    User(sub="stranger", claims={"email": "nobody@example.org", "email_verified": True}),
    User(sub="nameless", claims={}),
)


@dataclass(frozen=True, slots=True)
class Institution:
    """A provider that serves, and the pages that know it."""

    issuer: str
    pages: Pages

    def sign_in(self, subject: str) -> tuple[Browser, str]:
        """Somebody goes there, signs in, and comes back: their browser, and the path that they come back by."""
        browser = self.pages.stranger()
        gone = browser.get("/sign-in/institution")
        assert gone.status_code == 302
        assert gone.headers["Location"].startswith(self.issuer)
        answer = requests.post(gone.headers["Location"], data={"sub": subject}, allow_redirects=False, timeout=10)
        assert answer.status_code in (302, 303), answer.text
        return browser, answer.headers["Location"].removeprefix(BASE_URL)


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with run_server_in_thread(user_claims=USERS) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def institution(published: Published, database: Database, issuer: str) -> Institution:
    settings = {"oidc_issuer": issuer, "oidc_client_id": "rounds", "oidc_client_secret": "s" * 20, "oidc_name": "NHS"}
    return Institution(issuer, make_pages(published, database, **settings))


def identities(pages: Pages) -> dict[str, str]:
    with pages.database.reading() as db:
        rows = db.execute(
            select(IdentityRow.subject, PersonRow.email).join(PersonRow, PersonRow.id == IdentityRow.person_id)
        )
        return dict(rows.all())


def test_the_page_of_ways_in_offers_it(institution: Institution) -> None:
    assert "Sign in with NHS" in institution.pages.stranger().get("/sign-in").text


def test_without_settings_there_is_nothing_at_its_address(pages: Pages) -> None:
    assert "institution" not in pages.stranger().get("/sign-in").text
    for path in ("/sign-in/institution", "/sign-in/institution/back"):
        assert pages.stranger().get(path).status_code == 404


def test_whom_the_institution_knows_is_signed_in(institution: Institution) -> None:
    browser, back = institution.sign_in("ada-1")
    answer = browser.get(back)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/my-group")
    assert browser.get("/my-group").status_code == 200
    assert identities(institution.pages) == {"ada-1": RESIDENT}


def test_the_request_is_bound_to_the_browser_and_to_this_moment(institution: Institution) -> None:
    asked = parse_qs(urlsplit(institution.pages.stranger().get("/sign-in/institution").headers["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["response_type"] == ["code"]
    assert {"state", "nonce", "code_challenge"} <= asked.keys()


def test_somebody_is_known_again_by_who_they_are_and_not_by_their_address(institution: Institution) -> None:
    browser, back = institution.sign_in("ada-1")
    browser.get(back)
    with institution.pages.database.writing() as db:
        db.scalars(select(PersonRow).where(PersonRow.email == RESIDENT)).one().email = "ada@elsewhere.example"
    browser, back = institution.sign_in("ada-1")
    assert browser.get(back).status_code == 303
    assert browser.get("/my-group").status_code == 200


@pytest.mark.parametrize("subject", ["mallory", "stranger", "nameless"])
def test_an_address_that_is_not_proven_or_not_on_a_list_lets_nobody_in(institution: Institution, subject: str) -> None:
    browser, back = institution.sign_in(subject)
    answer = browser.get(back)
    assert answer.status_code == 403
    assert "no programme" in answer.text
    assert browser.get("/my-group").status_code == 302
    assert identities(institution.pages) == {}


def test_another_browser_cannot_use_what_this_one_brought_back(institution: Institution) -> None:
    _browser, back = institution.sign_in("ada-1")
    other = institution.pages.stranger()
    assert other.get(back).status_code == 502
    assert other.get("/my-group").status_code == 302


def test_nothing_comes_back_twice(institution: Institution) -> None:
    browser, back = institution.sign_in("ada-1")
    assert browser.get(back).status_code == 303
    assert browser.get(back).status_code == 502


@pytest.mark.parametrize("query", ["", "?error=access_denied&state=x", "?code=forged&state=forged"])
def test_whatever_else_comes_back_is_a_page_with_a_way_out(institution: Institution, query: str) -> None:
    browser = institution.pages.stranger()
    browser.get("/sign-in/institution")
    answer = browser.get(f"/sign-in/institution/back{query}")
    assert answer.status_code == 502
    assert "Sign in by e-mail" in answer.text


def test_an_institution_out_of_reach_is_a_page_with_a_way_out(published: Published, database: Database) -> None:
    nobody = {"oidc_issuer": "http://127.0.0.1:9", "oidc_client_id": "rounds", "oidc_client_secret": "s" * 20}
    answer = make_pages(published, database, **nobody).stranger().get("/sign-in/institution")
    assert answer.status_code == 502
    assert "Try again" in answer.text
