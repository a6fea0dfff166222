"""Every page of a demo whose clock was moved says so, error pages too; no other page does."""

from __future__ import annotations

from pathlib import Path

import pytest

from scheduler import clock
from tests.web.builders import COORDINATOR, RESIDENT, Pages, words_of

BAND = "A demo whose clock was moved: here it is"


def test_a_band_says_which_day_it_is_in_the_readers_language(
    pages: Pages, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = {RESIDENT: ("/my-group", "/my-data", "/calendar", "/nothing-here"), COORDINATOR: (pages.path(),)}
    browsers = {who: pages.signed_in(who) for who in paths}
    asked = [(who, path) for who, each in paths.items() for path in each]
    assert not any(BAND in words_of(browsers[who].get(path).text) for who, path in asked)
    moved = tmp_path / "clock"
    moved.write_text("10")
    monkeypatch.setenv(clock.MOVED, str(moved))
    day = clock.now().date()
    for who, path in asked:
        said = words_of(browsers[who].get(path).text)
        assert BAND in said, path
        assert str(day.year) in said.split(BAND)[1][:60]
    assert BAND in words_of(pages.stranger().get("/sign-in").text)
    french = pages.stranger().get("/sign-in", headers={"Accept-Language": "fr"}).text
    assert "Une démo dont l’horloge a été avancée" in french
