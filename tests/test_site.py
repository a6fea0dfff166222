"""The handbooks and documents as a site: built whole, with every link and picture, and without any other server."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Final
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).parent.parent
MAKEFILE: Final = (ROOT / "Makefile").read_text()
LOADING: Final = {"script": "src", "img": "src", "iframe": "src", "source": "src", "link": "href", "form": "action"}
"""What a browser fetches or sends by itself, or at a press, and where it says from where."""


class Reader(HTMLParser):
    """What a page loads, links to, and can be linked to at."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if name := found.get("id"):
            self.anchors.add(name)
        if loaded := found.get(LOADING.get(tag, "")):
            self.loaded.append(loaded)
        if tag == "a" and (link := found.get("href")):
            self.links.append(link)


def build(docs: Path, into: Path) -> subprocess.CompletedProcess[str]:
    """The command of ``make site``, over documents in one folder into another."""
    recipe = re.search(r"^site:.*\n\t@\$\(BIN\)/python (.+) -c docs/site docs build/site$", MAKEFILE, re.MULTILINE)
    assert recipe
    command = [sys.executable, *recipe[1].split(), "-c", "docs/site", str(docs), str(into)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    into = tmp_path_factory.mktemp("site")
    done = build(ROOT / "docs", into)
    assert (done.returncode, done.stderr) == (0, ""), "a link, picture or page is missing"
    return into


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Reader]:
    return {path.resolve(): Reader(path.read_text()) for path in site.rglob("*.html")}


def missing(pages: dict[Path, Reader]) -> Iterator[str]:
    """Links to what the site has not."""
    for path, page in pages.items():
        for link in page.links:
            target, _hash, anchor = unquote(link).partition("#")
            found = (path.parent / target).resolve() if target else path
            if re.match(r"[a-z]+:", link):
                continue
            if not found.exists() or (anchor and found in pages and anchor not in pages[found].anchors):
                yield f"{path.name}: {link}"


def test_it_has_a_page_for_every_document(pages: dict[Path, Reader], site: Path) -> None:
    documents = {path.relative_to(ROOT / "docs").with_suffix("") for path in (ROOT / "docs").rglob("*.md")}
    assert documents <= {path.relative_to(site.resolve()).with_suffix("") for path in pages}
    assert len(documents) > 30


def test_every_link_leads_somewhere(pages: dict[Path, Reader]) -> None:
    assert sum(len(page.links) for page in pages.values()) > 1000
    assert list(missing(pages)) == []


def test_nothing_is_loaded_from_another_server(pages: dict[Path, Reader], site: Path) -> None:
    loaded = [each for page in pages.values() for each in page.loaded]
    assert len(loaded) > 100
    assert [each for each in loaded if re.match(r"(?:[a-z]+:)?//", each)] == []
    styles = "".join(path.read_text() for path in site.rglob("*.css"))
    assert re.findall(r"""(?:url\(|@import)\s*["']?(?:https?:)?//[^)"']*""", styles) == []


def test_a_link_that_leads_nowhere_fails_it(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text("# A page\n\n[A page that is not there](nowhere.md)\n")
    done = build(tmp_path / "docs", tmp_path / "site")
    assert (done.returncode, "nowhere.md" in done.stderr) == (1, True)
