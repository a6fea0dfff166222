"""A language is chosen once: for this browser, and for the person wherever words reach them."""

from __future__ import annotations

import pytest

from scheduler.people.tables import PersonRow
from tests.web.builders import RESIDENT, Pages


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


@pytest.mark.parametrize("page", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", ""])
def test_choosing_leads_nowhere_else(pages: Pages, page: str) -> None:
    assert pages.stranger().post("/language", {"to": "fr", "page": page}).headers["Location"] == "/"


def test_an_unknown_language_changes_nothing(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    browser.post("/language", {"to": "tlh", "page": "/my-group"})
    assert '<html lang="en-GB"' in browser.get("/my-group").text
