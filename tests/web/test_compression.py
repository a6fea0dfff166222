"""Answers are compressed for whoever takes them so, and betray nothing by their length."""

from __future__ import annotations

import gzip

import pytest

from tests.web.builders import COORDINATOR, RESIDENT, Pages

GZIP = {"Accept-Encoding": "br, gzip;q=0.8"}


@pytest.mark.parametrize(
    ("email", "path"),
    [
        (RESIDENT, "/my-group"),
        (COORDINATOR, "/programmes/{p}/people"),
        (COORDINATOR, "/programmes/{p}/groups/nothing-like-it"),
    ],
)
def test_a_page_is_the_same_but_shorter(pages: Pages, email: str, path: str) -> None:
    browser, where = pages.signed_in(email), path.format(p=pages.programme_id)
    plain, packed = browser.get(where), browser.get(where, headers=GZIP)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.status_code == plain.status_code
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data) * 0.6
    shown = gzip.decompress(packed.data).decode()
    assert shown.count("<") == plain.text.count("<")
    for answer in (plain, packed):
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_page_that_another_site_asks_for_is_not_compressed(pages: Pages) -> None:
    """What it has put into the address must not be packed together with what the page holds."""
    browser = pages.signed_in(RESIDENT)
    for site, encoding in (("cross-site", None), ("same-site", None), ("same-origin", "gzip"), ("none", "gzip")):
        answer = browser.get("/my-group?guess=1", headers={**GZIP, "Sec-Fetch-Site": site})
        assert (answer.status_code, answer.headers.get("Content-Encoding")) == (200, encoding), site


def test_equal_pages_are_of_unequal_length(pages: Pages) -> None:
    stranger = pages.stranger()
    stranger.get("/sign-in")
    lengths = {len(stranger.get("/", headers=GZIP).data) for _ in range(12)}
    assert max(lengths) - min(lengths) > 10


@pytest.mark.parametrize("name", ["style.css", "availability.js", "icon.svg"])
def test_a_file_is_compressed_and_still_known_unchanged(pages: Pages, name: str) -> None:
    stranger, path = pages.stranger(), f"/static/{name}"
    plain, packed = stranger.get(path), stranger.get(path, headers={**GZIP, "Sec-Fetch-Site": "cross-site"})
    if len(plain.data) < 1000:
        assert "Content-Encoding" not in packed.headers
        return
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["ETag"] == "W/" + plain.headers["ETag"]
    assert "max-age=31536000" in packed.headers["Cache-Control"]
    for tag in (packed.headers["ETag"], plain.headers["ETag"]):
        again = stranger.get(path, headers={**GZIP, "If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b"")
    part = stranger.get(path, headers={**GZIP, "Range": "bytes=0-9"})
    assert (part.status_code, part.data) == (206, plain.data[:10])


def test_short_answers_and_those_that_lead_on_stay_as_they_are(pages: Pages) -> None:
    for path in ("/healthz", "/my-group"):
        answer = pages.stranger().get(path, headers=GZIP)
        assert "Content-Encoding" not in answer.headers, path
    head = pages.signed_in(RESIDENT).client.head("/my-group", headers=GZIP)
    assert (head.status_code, head.data, head.headers["Content-Encoding"]) == (200, b"", "gzip")
