"""A rota of one's own, tapped in on a phone: four weeks of a pattern in a few taps, and the same without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from scheduler import clock
from scheduler.db import Database
from scheduler.rotas.tables import DutyRow
from scheduler.signing_in.links import make_link
from tests.browser.gallery import PHONE, choose, look
from tests.browser.served import pages_served
from tests.scheduler.sessions.term import PEERS, Term
from tests.scheduler.troubles.conftest import a_true_term

pytestmark = pytest.mark.browser
ON_PHONE = {"width": PHONE[0], "height": PHONE[1]}


@pytest.fixture
def term(database: Database) -> Term:
    return a_true_term(database)


@pytest.fixture
def base_url(term: Term) -> Iterator[str]:
    """A real server."""
    with pages_served(term.database) as address:
        yield address


def way_in(term: Term) -> str:
    with term.database.writing() as db:
        return f"/sign-in/{make_link(db, term.id_of(PEERS[0]), clock.now(), stays=timedelta(days=1))}"


def kinds(term: Term) -> list[str]:
    """What the first peer has said, day by day."""
    mine = DutyRow.person_id == term.id_of(PEERS[0])
    with term.database.reading() as db:
        return list(db.scalars(select(DutyRow.kind).where(mine, DutyRow.cell == "").order_by(DutyRow.day)))


def test_four_weeks_of_a_pattern_take_fourteen_taps(term: Term, base_url: str, chromium: Browser) -> None:
    with chromium.new_context(base_url=base_url, viewport=ON_PHONE, has_touch=True, locale="en-GB") as context:
        page = context.new_page()
        page.goto(way_in(term))
        page.goto("/availability/rota")
        days = page.locator(".duties button")
        expect(days).to_have_count(28)
        taps = 0
        for number, times in {**dict.fromkeys(range(5), 1), 7: 4, 8: 1, 9: 1, 10: 1}.items():
            for _ in range(times):
                days.nth(number).tap()
                taps += 1
        page.get_by_label("The days I haven’t chosen are days off").check()
        choose(page.get_by_label("Does it repeat?"), "14")
        assert taps <= 14
        expect(days.nth(21)).to_be_disabled()
        look(page, "own-rota")
        page.get_by_role("button", name="Save my rota").tap()
        expect(page.get_by_role("heading", name="What you have given")).to_be_visible()
        look(page, "own-rota-given")
    pattern = ["day"] * 5 + ["off"] * 2 + ["night"] * 4 + ["off"] * 3
    assert kinds(term)[:28] == pattern * 2


def test_it_works_without_scripts(term: Term, base_url: str, chromium: Browser) -> None:
    with chromium.new_context(base_url=base_url, viewport=ON_PHONE, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(way_in(term))
        page.goto("/availability/rota")
        page.locator("#day-0").select_option("night")
        page.locator("#grid-repeat").select_option("7")
        page.get_by_role("button", name="Save my rota").click()
        expect(page.get_by_role("heading", name="What you have given")).to_be_visible()
    assert set(kinds(term)) == {"night"}, "nothing was said of the other days"
