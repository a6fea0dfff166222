"""Nothing that people read is left out of the translations, and pages can be turned around."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from flask import Flask

import web
from tests.web.builders import RESIDENT, Pages, words_of
from tests.web.forms.test_answers import PLAYERS
from tests.web.test_permissions import addresses
from web import language

WEB = Path(web.__file__).parent
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
READ_ALOUD = re.compile(
    r'\b(?:aria-label|title|alt|placeholder|content)="([^"]*)"|'
    r'<input(?![^>]*type="(?:hidden|radio|checkbox)")[^>]*\bvalue="([^"]*)"'
)
"""What is shown or read out; what a button, a choice or a hidden field is worth to the code is neither."""
NAMES = {"Mentor Rounds", "CSV", "Excel", "width=device-width, initial-scale=1", "light dark"}
SAYS_SOMETHING = {"flash", "Refusal", "Offer", "NotFound", "Rejected", "NotPossible"}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(WEB / "templates")))
def test_templates_hold_no_words_but_in_translatable_strings(path: Path) -> None:
    text = re.sub(r"{% block width %}[\w-]+{% endblock %}", "", path.read_text())
    text = re.sub(r"\{%.*?%\}|\{#.*?#\}", " ", text, flags=re.DOTALL)
    text = re.sub(r"\{\{.*?\}\}", " ", text, flags=re.DOTALL)
    spoken = [value for pair in READ_ALOUD.findall(text) for value in pair if not value.startswith("{")]
    written = re.sub(r"<[^>]*>", "\n", text)
    words = {part.strip(" \n·") for part in (*written.splitlines(), *spoken)}
    assert {part for part in words - NAMES if re.search(r"[A-Za-z]{2}", part)} == set()


@pytest.mark.parametrize("path", sorted(WEB.rglob("*.py")), ids=lambda path: str(path.relative_to(WEB)))
def test_code_says_nothing_but_in_translatable_strings(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in SAYS_SOMETHING:
            bare = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            assert [text for text in bare if " " in text] == [] or path.name == "audiences.py", bare


def test_every_string_is_found_by_the_extraction() -> None:
    methods = [("**.py", "python"), ("**.html", "jinja2")]
    keywords = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
    found = {message for _, _, message, _, _ in extract_from_dir(str(WEB), methods, keywords=keywords)}
    said = {message if isinstance(message, str) else message[0] for message in found}
    assert {"Skip to the main content", "Send me a sign-in link", "%(num)s resident", "night", "Publish now"} <= said
    assert len(said) > 200


def test_a_page_in_a_language_from_right_to_left_is_turned_around(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = pages.signed_in(RESIDENT)
    assert '<html lang="en-GB" dir="ltr">' in browser.get("/my-group").text
    _speak(pages.app, monkeypatch, "ar")
    page = browser.get("/my-group").text
    assert '<html lang="ar" dir="rtl">' in page
    assert "ديسمبر" in page or re.search(r"[\u0600-\u06ff]", words_of(page)), "dates follow the language"


def test_styles_know_no_left_and_right() -> None:
    style = (WEB / "static" / "style.css").read_text()
    assert not re.search(
        r"(?:margin|padding|border|inset)-(?:left|right)|text-align:(?:left|right)|[;{](?:left|right):", style
    )
    assert len(style.encode()) < 16_000


def test_an_unknown_wish_for_a_language_ends_in_english(pages: Pages) -> None:
    answer = pages.stranger().get("/", headers={"Accept-Language": "tlh, nl;q=0.5"})
    assert '<html lang="en-GB"' in answer.text


def test_shares_are_never_rounded_up_to_all(pages: Pages) -> None:
    with pages.app.test_request_context():
        assert [language.percent(share) for share in (0, 0.914, 0.996, 1)] == ["0 %", "91 %", "99 %", "100 %"]


def _speak(app: Flask, monkeypatch: pytest.MonkeyPatch, tag: str) -> None:
    monkeypatch.setattr(app.extensions["babel"], "locale_selector", lambda: tag)


def test_whose_clock_is_meant_is_said_on_every_page_with_a_moment(pages: Pages) -> None:
    """Lists of dates, terms, plans: a reader elsewhere, or of several sites, must not take one clock for another."""
    said = re.compile(r"\b\d{1,2} [A-Z][a-z]+(?: \d{4})?, \d\d:\d\d\b")
    silent, telling = [], 0
    browsers = {email: pages.signed_in(email) for email in set(PLAYERS.values())}
    for _rule, method, path, audience in list(addresses(pages)):
        if method == "GET" and audience in PLAYERS and "institution" not in path:
            answer = browsers[PLAYERS[audience]].get(path)
            page = words_of(answer.text) if answer.mimetype == "text/html" else ""
            if said.search(page):
                telling += 1
                if not re.search(r"(London|UTC) time|The times on this page are in ", page):
                    silent.append(path)
    assert silent == []
    assert telling > 8


def test_the_term_shows_a_readers_own_clock_beside_the_programmes(pages: Pages) -> None:
    ada = pages.signed_in(RESIDENT)
    assert "For you:" not in words_of(ada.get("/my-group").text)
    assert ada.post("/account/clock", {"place": "Kathmandu"}).status_code == 303
    page = words_of(ada.get("/my-group").text)
    term = page[page.index("The term") :]
    assert term.count("Kathmandu time") >= 3
    assert "All times are London time." in term
