"""Busy weeks, on pages: shown before, begun and taken back, by the coordinator alone."""

from __future__ import annotations

import re
from html import unescape

from sqlalchemy import select, update

from scheduler.people.tables import ParticipantRow
from scheduler.sessions.tables import SessionRow, SurgeRow
from tests.web.builders import (
    COORDINATOR,
    FACILITATOR,
    OVERSEER,
    RESIDENT,
    STRANGER_COORDINATOR,
    Browser,
    Pages,
    everything_stored,
    words_of,
)


def test_a_week_in_writing_is_shown_with_who_keeps_a_group_meeting(pages: Pages) -> None:
    with pages.database.writing() as db:
        accepting = update(ParticipantRow).where(ParticipantRow.person_id != pages.ids[RESIDENT])
        db.execute(accepting.values(accepts_writing=True))
    cora = pages.signed_in(COORDINATOR)
    form = {"first_day": first_day(pages), "written": "1"}
    assert " checked" not in cora.get(pages.path("/busy-weeks")).text, "only what is ticked is shown and done"
    shown = words_of(cora.post(pages.path("/busy-weeks"), form).text)
    assert "3 sessions change:" in shown
    assert "minutes" not in shown
    assert "Change these sessions" in shown
    assert "all the same" not in shown
    assert "in writing" in shown
    assert "because of people who haven’t said yes to one: Peer group 1: Ada Quill" in shown
    assert cora.save(pages.path("/busy-weeks"), form).status_code == 303
    assert "A week in writing instead" in words_of(cora.get(pages.path("/busy-weeks")).text)
    assert press_back(cora, pages) == 303


def lengths(pages: Pages) -> set[float]:
    with pages.database.reading() as db:
        return {(row.ends_at - row.starts_at).total_seconds() / 60 for row in db.scalars(select(SessionRow))}


def first_day(pages: Pages) -> str:
    with pages.database.reading() as db:
        return min(row.starts_at for row in db.scalars(select(SessionRow))).date().isoformat()


def typed(pages: Pages, **changes: str) -> dict[str, str]:
    return {"first_day": first_day(pages), "shorter": "1", "minutes": "30", "words": "Be <kind>.", **changes}


def press_back(browser: Browser, pages: Pages) -> int:
    page = browser.get(pages.path("/busy-weeks")).text
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    assert seen
    return browser.post(pages.path("/busy-weeks/back"), {"seen": unescape(seen[1])}).status_code


def test_it_is_shown_before_it_is_done_and_taken_back_in_one_step(pages: Pages) -> None:
    cora = pages.signed_in(COORDINATOR)
    assert pages.path("/busy-weeks") in cora.get(pages.path("/term")).text
    before = everything_stored(pages.database)
    shown = cora.post(pages.path("/busy-weeks"), typed(pages))
    assert shown.status_code == 200
    assert "6 sessions change:" in words_of(shown.text)
    assert "30 minutes" in words_of(shown.text)
    assert "We e-mail 9 people." in words_of(shown.text)
    assert everything_stored(pages.database) == before
    again = cora.post(pages.path("/busy-weeks"), typed(pages, again="1"))
    assert "Be &lt;kind&gt;." in again.text
    assert cora.save(pages.path("/busy-weeks"), typed(pages)).status_code == 303
    assert lengths(pages) == {30}
    now = words_of(cora.get(pages.path("/busy-weeks")).text)
    assert "30 minutes instead of 60" in now
    assert "6 sessions to come have been changed." in now
    assert press_back(cora, pages) == 303
    assert lengths(pages) == {60}


def test_what_was_not_confirmed_as_shown_is_asked_again(pages: Pages) -> None:
    cora = pages.signed_in(COORDINATOR)
    assert cora.post(pages.path("/busy-weeks"), typed(pages, confirmed="made up")).status_code == 200
    assert lengths(pages) == {60}


def test_a_form_at_fault_comes_back_as_typed(pages: Pages) -> None:
    cora = pages.signed_in(COORDINATOR)
    for changes, says in (
        ({"minutes": "60"}, "from 10 to 59"),
        ({"minutes": "x"}, "not a whole number"),
        ({"shorter": ""}, "Choose shorter sessions"),
        ({"first_day": ""}, "Choose a day."),
        ({"last_day": "2020-01-01"}, "has passed"),
        ({"words": "x" * 601}, "600"),
    ):
        refused = cora.save(pages.path("/busy-weeks"), typed(pages, **changes))
        assert refused.status_code == 422, changes
        assert says in words_of(refused.text), changes
    assert lengths(pages) == {60}


def test_taking_back_what_is_not_there_is_no_page_of_faults(pages: Pages) -> None:
    cora = pages.signed_in(COORDINATOR)
    assert cora.post(pages.path("/busy-weeks/back"), {"seen": "x"}).status_code in (409, 422)


def test_nobody_else_opens_or_sends_it(pages: Pages) -> None:
    before = everything_stored(pages.database)["session"]
    for who in (RESIDENT, FACILITATOR, OVERSEER, STRANGER_COORDINATOR):
        browser = pages.signed_in(who)
        assert browser.get(pages.path("/busy-weeks")).status_code == 404
        assert browser.post(pages.path("/busy-weeks"), typed(pages)).status_code == 404
        assert browser.post(pages.path("/busy-weeks/back")).status_code == 404
    assert everything_stored(pages.database)["session"] == before
    with pages.database.reading() as db:
        assert db.scalars(select(SurgeRow)).all() == []
