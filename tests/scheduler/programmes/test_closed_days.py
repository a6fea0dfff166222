"""Closed days are named in the reader's language, as far as it is known."""

from __future__ import annotations

from datetime import date

from scheduler.languages import in_language
from scheduler.programmes.closed_days import ClosedDays

YEAR = (date(2027, 1, 1), date(2027, 12, 31))


def names(country: str, region: str, language: str) -> dict[date, str]:
    with in_language(language):
        return dict(ClosedDays(country, region).names(*YEAR))


def test_british_holidays_have_french_names_on_french_pages() -> None:
    english, french = names("GB", "ENG", "en"), names("GB", "ENG", "fr")
    assert english[date(2027, 3, 26)] == "Good Friday"
    assert french[date(2027, 3, 26)] == "Vendredi saint"
    assert french.keys() == english.keys()
    assert not set(french.values()) & set(english.values()), "also those that are moved to a working day"


def test_a_country_that_names_its_holidays_in_the_readers_language_does() -> None:
    assert names("FR", "", "fr")[date(2027, 7, 14)] == "Fête nationale"
    assert names("FR", "", "en")[date(2027, 7, 14)] != "Fête nationale"
    assert names("DE", "", "fr")[date(2027, 10, 3)], "what is known in no such language has the country's own name"
