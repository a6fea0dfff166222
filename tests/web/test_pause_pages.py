"""A pause, on its page: for members alone, in two taps, and ended by one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from scheduler import clock
from scheduler.availability.tables import AbsenceRow
from tests.web.builders import (
    COORDINATOR,
    FACILITATOR,
    OVERSEER,
    RESIDENT,
    STRANGER_COORDINATOR,
    UNPLACED,
    Pages,
    words_of,
)


def path_of(pages: Pages, rest: str = "") -> str:
    return f"/join/{pages.programme_id}/pause{rest}"


@pytest.mark.parametrize("who", [RESIDENT, FACILITATOR, UNPLACED])
def test_a_pause_is_taken_and_ended(pages: Pages, who: str) -> None:
    browser, today = pages.signed_in(who), clock.now().date()
    form = {"first_day": today.isoformat(), "last_day": (today + timedelta(days=9)).isoformat()}
    assert browser.post(path_of(pages), form).status_code == 303
    page = words_of(browser.get(path_of(pages)).text)
    assert "Your pause:" in page
    assert "You’re back by yourself on the day after." in page
    assert browser.post(path_of(pages), form).status_code == 409, "a form that is sent again adds nothing"
    with pages.database.reading() as db:
        assert len(db.scalars(select(AbsenceRow).where(AbsenceRow.person_id == pages.ids[who])).all()) == 1
    assert browser.post(path_of(pages, "/end")).status_code == 303
    assert browser.post(path_of(pages, "/end")).status_code == 303
    assert "Your pause:" not in words_of(browser.get(path_of(pages)).text)


def test_the_group_page_leads_to_it(pages: Pages) -> None:
    for who in (RESIDENT, FACILITATOR):
        browser = pages.signed_in(who)
        home = browser.get("/my-group" if who == RESIDENT else f"/groups/{pages.programme_id}/g2")
        assert path_of(pages) in home.text


def test_what_is_wrong_is_said_beside_it(pages: Pages) -> None:
    answer = pages.signed_in(RESIDENT).post(path_of(pages), {"first_day": "2020-01-01"})
    assert answer.status_code == 422
    assert "Choose today or a later day." in words_of(answer.text)


@pytest.mark.parametrize("who", [COORDINATOR, OVERSEER, STRANGER_COORDINATOR])
def test_others_find_no_such_page(pages: Pages, who: str) -> None:
    browser = pages.signed_in(who)
    assert browser.get(path_of(pages)).status_code == 404
    for rest in ("", "/end"):
        assert browser.post(path_of(pages, rest), {"first_day": "2030-01-01"}).status_code == 404
