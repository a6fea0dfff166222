"""Tokens on the page *Your account*: made, shown once, listed and revoked, by those who have a desk."""

from __future__ import annotations

import re

from sqlalchemy import select

from scheduler.audit.tables import AuditRow
from scheduler.mail.tables import MailRow
from scheduler.signing_in.tables import ApiTokenRow
from tests.web.api.builders import Program
from tests.web.builders import COORDINATOR, RESIDENT, Pages, words_of


def test_a_token_is_made_shown_once_used_and_revoked(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    page = browser.post("/account/tokens", {"name": "Rota export", "scope": "read", "days": "30"})
    found = re.search(r"rounds_[\w-]{43}", page.text)
    assert found
    program = Program(pages.app.test_client(), found[0])
    assert "not used so far" in words_of(page.text)
    assert program.get(pages.path()).status_code == 200
    again = browser.get("/account").text
    assert found[0] not in again
    assert "Rota export : look only works until" in words_of(again)
    assert "last used" in words_of(again)
    number = re.search(r'name="token" value="(\d+)"', again)
    assert number
    pages_of_another = pages.signed_in("otto@example.org")
    assert pages_of_another.post("/account/tokens/revoke", {"token": number[1]}).status_code == 404
    assert browser.post("/account/tokens/revoke", {"token": number[1]}).status_code == 303
    assert program.get(pages.path()).status_code == 401


def test_what_is_wrong_stands_at_its_field_and_residents_have_no_tokens(pages: Pages) -> None:
    browser = pages.signed_in(COORDINATOR)
    for wrong in ({"name": ""}, {"days": "0"}, {"days": "9" * 500}, {"scope": "all"}):
        answer = browser.post("/account/tokens", {"name": "x", "scope": "read", "days": "30", **wrong})
        assert answer.status_code == 422, wrong
        assert "rounds_" not in answer.text
    resident = pages.signed_in(RESIDENT)
    assert "Tokens for programs" not in resident.get("/account").text
    assert resident.post("/account/tokens", {"name": "x", "scope": "read", "days": "1"}).status_code == 404


def test_its_owner_is_told_of_a_token_and_signing_out_everywhere_ends_it(pages: Pages, program: Program) -> None:
    with pages.database.reading() as db:
        told = db.scalars(select(MailRow).where(MailRow.address == COORDINATOR).order_by(MailRow.id.desc())).first()
    assert told is not None
    assert told.subject == "A token for a program was made"
    assert "/account#tokens" in told.text
    assert program.token not in told.text
    browser = pages.signed_in(COORDINATOR)
    assert "also ends your tokens" in browser.get("/account").text
    assert program.get(pages.path()).status_code == 200
    browser.post("/sign-out-everywhere")
    assert program.get(pages.path()).status_code == 401
    with pages.database.reading() as db:
        assert db.scalars(select(ApiTokenRow).where(ApiTokenRow.name == "a script")).all() == []
        assert db.scalars(select(AuditRow).where(AuditRow.action == "token.revoked")).one().details.keys() == {"token"}
