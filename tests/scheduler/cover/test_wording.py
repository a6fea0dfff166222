"""What a cover list says of releases that were really granted."""

from __future__ import annotations

from datetime import date

from scheduler.cover.model import Difference, Wanted
from scheduler.cover.ways import Ways
from scheduler.cover.wording import letter_text
from scheduler.voices.releases import SiteRate


def a_letter(*rates: SiteRate) -> str:
    wanted = Wanted(date(2027, 1, 4), date(2027, 1, 10))
    return letter_text("Rita", wanted, (), Difference((), (), ()), Ways.NO_NEED, rates)


def test_a_rate_is_told_where_there_is_one() -> None:
    assert "at North who have told us since, 4 of 6 were really released" in a_letter(SiteRate(1, "North", 4, 2, 1))
    assert "really released" not in a_letter(SiteRate(1, "North", 0, 0, 5))
    assert "really released" not in a_letter()
