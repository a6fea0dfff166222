"""Signposts: entered by the coordinator, read at the foot of every member's page."""

from __future__ import annotations

import pytest

from tests.web.builders import COORDINATOR, FACILITATOR, OVERSEER, RESIDENT, STRANGER_COORDINATOR, Pages, words_of

LINE = {"kind": "crisis", "name": "Night Line", "phone": "116 123", "url": "https://help.example/now", "when": "always"}


def enter(pages: Pages, **changed: str) -> int:
    return pages.signed_in(COORDINATOR).post(pages.path("/signposts"), {**LINE, **changed}).status_code


def test_they_are_on_every_members_page_and_where_concerns_are_raised(pages: Pages) -> None:
    assert "Enter where people find help" in words_of(pages.signed_in(COORDINATOR).get(pages.path()).text)
    assert "Night Line" not in pages.signed_in(RESIDENT).get("/my-group").text
    assert enter(pages) == 303
    join = f"/join/{pages.programme_id}"
    shown = {
        RESIDENT: (
            "/my-group",
            "/availability",
            "/calendar",
            "/calendar/card",
            join,
            "/my-goals",
        ),
        FACILITATOR: ("/facilitating", "/facilitating/prompts", "/facilitating/record"),
    }
    for who, paths in shown.items():
        browser = pages.signed_in(who)
        for path in paths:
            page = browser.get(path).text
            assert "Night Line" in page, path
            assert 'href="tel:116123"' in page, path
    assert "Night Line" in pages.stranger().get(f"/concern/{pages.programme_id}").text
    for browser, path in ((pages.stranger(), "/"), (pages.signed_in(OVERSEER), f"/oversight/{pages.programme_id}")):
        assert "Night Line" not in browser.get(path).text
    assert "Enter where people find help" not in words_of(pages.signed_in(COORDINATOR).get(pages.path()).text)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "}, {"phone": "", "url": ""}, {"phone": "call me"}, {"url": "http://help.example"},
        {"url": "javascript:alert(1)"}, {"kind": "spa"}, {"name": "x" * 121}, {"url": "https://a b"},
    ],
)  # fmt: skip
def test_what_helps_nobody_is_refused(pages: Pages, wrong: dict[str, str]) -> None:
    assert enter(pages, **wrong) == 422
    assert "Night Line" not in pages.signed_in(RESIDENT).get("/my-group").text


def test_nobody_else_enters_or_removes_them(pages: Pages) -> None:
    enter(pages)
    for who in (RESIDENT, FACILITATOR, OVERSEER, STRANGER_COORDINATOR):
        browser = pages.signed_in(who)
        assert browser.post(pages.path("/signposts"), LINE).status_code == 404
        assert browser.post(pages.path("/signposts/1/removed")).status_code == 404
    other = pages.signed_in(STRANGER_COORDINATOR)
    assert other.post(f"/programmes/{pages.stranger_programme_id}/signposts/1/removed").status_code == 404
    assert "Night Line" in pages.signed_in(RESIDENT).get("/my-group").text
    assert pages.signed_in(COORDINATOR).post(pages.path("/signposts/1/removed")).status_code == 303
    assert "Night Line" not in pages.signed_in(RESIDENT).get("/my-group").text


def test_there_is_room_for_eight(pages: Pages) -> None:
    for number in range(8):
        assert enter(pages, name=f"Line {number}") == 303
    assert enter(pages, name="One more") == 409
