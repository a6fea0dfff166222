"""The links and the search of a list page by page, as they stand in a page."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import render_template_string

from scheduler.paging import Paging
from tests.web.builders import COORDINATOR, Pages, words_of
from web.paging import pages_to_link, read_paging

LIST = """{% from "paging.html" import nothing_found, pager, search with context %}
{{ search(paging, "Find somebody", "coordinator.people", programme_id=1, kind="faculty") }}
{{ pager(paging, "Pages of people", "coordinator.people", programme_id=1, kind="faculty") }}
{{ nothing_found(paging, "coordinator.people", programme_id=1) }}"""


def drawn(pages: Pages, address: str, total: int) -> str:
    with pages.app.test_request_context(address):
        return render_template_string(LIST, paging=read_paging().of(total))


@pytest.mark.parametrize(
    ("number", "pages", "shown"),
    [
        (1, 1, (1,)),
        (1, 4, (1, 2, None, 4)),
        (3, 4, (1, 2, 3, 4)),
        (24, 48, (1, None, 23, 24, 25, None, 48)),
        (48, 48, (1, None, 47, 48)),
    ],
)
def test_the_ends_and_the_neighbours_have_links(number: int, pages: int, shown: tuple[int | None, ...]) -> None:
    assert pages_to_link(Paging(number=number, total=pages * 50)) == shown


def test_every_link_keeps_what_is_searched_for_and_the_filter(pages: Pages) -> None:
    page = drawn(pages, "/?q=o’neil+%26&page=2", 2400)
    assert "51–100 of 2,400" in words_of(page)
    links = [unescape(link) for link in re.findall(r'href="([^"]+)"', page.partition("<nav")[2])]
    assert len(links) == 7  # back, 1, 2, 3, 48, on; and everything again
    assert all("kind=faculty" in link and "q=o%E2%80%99neil+%26" in link for link in links[:-1])
    assert [re.search(r"page=(\d+)", link) is None for link in links[:2]] == [True, True]
    form = page.partition("</form>")[0]
    assert 'action="/programmes/1/people"' in form
    assert '<input type="hidden" name="kind" value="faculty">' in form
    assert 'value="o’neil &amp;"' in form


def test_a_list_of_one_page_has_no_links(pages: Pages) -> None:
    page = drawn(pages, "/", 7)
    assert "7 in all" in words_of(page)
    assert "<ul>" not in page


def test_a_page_beyond_the_end_is_the_last_and_one_that_is_no_number_is_the_first(pages: Pages) -> None:
    assert "101–120 of 120" in words_of(drawn(pages, "/?page=7", 120))
    for asked in ("abc", "0", "-1", "1.5", "٣", "9" * 30, ""):
        assert "1–50 of 120" in words_of(drawn(pages, f"/?page={asked}", 120)), asked
    browser = pages.signed_in(COORDINATOR)
    for address in ("/people?page=abc", "/troubles?page=abc", "/cover?page=abc"):
        assert browser.get(pages.path(address)).status_code == 200, address
    assert browser.get(pages.path("/joining?page=2")).status_code == 200


def test_no_page_links_to_an_address_longer_than_a_server_takes(pages: Pages) -> None:
    """However long the address is that was typed, accents and all, which are three times as long in one."""
    browser = pages.signed_in(COORDINATOR)
    typed = "é" * 1300
    for page in ("/term?by=site&", "/groups?", "/people?role=resident&", "/cover?", "/find?", "/plans/compare?plan=1&"):
        shown = browser.get(pages.path(f"{page}q={typed}"))
        assert shown.status_code == 200
        assert max(map(len, re.findall(r'href="([^"]*)"', shown.text))) < 3000, page
    assert pages.stranger().get(pages.path(f"/people?q={typed}")).headers["Location"] == "/sign-in"
