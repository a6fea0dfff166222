"""What the handbooks send people to exists: every word on a page, every address, every picture and every promise."""

from __future__ import annotations

import re
import runpy
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from tests.test_promises import kept_by, said
from web.app import BLUEPRINTS

ROOT = Path(__file__).parent.parent
DOCS: Final = ROOT / "docs"
PICTURES: Final = DOCS / "screenshots"
BOOKS: Final = {path.name: path for path in (DOCS / "index.md", DOCS / "quick-start.md", *DOCS.glob("handbooks/*.md"))}
READERS: Final = {"resident", "facilitator", "guest", "coordinator", "oversight", "director", "operator", "developer"}
LARGEST_PICTURE_BYTES: Final = 150_000


def prose(name: str) -> str:
    """A book without its blocks of code."""
    return re.sub(r"^```.*?^```", "", BOOKS[name].read_text(), flags=re.MULTILINE | re.DOTALL)


def labels(name: str) -> list[str]:
    """What stands in bold: words that a reader looks for on a page."""
    return re.findall(r"(?<!\*)\*\*([^*\n]+)\*\*(?!\*)", prose(name))


def addresses(name: str) -> list[str]:
    return re.findall(r"`(/[^`\s]*)`", prose(name))


def quotations(name: str) -> list[str]:
    return re.findall(r"“([^”]+)”", prose(name))


@cache
def pages() -> Flask:
    """Every address of the product, without anything behind it."""
    app = Flask("addresses")
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app


def is_open(address: str) -> bool:
    """Whether a page answers at an address whose gaps are written ``<id>`` or ``<key>``."""
    filled = address.replace("<id>", "1").replace("<key>", "g1")
    try:
        pages().url_map.bind("localhost").match(filled)
    except RequestRedirect:
        return True
    except HTTPException:
        return filled.endswith("/") and any(rule.rule.startswith(filled) for rule in pages().url_map.iter_rules())
    return True


def test_everybody_has_a_handbook_and_the_first_page_leads_to_all() -> None:
    front = BOOKS["index.md"].read_text()
    assert {f"{reader}.md" for reader in READERS} <= BOOKS.keys()
    assert [name for name, path in BOOKS.items() if f"]({path.relative_to(DOCS)})" not in front] == ["index.md"]


@pytest.mark.parametrize("name", BOOKS)
def test_words_in_bold_are_words_on_a_page(name: str) -> None:
    shown = said()
    assert [label for label in labels(name) if label not in shown] == []


@pytest.mark.parametrize("name", BOOKS)
def test_every_address_is_one_of_a_page(name: str) -> None:
    assert [address for address in addresses(name) if not is_open(address)] == []


def test_these_comparisons_find_what_they_look_for() -> None:
    assert sum(len(labels(name)) for name in BOOKS) > 150
    assert sum(len(addresses(name)) for name in BOOKS) > 25
    assert ("I can’t make it" in said(), "I cannot make it" in said()) == (True, False)
    assert (is_open("/programmes/<id>/rotas"), is_open("/programmes/<id>/rosters")) == (True, False)


def test_what_the_page_of_promises_quotes_is_promised_and_kept() -> None:
    kept = " ".join(sentence for sentence, test in kept_by().items() if test)
    quoted = quotations("what-we-promise.md")
    assert len(quoted) > 15
    assert [sentence for sentence in quoted if sentence not in kept] == []


@pytest.mark.parametrize("name", BOOKS)
def test_pictures_are_small_and_described(name: str) -> None:
    for words, target in re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", BOOKS[name].read_text()):
        assert len(words) > 20
        assert (BOOKS[name].parent / target).stat().st_size < LARGEST_PICTURE_BYTES


def test_no_picture_is_kept_for_nothing() -> None:
    books = "".join(path.read_text() for path in (ROOT / "README.md", *BOOKS.values()))
    assert [path.name for path in PICTURES.glob("*.png") if f"screenshots/{path.name})" not in books] == []


def test_every_picture_is_of_a_page_that_a_browser_test_looks_at() -> None:
    cut = runpy.run_path(str(PICTURES / "cut.py"))["PICTURES"]
    tests = "".join(path.read_text() for path in (ROOT / "tests/browser").glob("*.py"))
    looked_at = set(re.findall(r'"([a-z][a-z-]+)"', tests))
    for name, picture in cut.items():
        assert picture.page.removeprefix("group-life-") in looked_at, picture.page
        assert (PICTURES / f"{name}.png").exists()
