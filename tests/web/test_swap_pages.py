"""Swapping groups, on its pages: for residents in a group while it is open, and calm for everyone else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scheduler.coordination.tables import SwapWishRow
from scheduler.plans.tables import PlanRow
from scheduler.programmes.facts_mark import renew_facts_mark
from tests.web.builders import (
    COORDINATOR,
    FACILITATOR,
    OTHER_RESIDENT,
    OVERSEER,
    RESIDENT,
    STRANGER_COORDINATOR,
    UNPLACED,
    Pages,
    words_of,
)


def path_of(pages: Pages, rest: str = "/swap") -> str:
    return f"/join/{pages.programme_id}{rest}"


def published_earlier(pages: Pages, days: int) -> None:
    with pages.database.writing() as db:
        plan = db.query(PlanRow).filter_by(programme_id=pages.programme_id, state="published").one()
        plan.published_at = plan.published_at - timedelta(days=days) if plan.published_at else None
        renew_facts_mark(db, [pages.programme_id])


def test_the_pages_lead_to_it_while_it_is_open_and_say_until_when(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    for page in ("/my-group", path_of(pages, "/place")):
        assert path_of(pages) in browser.get(page, follow_redirects=True).text
    page = words_of(browser.get(path_of(pages)).text)
    assert "you can swap, without a reason" in page
    assert "Nobody reads that you’ve asked." in page


def test_after_its_time_there_is_no_link_and_the_page_leads_to_the_coordinator(pages: Pages) -> None:
    published_earlier(pages, 11)
    browser = pages.signed_in(RESIDENT)
    for page in ("/my-group", path_of(pages, "/place")):
        assert path_of(pages) not in browser.get(page, follow_redirects=True).text
    answer = browser.get(path_of(pages))
    assert "Groups can’t be swapped now." in words_of(answer.text)
    assert path_of(pages, "/place") in answer.text
    assert browser.post(path_of(pages), {"out_of": "g1", "group": "g2"}).status_code == 409


@pytest.mark.parametrize("who", [FACILITATOR, COORDINATOR, OVERSEER, STRANGER_COORDINATOR, OTHER_RESIDENT])
def test_it_is_for_residents_of_the_programme_alone(pages: Pages, who: str) -> None:
    browser = pages.signed_in(who)
    expected = (404, 409) if who == OTHER_RESIDENT else (404,)
    assert browser.post(path_of(pages), {"out_of": "g1", "group": "g2"}).status_code in expected
    assert browser.get("/join/999/swap").status_code == 404
    with pages.database.reading() as db:
        assert db.query(SwapWishRow).count() == 0


def test_who_has_no_group_reads_that_there_is_nothing_to_swap(pages: Pages) -> None:
    browser = pages.signed_in(UNPLACED)
    assert "Groups can’t be swapped now." in words_of(browser.get(path_of(pages)).text)
    assert browser.post(path_of(pages), {"out_of": "g1", "group": "g2"}).status_code == 409


@pytest.mark.parametrize("form", [{}, {"out_of": "g2", "group": "g1"}, {"out_of": "g1", "group": "nowhere"}])
def test_a_forged_form_changes_nothing(pages: Pages, form: dict[str, str]) -> None:
    browser = pages.signed_in(RESIDENT)
    assert browser.post(path_of(pages), form).status_code in (409, 422)
    with pages.database.reading() as db:
        assert db.query(SwapWishRow).count() == 0
