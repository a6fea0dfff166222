"""Every sentence for people is in every catalogue, says the same with the same values, and is compiled."""

from __future__ import annotations

import ast
import re
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from scheduler.calendars.wording import WORDINGS
from scheduler.languages import CATALOGUES

ROOT = Path(__file__).parent.parent
METHODS = [("**.py", "python"), ("**.html", "jinja2")]
KEYWORDS = {
    "_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2), "say": None, "say_many": (1, 2), "mark": None,
    "mark_many": (1, 2),
}  # fmt: skip
SAYING = (*KEYWORDS, "say_many")
PLACE = re.compile(r"%\(\w+\)\w|%%")
LANGUAGES = sorted(path.parent.parent.name for path in CATALOGUES.glob("*/LC_MESSAGES/messages.po"))


@cache
def said_in(source: str) -> frozenset[str | tuple[str, str]]:
    """Whatever is said in a folder, read once; a plural as singular and plural."""
    found = [text for _, _, text, _, _ in extract_from_dir(str(ROOT / source), METHODS, keywords=KEYWORDS)]
    return frozenset(text if isinstance(text, str) else (text[0], text[1]) for text in found if text)


def sentences_and_plurals() -> frozenset[str | tuple[str, str]]:
    """Whatever pages and services say."""
    return said_in("scheduler") | said_in("web")


def sentences() -> set[str]:
    """The same; of plurals the singular."""
    return {text if isinstance(text, str) else text[0] for text in sentences_and_plurals()}


def catalogue(language: str) -> Catalog:
    with (CATALOGUES / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def forms(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def test_no_sentence_stands_inside_a_formatted_string() -> None:
    """Nothing extracts it from there, so it would stay English."""
    sources = (path for folder in ("scheduler", "web") for path in (ROOT / folder).rglob("*.py"))
    hidden = [
        f"{path.name}:{call.lineno}"
        for path in sources
        for text in ast.walk(ast.parse(path.read_text()))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in SAYING
        and isinstance(call.args[0], ast.Constant)
    ]  # fmt: skip
    assert hidden == []


def test_french_is_spoken() -> None:
    assert "fr" in LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_left_untranslated(language: str) -> None:
    known = {message.id if isinstance(message.id, str) else message.id[0]: message for message in catalogue(language)}
    assert {text for text in sentences() if text not in known} == set(), "run: make translations"
    assert [text for text, message in known.items() if text and (message.fuzzy or not all(forms(message)))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_hold_the_same_values(language: str) -> None:
    wrong = []
    for message in catalogue(language):
        originals = [message.id] if isinstance(message.id, str) else list(message.id)
        allowed = {place for text in originals for place in PLACE.findall(text)}
        needed = set.intersection(*(set(PLACE.findall(text)) for text in originals)) - {"%(num)s"}
        wrong += [
            text for text in forms(message) if not needed - {"%%"} <= set(PLACE.findall(text)) <= allowed | {"%(num)s"}
        ]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_is_written(language: str) -> None:
    compiled = BytesIO()
    write_mo(compiled, catalogue(language))
    assert compiled.getvalue() == (CATALOGUES / language / "LC_MESSAGES" / "messages.mo").read_bytes()


def test_feeds_speak_every_language_that_pages_do() -> None:
    assert set(LANGUAGES) <= WORDINGS.keys()
