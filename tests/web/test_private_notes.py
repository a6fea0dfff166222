"""Private notes and goals: on their author's pages, and nowhere else that a page, a download or a table could show."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from scheduler.sessions.tables import SessionRow
from tests.web.builders import (
    COORDINATOR,
    FACILITATOR,
    OTHER_RESIDENT,
    OVERSEER,
    RESIDENT,
    Browser,
    Pages,
    everything_stored,
)

BEN = "ben.marrow@example.org"
NOTE, GOAL = "Quincunx and thistledown", "Sassafras by midsummer"
LINK = re.compile(r'(?:href|hx-get)="(/[^"#]*)')
MOST_PAGES = 120


@pytest.fixture
def noted(pages: Pages) -> Pages:
    """Ada has kept a note and a goal for herself."""
    with pages.database.reading() as db:
        session_id = db.scalars(select(SessionRow.id).where(SessionRow.group_key == "g1").limit(1)).one()
    ada = pages.signed_in(RESIDENT)
    assert ada.post(f"/sessions/{session_id}/note", {"text": NOTE}).status_code == 303
    assert ada.post(f"/my-goals/{pages.programme_id}", {"text": GOAL}).status_code == 303
    return pages


def within_reach(browser: Browser) -> Iterator[str]:
    """Everything that links lead to, downloads too."""
    waiting, seen = ["/account", "/"], set()
    while waiting and len(seen) < MOST_PAGES:
        path = waiting.pop(0)
        if path in seen or "/static/" in path:
            continue
        answer = browser.get(path)
        seen.add(path)
        if answer.status_code in (302, 303):
            waiting.insert(0, answer.headers["Location"])
            continue
        text = words_in(answer.data)
        yield text
        waiting += LINK.findall(text)


def words_in(content: bytes) -> str:
    """What a page or a file says, also where it is packed."""
    if not content.startswith(b"PK"):
        return content.decode(errors="replace")
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return "".join(words_in(file.read(name)) for name in file.namelist())


def test_their_author_reads_them(noted: Pages) -> None:
    everything = "".join(within_reach(noted.signed_in(RESIDENT)))
    assert NOTE in everything
    assert GOAL in everything


@pytest.mark.parametrize("email", [BEN, OTHER_RESIDENT, FACILITATOR, COORDINATOR, OVERSEER])
def test_nothing_within_anybody_elses_reach_holds_them(noted: Pages, email: str) -> None:
    pages = list(within_reach(noted.signed_in(email)))
    assert len(pages) > 3
    assert not [page for page in pages if NOTE in page or GOAL in page]


def test_no_other_table_keeps_a_word_of_them(noted: Pages) -> None:
    kept = {table for table, rows in everything_stored(noted.database).items() if NOTE in str(rows)}
    assert kept == {"private_note"}
    assert {table for table, rows in everything_stored(noted.database).items() if GOAL in str(rows)} == {"goal"}
