"""Sentences come in the language of whoever reads them, and whole where there is no translation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from scheduler import languages
from scheduler.languages import in_language, mark, say, say_many


@pytest.fixture
def french(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    catalog = Catalog("fr")
    catalog.add("Rest until %(until)s", "Repos jusqu’à %(until)s")
    catalog.add(("%(num)s room", "%(num)s rooms"), ("%(num)s salle", "%(num)s salles"))
    place = tmp_path / "fr" / "LC_MESSAGES"
    place.mkdir(parents=True)
    with (place / "messages.mo").open("wb") as file:
        write_mo(file, catalog)
    monkeypatch.setattr(languages, "CATALOGUES", tmp_path)
    languages._catalogue.cache_clear()
    yield
    languages._catalogue.cache_clear()


@pytest.mark.usefixtures("french")
@pytest.mark.parametrize("tag", ["fr", "fr-CA", "fr_FR"])
def test_sentences_are_said_in_the_language_spoken(tag: str) -> None:
    text = mark("Rest until %(until)s")
    with in_language(tag):
        assert say(text, until="07:15") == "Repos jusqu’à 07:15"
        assert say_many("%(num)s room", "%(num)s rooms", 0) == "0 salle", "French counts none as one"
    assert say(text, until="07:15") == "Rest until 07:15"
    assert say_many("%(num)s room", "%(num)s rooms", 0) == "0 rooms"


@pytest.mark.usefixtures("french")
def test_what_has_no_translation_is_said_in_english() -> None:
    with in_language("fr"):
        assert say("100 % free") == "100 % free"
    with in_language("tlh"):
        assert say("Rest until %(until)s", until="noon") == "Rest until noon"


def test_a_value_that_ends_with_a_full_stop_ends_its_sentence_with_it() -> None:
    assert say("It begins on %(day)s.", day="30 nov.") == "It begins on 30 nov."
    assert say("On %(day)s it begins.", day="30 nov.") == "On 30 nov. it begins."
    assert say("And so on%(dots)s", dots="...") == "And so on..."
