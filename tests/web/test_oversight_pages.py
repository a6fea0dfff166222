"""Becoming an oversight contact on the pages, and pausing a facilitator."""

from __future__ import annotations

import re

from sqlalchemy import select

from scheduler.mail.tables import MailRow
from tests.web.builders import (
    COORDINATOR,
    FACILITATOR,
    OTHER_RESIDENT,
    OVERSEER,
    RESIDENT,
    Browser,
    Pages,
    code_of,
    words_of,
)
from web.oversight.views import answered_within

PAT = {"role": "oversight", "name": "Pat Jones", "email": "pat@example.org"}


def letter_to(pages: Pages, email: str = "pat@example.org") -> str:
    with pages.database.reading() as db:
        mail = db.scalars(select(MailRow).where(MailRow.address == email).order_by(MailRow.id.desc())).first()
    assert mail
    return mail.text


def accept(pages: Pages) -> str:
    return f"/oversight/contact/{pages.programme_id}"


def signs_in(browser: Browser, letter: str) -> str | None:
    link = next(line for line in letter.splitlines() if "/sign-in/" in line)
    page = browser.get(link).text
    wanted = re.search(r'name="next" value="([^"]*)"', page)
    address = link.partition("?")[0]
    return browser.post(address, {"next": wanted[1] if wanted else "", "code": code_of(letter)}).location


def test_how_soon_concerns_were_answered_is_said_in_hours_and_from_two_days_on_in_days(pages: Pages) -> None:
    with pages.app.test_request_context():
        said = [answered_within(hours).removeprefix("Half of them were answered within ") for hours in (1, 47, 48, 921)]
    assert said == ["1 hour.", "47 hours.", "2 days.", "39 days."]


def test_somebody_asked_accepts_in_their_own_browser(pages: Pages) -> None:
    cora = pages.signed_in(COORDINATOR)
    assert cora.post(pages.path("/offices"), PAT).status_code == 303
    pat = pages.stranger()
    assert signs_in(pat, letter_to(pages)) == accept(pages)
    page = words_of(pat.get(accept(pages)).text)
    assert "Cora Coordinator" in page
    assert pat.post(accept(pages)).status_code == 422
    assert pat.post(accept(pages), {"declares": "1"}).location == f"/oversight/{pages.programme_id}"
    assert pat.get(accept(pages)).status_code == 404
    assert pat.get(f"/oversight/{pages.programme_id}/concerns").status_code == 200


def test_a_coordinator_does_not_accept_for_somebody_else_in_her_browser(pages: Pages) -> None:
    cora = pages.signed_in(COORDINATOR)
    cora.post(pages.path("/offices"), PAT)
    letter = letter_to(pages)
    cora.post("/sign-out")  # neither signing out nor signing in as another lets the browser forget
    assert signs_in(cora, letter) == accept(pages)
    refused = cora.post(accept(pages), {"declares": "1"})
    assert (refused.status_code, "A coordinator of this programme has been signed in" in words_of(refused.text)) == (
        409,
        True,
    )
    assert cora.get(f"/oversight/{pages.programme_id}").status_code == 404


def test_nobody_accepts_who_was_not_asked(pages: Pages) -> None:
    for who in (RESIDENT, FACILITATOR, COORDINATOR):
        browser = pages.signed_in(who)
        assert browser.get(accept(pages)).status_code == 404
        assert browser.post(accept(pages), {"declares": "1"}).status_code == 404


def test_the_last_contact_is_not_removed_on_any_way(pages: Pages) -> None:
    cora = pages.signed_in(COORDINATOR)
    with pages.database.reading() as db:
        from scheduler.people.tables import PersonRow

        olga = db.scalars(select(PersonRow.id).where(PersonRow.email == OVERSEER)).one()
    gone = cora.post(pages.path("/offices/dismissed"), {"role": "oversight", "person": str(olga)})
    assert gone.status_code == 409
    assert "Remove" not in cora.get(pages.path("/offices")).text.partition('id="contacts"')[2]


def test_a_pause_on_the_pages_of_everybody(pages: Pages) -> None:
    olga, fay = pages.signed_in(OVERSEER), pages.ids[FACILITATOR]
    pauses = f"/oversight/{pages.programme_id}/pauses"
    assert "Fay Lantern" in olga.get(pauses).text
    assert olga.post(pauses, {"person": str(fay)}).status_code == 303
    assert "paused since" in words_of(olga.get(pauses).text)
    cora = pages.signed_in(COORDINATOR)
    person = words_of(cora.get(pages.path(f"/people/{fay}")).text)
    assert "Paused by an oversight contact" in person
    assert "paused" in words_of(cora.get(pages.path("/groups/g2")).text)
    assert cora.get(pauses).status_code == 404
    assert cora.post(f"{pauses}/lifted", {"person": str(fay)}).status_code == 404
    own = pages.signed_in(FACILITATOR)
    assert "You don’t facilitate in" in words_of(own.get("/facilitating").text)
    assert own.post(f"{pauses}/lifted", {"person": str(fay)}).status_code == 404
    assert "paused" not in words_of(pages.signed_in(OTHER_RESIDENT).get("/my-group").text)
    assert olga.post(f"{pauses}/lifted", {"person": str(fay)}).status_code == 303
    assert "Paused by an oversight contact" not in cora.get(pages.path(f"/people/{fay}")).text
    assert olga.post(pauses, {"person": str(pages.ids[RESIDENT])}).status_code == 404
