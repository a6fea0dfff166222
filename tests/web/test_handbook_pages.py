"""The handbooks' addresses, opened by those who read them: each page is there, and is called as the handbook says."""

from __future__ import annotations

import re
from html import unescape
from typing import Final

import pytest
from sqlalchemy import select

from scheduler import clock
from scheduler.people.model import Role
from scheduler.people.tables import PersonRow, RoleRow
from scheduler.programmes.tables import SiteRow
from tests.test_handbooks import addresses, prose
from tests.web.builders import COORDINATOR, FACILITATOR, OVERSEER, RESIDENT, Browser, Pages, words_of

READERS: Final = {
    "resident.md": RESIDENT,
    "what-we-promise.md": RESIDENT,
    "facilitator.md": FACILITATOR,
    "coordinator.md": COORDINATOR,
    "oversight.md": OVERSEER,
}
"""Who reads which handbook; a director is only there where one is made."""
NAMED: Final = re.compile(r"\*\*([^*\n]+)\*\* \(`(/[^`]+)`\)")
LINK: Final = re.compile(r'<a\b[^>]*\bhref="([^"#]*)[^"]*"[^>]*>(.*?)</a>', re.DOTALL)


def real(pages: Pages, address: str) -> str:
    return address.replace("<id>", str(pages.programme_id))


def opened(pages: Pages, browser: Browser, name: str) -> dict[str, str]:
    """Every page that a handbook names, and the first one of its reader."""
    found = {}
    for address in ("/", *addresses(name)):
        answer = browser.get(real(pages, address), follow_redirects=True)
        assert answer.status_code == 200, address
        found[address] = answer.text
    return found


def is_called(pages: Pages, texts: dict[str, str], label: str, address: str) -> bool:
    """Whether a page says a label itself, or another page has a link of that name to it."""
    if label in words_of(texts[address]):
        return True
    links = [link for text in texts.values() for link in LINK.findall(text)]
    return any(unescape(to) == real(pages, address) and label in words_of(text) for to, text in links)


def a_director(pages: Pages) -> Browser:
    """Somebody with no part in the programme but to direct it."""
    with pages.database.writing() as db:
        person = PersonRow(name="Dora Directs", email="dora@director.example", created_at=clock.now())
        db.add(person)
        db.flush()
        db.add(RoleRow(programme_id=pages.programme_id, person_id=person.id, role=Role.DIRECTOR))
    return pages.signed_in(person.email)


def site_of(pages: Pages) -> int:
    with pages.database.reading() as db:
        return db.scalars(select(SiteRow.id).where(SiteRow.programme_id == pages.programme_id)).all()[0]


@pytest.mark.parametrize("name", READERS)
def test_each_page_is_open_to_its_reader_and_called_as_in_the_handbook(pages: Pages, name: str) -> None:
    texts = opened(pages, pages.signed_in(READERS[name]), name)
    named = NAMED.findall(prose(name))
    assert named
    assert [pair for pair in named if not is_called(pages, texts, *pair)] == []


def test_a_guests_pages_are_called_as_in_the_handbook(pages: Pages) -> None:
    guest = {"name": "Greta Guest", "email": "greta@outside.example", "site": str(site_of(pages))}
    assert pages.signed_in(COORDINATOR).post(pages.path("/guests"), guest).status_code == 303
    texts = opened(pages, pages.signed_in(guest["email"]), "guest.md")
    assert [pair for pair in NAMED.findall(prose("guest.md")) if not is_called(pages, texts, *pair)] == []


def test_a_directors_page_is_called_as_in_the_handbook(pages: Pages) -> None:
    director = a_director(pages)
    address = real(pages, "/director/<id>")
    assert NAMED.findall(prose("director.md")) == [("Evidence", "/director/<id>")]
    assert "Evidence" in words_of(director.get(address).text)
    assert {"/account", "/director/across"} < set(addresses("director.md"))
    assert director.get("/account").status_code == director.get("/director/across").status_code == 200


def test_a_name_that_no_page_has_is_found(pages: Pages) -> None:
    texts = opened(pages, pages.signed_in(RESIDENT), "resident.md")
    assert is_called(pages, texts, "My record", "/my-record")
    assert not is_called(pages, texts, "My records of the year", "/my-record")
