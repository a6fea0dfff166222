"""Whatever a page says is said through the catalogue: read in a language that puts every sentence into brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from babel import Locale
from babel.dates import get_day_names, get_month_names
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from sqlalchemy import String, select

from scheduler import languages
from scheduler.db import Base, Database
from tests.test_translations import sentences_and_plurals
from tests.web.builders import COORDINATOR, FACILITATOR, OTHER_RESIDENT, RESIDENT, UNPLACED, Pages

MOST_PAGES = 100
TAG = "fr"
LINK = re.compile(r'(?:href|hx-get)="(/[^"#?]*)')
LEFT_ALONE = {
    "mentor",
    "rounds",
    "english",
    "français",
    "google",
    "calendar",
    "outlook",
    "thunderbird",
    "csv",
    "excel",
    "json",
    "https",
}


@pytest.fixture
def bracketed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A language whose catalogue holds everything, so that whatever stands outside brackets did not come from it."""
    catalog = Catalog(TAG)
    for text in sentences_and_plurals():
        catalog.add(text, f"⟦{text}⟧" if isinstance(text, str) else tuple(f"⟦{form}⟧" for form in text))
    place = tmp_path / TAG / "LC_MESSAGES"
    place.mkdir(parents=True)
    with (place / "messages.mo").open("wb") as file:
        write_mo(file, catalog)
    monkeypatch.setattr(languages, "CATALOGUES", tmp_path)
    languages._catalogue.cache_clear()
    yield
    languages._catalogue.cache_clear()


@pytest.mark.usefixtures("bracketed")
@pytest.mark.parametrize("email", [RESIDENT, OTHER_RESIDENT, UNPLACED, FACILITATOR, COORDINATOR])
def test_every_page_within_reach_speaks_the_readers_language(own_pages: Pages, email: str) -> None:
    browser = own_pages.signed_in(email)
    browser.post("/language", {"to": TAG, "page": "/"})
    known = words_of_data(own_pages.database) | words_of_dates() | LEFT_ALONE
    waiting, seen, wrong = ["/account", "/"], set(), {}
    while waiting and len(seen) < MOST_PAGES:
        path = waiting.pop(0)
        if path in seen:
            continue
        answer = browser.get(path)
        seen.add(path)
        if answer.status_code in (302, 303):
            waiting.insert(0, answer.headers["Location"])
            continue
        if "html" not in answer.content_type:
            continue
        waiting += [link for link in LINK.findall(answer.text) if link not in seen and "/static/" not in link]
        if found := sorted(bare_words(answer.text) - known):
            wrong[path] = found
    assert len(seen) > 3
    assert wrong == {}


def bare_words(page: str) -> set[str]:
    """Words that stand outside brackets, in what is shown or read aloud; what fills a field is data."""
    page = re.sub(r"<(script|style|textarea|code)\b.*?</\1>|<!--.*?-->", " ", page, flags=re.DOTALL)
    aloud = " ".join(re.findall(r'(?:aria-label|title|alt|placeholder)="([^"]*)"', page))
    text = unescape(re.sub(r"<[^>]*>", " ", page) + " " + aloud)
    while re.search(r"⟦[^⟦⟧]*⟧", text):
        text = re.sub(r"⟦[^⟦⟧]*⟧", " ", text)
    return {word.lower() for word in re.findall(r"[^\W\d_]{3,}", text)}


def words_of_data(database: Database) -> set[str]:
    """Words of whatever people have put in: names, places, codes, their own sentences."""
    with database.reading() as db:
        columns = [
            column
            for table in Base.metadata.tables.values()
            for column in table.columns
            if isinstance(column.type, String)
        ]
        values = [value for column in columns for value in db.scalars(select(column)) if value]
    return {word.lower() for value in values for word in re.findall(r"[^\W\d_]{3,}", value)}


def words_of_dates() -> set[str]:
    """Names of days, months and countries, which come from the language itself."""
    names = [
        name
        for width in ("wide", "abbreviated")
        for get in (get_day_names, get_month_names)
        for name in get(width, locale=TAG).values()
    ]
    names += Locale.parse(TAG).territories.values()
    return {word.lower() for name in names for word in re.findall(r"[^\W\d_]{3,}", name)} | {"londres"}
