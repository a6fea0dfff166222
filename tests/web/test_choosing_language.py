"""A language is chosen once: for this browser, and for the person wherever words reach them."""

from __future__ import annotations

import re

from sqlalchemy import select

from scheduler.mail.tables import MailRow
from scheduler.people.tables import PersonRow
from tests.web.builders import BASE_URL, RESIDENT, Pages
from tests.web.test_destination import ELSEWHERE


def test_a_choice_lasts_in_the_browser_and_with_the_person(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    assert ">Français</button>" in browser.get("/my-group").text
    answer = browser.post("/language", {"to": "fr", "page": "/my-group"})
    assert answer.headers["Location"] == "/my-group"
    page = browser.get("/my-group").text
    assert '<html lang="fr" dir="ltr">' in page
    assert "Aller au contenu" in page
    with pages.database.reading() as db:
        assert db.get_one(PersonRow, pages.ids[RESIDENT]).language == "fr"
    assert '<html lang="fr"' in pages.signed_in(RESIDENT).get("/my-group").text, "on their next device too"


def test_a_browser_is_answered_in_what_it_asks_for_until_somebody_chooses(pages: Pages) -> None:
    stranger = pages.stranger()
    asking = {"Accept-Language": "fr-CA, en;q=0.5"}
    assert '<html lang="fr"' in stranger.get("/", headers=asking).text
    stranger.post("/language", {"to": "en", "page": "/"})
    assert '<html lang="en-GB"' in stranger.get("/", headers=asking).text


def test_choosing_leads_nowhere_else(pages: Pages) -> None:
    stranger = pages.stranger()
    for page in (*ELSEWHERE, ""):
        assert stranger.post("/language", {"to": "fr", "page": page}).headers["Location"] == "/", page
    for page in ("/sign-in", "/about/autumn?from=%2F%2Fthere", pages.path("/find?q=a//b")):
        assert stranger.post("/language", {"to": "fr", "page": page}).headers["Location"] == page


def test_the_browser_of_the_first_sign_in_says_which_language_somebody_reads(pages: Pages) -> None:
    french = {"Accept-Language": "fr-CA, en;q=0.5"}
    browser = pages.stranger()
    browser.post("/sign-in", {"email": RESIDENT}, headers=french)
    [first] = mails_to(pages, RESIDENT)
    assert "Ce code vous connecte" in first, "asked for on a French page"
    browser.post(path_in(first), headers=french)
    pages.stranger().post("/sign-in", {"email": RESIDENT}, headers={"Accept-Language": "en"})
    assert "Ce code vous connecte" in mails_to(pages, RESIDENT)[-1], "and on an English one: it is known by now"
    assert '<html lang="fr"' in browser.get("/my-group", headers={"Accept-Language": "en"}).text


def test_who_has_chosen_is_not_asked_of_their_next_browser(pages: Pages) -> None:
    pages.signed_in(RESIDENT).post("/language", {"to": "en", "page": "/my-group"})
    browser = pages.signed_in(RESIDENT)
    assert '<html lang="en-GB"' in browser.get("/my-group", headers={"Accept-Language": "fr"}).text
    with pages.database.reading() as db:
        assert db.get_one(PersonRow, pages.ids[RESIDENT]).language == "en"


def mails_to(pages: Pages, address: str) -> list[str]:
    with pages.database.reading() as db:
        return list(db.scalars(select(MailRow.text).where(MailRow.address == address).order_by(MailRow.id)))


def path_in(text: str) -> str:
    found = re.search(re.escape(BASE_URL) + r"(/sign-in/\S+)", text)
    assert found
    return found[1]


def test_an_unknown_language_changes_nothing(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    browser.post("/language", {"to": "tlh", "page": "/my-group"})
    assert '<html lang="en-GB"' in browser.get("/my-group").text
