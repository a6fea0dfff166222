"""A page looks at one moment, in one transaction, and asks no more the more there is to show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape

import pytest
from sqlalchemy import event, select

from scheduler.db import Database
from scheduler.plans.tables import GroupRow, MemberRow
from scheduler.sessions.tables import AttendeeRow, SessionRow
from tests.web.builders import COORDINATOR, FACILITATOR, OVERSEER, RESIDENT, Pages
from tests.web.forms.test_answers import PLAYERS
from tests.web.test_permissions import addresses
from tests.web.test_uploads import BAD_LISTS, ROTA_DAYS, rota

ADA = "Ada Quill"
ENTRIES = ["08:00-17:00"] * len(ROTA_DAYS)


@dataclass(slots=True)
class Counted:
    transactions: int = 0
    queries: list[str] = field(default_factory=list)


@contextmanager
def counting(database: Database) -> Iterator[Counted]:
    """How often a transaction is begun and a query sent, whatever part of the product does it."""
    counted = Counted()

    def begin(_connection: object) -> None:
        counted.transactions += 1

    def execute(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        counted.queries.append(statement)

    event.listen(database.engine, "begin", begin)
    event.listen(database.engine, "after_cursor_execute", execute)
    try:
        yield counted
    finally:
        event.remove(database.engine, "begin", begin)
        event.remove(database.engine, "after_cursor_execute", execute)


def lead_another_group(pages: Pages) -> None:
    """The facilitator of the second group leads the first one, too."""
    fay = pages.ids[FACILITATOR]
    with pages.database.writing() as db:
        group = db.scalars(select(GroupRow).where(GroupRow.key == "g1")).first()
        assert group is not None
        db.add(MemberRow(group_id=group.id, person_id=fay, role="facilitator"))
        for session in db.scalars(select(SessionRow).where(SessionRow.group_key == "g1")):
            db.add(AttendeeRow(session_id=session.id, person_id=fay, role="facilitator", mark="2"))


def test_no_page_opens_more_than_one_transaction(pages: Pages) -> None:
    tried = 0
    for _rule, method, path, audience in list(addresses(pages)):
        if method != "GET" or audience is None or "institution" in path:
            continue
        browser = pages.signed_in(PLAYERS[audience])
        browser.get("/account")  # that somebody was seen is noted once in ten minutes
        if path.startswith("/sign-in/"):
            continue  # signs in
        with counting(pages.database) as counted:
            answer = browser.get(path)
        is_noted = path.partition("?")[0].endswith((".json", ".csv", ".zip", ".xlsx"))  # who took a file out
        tries_to_write = path == "/readyz"  # whether anything can be saved, undone at once
        assert counted.transactions <= 1 + is_noted + tries_to_write, (path, answer.status_code, counted.transactions)
        tried += 1
    assert tried > 40


def links_of(page: str) -> Iterator[str]:
    """Where the links of a page lead within the product."""
    for href in re.findall(r'<a\b[^>]*?href="(/[^"]*)"', page):
        yield unescape(href).partition("#")[0]


def test_no_page_that_links_lead_to_opens_more_than_one(pages: Pages) -> None:
    """What waits, was imported or replaced, and a draft that is being changed, too: one page of each address."""
    browser = pages.signed_in(COORDINATOR)
    for lines in ([ADA, *ENTRIES],), ([ADA, *ENTRIES[1:]],), ([ADA, *ENTRIES], ["Nobody we know", *ENTRIES]):
        there = browser.upload(pages.path("/rotas"), rota(*lines), "ward.xlsx", site="north").location
        browser.post(there, {"then": "import"})  # but for the last one, which has to be asked about
    kind, content, _ = BAD_LISTS["a room for nobody"]
    browser.upload(pages.path(f"/people/{kind}"), content)
    rules = pages.app.url_map.bind("localhost")
    to_see, seen = ["/", there, f"{there}/sheet", pages.path(f"/plans/{pages.draft_id}/edit")], set[str]()
    while to_see:
        path = to_see.pop()
        rule = rules.match(path.partition("?")[0], "GET")[0]
        if rule in seen or "sign" in rule:
            continue
        seen.add(rule)
        with counting(pages.database) as counted:
            answer = browser.get(path)
        is_noted = path.partition("?")[0].endswith((".json", ".csv", ".zip", ".xlsx"))  # who took a file out
        tries_to_write = path == "/readyz"  # whether anything can be saved, undone at once
        assert counted.transactions <= 1 + is_noted + tries_to_write, (path, answer.status_code, counted.transactions)
        to_see += (
            [answer.location] if answer.location else links_of(answer.text) if answer.mimetype == "text/html" else ()
        )
    met = {f"coordinator.{name}" for name in ("edit", "rota_sheet", "rota_taking_back", "rota_waiting", "waiting_list")}
    assert met <= seen, sorted(seen)


@pytest.mark.parametrize("email", [RESIDENT, FACILITATOR, COORDINATOR, OVERSEER])
def test_the_first_page_of_each_opens_one(pages: Pages, email: str) -> None:
    browser = pages.signed_in(email)
    home = browser.get("/").headers["Location"]
    with counting(pages.database) as counted:
        assert browser.get(home).status_code == 200
    assert counted.transactions == 1


@pytest.mark.parametrize(
    "path", ["/facilitating", "/my-goals", "/calendar", "/calendar/card", "/facilitating/record", "/groups/{p}/{g}"]
)
def test_a_page_asks_no_more_of_the_database_for_several_groups_than_for_one(pages: Pages, path: str) -> None:
    with pages.database.reading() as db:
        key = db.scalars(select(GroupRow.key).order_by(GroupRow.id)).all()[1]
    where = path.format(p=pages.programme_id, g=key)
    browser = pages.signed_in(FACILITATOR)
    browser.get(where)
    with counting(pages.database) as one:
        assert browser.get(where).status_code == 200
    lead_another_group(pages)
    with counting(pages.database) as several:
        page = browser.get(where)
    assert page.status_code == 200
    if path == "/facilitating":
        assert page.text.count('<h3 class="gap">Residents</h3>') == 2, "both groups are on the page"
    assert len(several.queries) <= len(one.queries), several.queries


def test_what_a_request_changes_it_sees(pages: Pages) -> None:
    """A reader's transaction is not kept over a change that the same request makes."""
    browser = pages.signed_in(RESIDENT)
    answer = browser.post("/calendar", {"purpose": "person"})
    assert answer.status_code == 200
    assert "Your calendar link is ready" in answer.text
