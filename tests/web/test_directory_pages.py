"""The directory of facilitators, on pages."""

from __future__ import annotations

import re

from tests.web.builders import (
    COORDINATOR,
    FACILITATOR,
    OTHER_RESIDENT,
    OVERSEER,
    STRANGER_COORDINATOR,
    Browser,
    Pages,
    words_of,
)

SPARE = "gil.spare@example.org"


def path(pages: Pages) -> str:
    return f"/facilitating/directory/{pages.programme_id}"


def enter(browser: Browser, pages: Pages, **typed: str) -> int:
    seen = re.search(r'name="seen" value="([^"]+)"', browser.get(path(pages)).text)
    assert seen
    return browser.post(path(pages), {"seen": seen[1], **typed}).status_code


def test_a_facilitator_ticks_to_be_listed_and_sees_others_only_then(pages: Pages) -> None:
    fay, gil = pages.signed_in(FACILITATOR), pages.signed_in(SPARE)
    assert path(pages) in fay.get("/facilitating").text
    assert not re.search(r'name="listed" value="1" checked', fay.get(path(pages)).text)
    assert enter(fay, pages, listed="1", topics="Careers & <i>rest</i>", languages="Polish") == 303
    assert "Careers" not in gil.get(path(pages)).text
    assert enter(gil, pages, listed="1") == 303
    page = gil.get(path(pages)).text
    assert "Careers &amp; &lt;i&gt;rest&lt;/i&gt;" in page
    assert "Fay Lantern North Hospital" in words_of(page)
    assert "fay.lantern" not in page
    cora = pages.signed_in(COORDINATOR)
    assert pages.path("/facilitators/directory") in cora.get(pages.path("/facilitators")).text
    assert "Languages: Polish" in words_of(cora.get(pages.path("/facilitators/directory")).text)
    assert enter(fay, pages, topics="Careers") == 303
    assert "Fay Lantern" not in words_of(gil.get(path(pages)).text).split("Who is listed")[1]
    assert "Careers" not in fay.get(path(pages)).text, "what was written for it is deleted"


def test_nobody_else_opens_or_sends_it(pages: Pages) -> None:
    enter(pages.signed_in(FACILITATOR), pages, listed="1", topics="Careers")
    for who in (OTHER_RESIDENT, OVERSEER, STRANGER_COORDINATOR, COORDINATOR):
        browser = pages.signed_in(who)
        assert browser.get(path(pages)).status_code == 404
        assert browser.post(path(pages), {"listed": "1"}).status_code == 404
    for who in (OTHER_RESIDENT, OVERSEER, STRANGER_COORDINATOR, FACILITATOR):
        assert pages.signed_in(who).get(pages.path("/facilitators/directory")).status_code == 404
    other = f"/facilitating/directory/{pages.stranger_programme_id}"
    assert pages.signed_in(FACILITATOR).get(other).status_code == 404


def test_words_that_are_too_long_come_back_as_typed(pages: Pages) -> None:
    fay = pages.signed_in(FACILITATOR)
    assert enter(fay, pages, listed="1", topics="x" * 201) == 422
    assert not re.search(r'name="listed" value="1" checked', fay.get(path(pages)).text)
