"""Where somebody wanted to go is where they arrive, by whichever way they sign in; and it is a page of ours."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from tests.web.builders import BASE_URL, COORDINATOR, RESIDENT, Browser, Pages, code_of
from tests.web.test_group_pages import session_of
from tests.web.test_signing_in import mails


def asked_to_sign_in(browser: Browser, path: str) -> str:
    """Open a page as a stranger: the address of the page that asks."""
    answer = browser.get(path)
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def hidden_next(page: str) -> str:
    found = re.search(r'name="next" value="([^"]*)"', page)
    return unescape(found[1]) if found else ""


def test_a_deep_link_outlives_signing_in_by_mail_even_in_another_browser(pages: Pages) -> None:
    path = f"/sessions/{session_of(pages).id}"
    browser = pages.stranger()
    ask = asked_to_sign_in(browser, path)
    assert parse_qs(urlsplit(ask).query) == {"next": [path]}
    wanted = hidden_next(browser.get(ask).text)
    assert wanted == path
    browser.post("/sign-in", {"email": RESIDENT, "next": wanted})
    [(_address, text)] = mails(pages)
    link = re.search(re.escape(BASE_URL) + r"(/sign-in/\S+)", text)
    assert link
    other = pages.stranger()
    page = other.get(link[1])
    used = other.post(urlsplit(link[1]).path, {"next": hidden_next(page.text), "code": code_of(text)})
    assert (used.status_code, used.headers["Location"]) == (303, path)
    assert other.get(path).status_code == 200


def test_a_link_that_is_over_is_exchanged_for_one_to_the_same_page(pages: Pages) -> None:
    path, link, browser = "/availability?week=2027-03-01", pages.link(RESIDENT, stays=False), pages.stranger()
    browser.post(f"/sign-in/{link}")
    over = pages.stranger()
    page = over.get(f"/sign-in/{link}?next={quote(path, safe='')}")
    assert hidden_next(page.text) == path
    sent = over.post("/sign-in/again", {"secret": link, "next": path})
    assert parse_qs(urlsplit(sent.headers["Location"]).query) == {"next": [path]}
    assert f"?next={quote(path, safe='')}" in mails(pages)[0][1]


def test_a_link_that_stays_leads_there_at_once(pages: Pages) -> None:
    path = f"/own-groups/{pages.programme_id}"
    answer = pages.stranger().get(f"/sign-in/{pages.link(RESIDENT)}?next={path}")
    assert (answer.status_code, answer.headers["Location"]) == (303, path)


def test_a_form_that_was_sent_after_the_login_had_ended_leads_to_its_page(pages: Pages) -> None:
    path = f"/own-groups/{pages.programme_id}/join"
    ask = pages.stranger().post(path, {"code": "x"}).headers["Location"]
    [wanted] = parse_qs(urlsplit(ask).query)["next"]
    answer = pages.stranger().get(f"/sign-in/{pages.link(RESIDENT)}?next={wanted}")
    ada = pages.signed_in(RESIDENT)
    assert ada.get(answer.headers["Location"]).headers["Location"] == f"/own-groups/{pages.programme_id}"


ELSEWHERE = (
    *("https://evil.example", "//evil.example", "///evil.example", "http:evil.example", "http:///evil.example"),
    *("/\\evil.example", "\\/evil.example", "/%5Cevil.example", "/%2F/evil.example", "/%2Fevil.example"),
    *(
        "/\t/evil.example",
        "/\n/evil.example",
        "/\r/evil.example",
        "\t//evil.example",
        "/%09/evil.example",
        "/ /evil.example",
    ),
    *("/\x1f/evil.example", "/\x7f/evil.example", "/\u2028/evil.example", "/\u00a0/evil.example"),
    *("/.//evil.example", "/..//evil.example", "/my-group//evil.example", "//evil.example/my-group", "/;@evil.example"),
    *(
        "@evil.example",
        "http://[evil",
        "//[evil",
        "javascript:alert(1)",
        "data:text/html,x",
        "my-group",
        "http:/my-group",
    ),
    *("/my-group\r\nSet-Cookie: x=1", "/my-group\tx", "/nowhere", "/sign-out/../..//evil.example", "/" + "x" * 400),
)
"""What leads off a site where it is believed, in one browser or another."""


@pytest.mark.parametrize("elsewhere", [*ELSEWHERE, "/about/autumn"])
def test_nothing_leads_elsewhere(pages: Pages, elsewhere: str) -> None:
    there = quote(elsewhere, safe="")
    answer = pages.stranger().get(f"/sign-in/{pages.link(RESIDENT)}?next={there}")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/my-group")
    assert hidden_next(pages.stranger().get(f"/sign-in?next={there}").text) == ""
    pages.stranger().post("/sign-in", {"email": RESIDENT, "next": elsewhere})
    assert "next=" not in mails(pages)[0][1]


def test_whoever_signs_in_as_somebody_else_comes_to_their_own_page(pages: Pages) -> None:
    path = pages.path("/rules")
    ada = pages.stranger().get(f"/sign-in/{pages.link(RESIDENT)}?next={path}")
    cora = pages.stranger().get(f"/sign-in/{pages.link(COORDINATOR)}?next={path}")
    assert (ada.headers["Location"], cora.headers["Location"]) == ("/my-group", path)
