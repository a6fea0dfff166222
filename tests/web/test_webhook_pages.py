"""Programs we tell of changes, as coordinators see them: added, tried, paused, removed, and how it went."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from scheduler import clock
from scheduler.audit.service import record
from scheduler.availability.calendar_download import Fetcher
from scheduler.people.model import OPERATOR
from scheduler.webhooks.delivery import LISTED, any_due, deliver_due
from scheduler.webhooks.service import EVENTS, MOST
from scheduler.webhooks.tables import WebhookDeliveryRow, WebhookRow
from tests.text_gateway import Gateway, gateway
from tests.web.builders import COORDINATOR, RESIDENT, Browser, Pages, words_of
from web.coordinator.webhooks import EVENT_NAMES

SECRET_KEY = "k" * 40


@pytest.fixture
def listener() -> Iterator[Gateway]:
    with gateway() as found:
        yield found


def deliver(pages: Pages, listener: Gateway) -> int:
    port = int(listener.address.rpartition(":")[2].partition("/")[0])
    fetcher = Fetcher(allowed=lambda _: True, ports=frozenset({port}))
    return deliver_due(pages.database, SECRET_KEY, clock.now(), fetcher)


def add(pages: Pages, browser: Browser, address: str = "") -> tuple[int, str]:
    """Tell a program of changes of the settings; one of this machine, which no form takes, is put in its place."""
    data = {"address": "https://hooks.example.org/in?key=sesame", "events": "programme.changed"}
    page = browser.post(pages.path("/webhooks"), data).text
    with pages.database.writing() as db:
        row = db.scalars(select(WebhookRow).order_by(WebhookRow.id.desc())).first()
        assert row is not None
        row.address = address or row.address
        return row.id, page


def act(pages: Pages, browser: Browser, number: int, what: str) -> str:
    answer = browser.post(pages.path(f"/webhooks/{number}"), {"act": what})
    assert answer.status_code == 303
    return words_of(browser.get(pages.path("/webhooks")).text)


def happens(pages: Pages) -> None:
    """The settings are changed, as the record has it."""
    with pages.database.writing() as db:
        record(db, OPERATOR, "programme.changed", clock.now(), pages.programme_id)


def test_every_event_has_a_name() -> None:
    assert tuple(EVENT_NAMES) == EVENTS


def test_the_secret_is_shown_once_and_the_address_never_in_full(pages: Pages) -> None:
    cora = pages.signed_in(COORDINATOR)
    _number, page = add(pages, cora)
    assert re.search(r"whsec_[0-9a-f]{64}", page)
    again = cora.get(pages.path("/webhooks")).text
    assert "whsec_" not in again
    for shown in (page, again):
        assert "https://hooks.example.org" in shown
        assert "sesame" not in shown


def test_a_wrong_address_and_no_event_come_back_with_what_was_typed(pages: Pages) -> None:
    cora = pages.signed_in(COORDINATOR)
    for sent, wrong in (
        ({"address": "https://hooks.example.org/in"}, "events"),
        ({"address": "ftp://hooks.example.org/in", "events": "plan.published"}, "address"),
    ):
        refused = cora.post(pages.path("/webhooks"), sent)
        assert refused.status_code == 422
        assert f'value="{sent["address"]}"' in refused.text
        assert re.findall(r'id="fault-webhook-(\w+)"', refused.text) == [wrong]


def test_a_test_is_sent_signed_and_its_answer_is_listed(pages: Pages, listener: Gateway) -> None:
    cora = pages.signed_in(COORDINATOR)
    number, _page = add(pages, cora, listener.address)
    assert "a test is on its way" in act(pages, cora, number, "test")
    with pages.database.reading() as db:
        assert any_due(db, clock.now())
    listener.statuses[:] = [500]
    deliver(pages, listener)
    assert [(each["type"], each["id"]) for each in listener.taken] == [("test", 0)]
    assert listener.signatures[0].startswith("t=")
    assert "A test · not taken: HTTP 500" in words_of(cora.get(pages.path("/webhooks")).text)
    act(pages, cora, number, "test")
    deliver(pages, listener)
    assert "A test · taken" in words_of(cora.get(pages.path("/webhooks")).text)
    with pages.database.reading() as db:
        assert not any_due(db, clock.now())
        assert db.get_one(WebhookRow, number).attempts == 0, "a test that fails delays nothing"


def test_a_paused_address_is_told_nothing_until_it_goes_on(pages: Pages, listener: Gateway) -> None:
    cora = pages.signed_in(COORDINATOR)
    number, _page = add(pages, cora, listener.address)
    assert "paused" in act(pages, cora, number, "pause")
    happens(pages)
    assert deliver(pages, listener) == 0
    assert "working" in act(pages, cora, number, "resume")
    assert deliver(pages, listener) == 1
    assert [each["type"] for each in listener.taken] == ["programme.changed"]
    assert "Settings are changed · taken" in words_of(cora.get(pages.path("/webhooks")).text)


def test_only_the_last_messages_are_kept(pages: Pages, listener: Gateway) -> None:
    cora = pages.signed_in(COORDINATOR)
    number, _page = add(pages, cora, listener.address)
    for _ in range(LISTED + 2):
        act(pages, cora, number, "test")
        deliver(pages, listener)
    with pages.database.reading() as db:
        assert db.scalar(select(func.count()).select_from(WebhookDeliveryRow)) == LISTED


def test_one_is_removed_with_its_messages_and_no_more_than_allowed_are_added(pages: Pages, listener: Gateway) -> None:
    cora = pages.signed_in(COORDINATOR)
    number, _page = add(pages, cora, listener.address)
    act(pages, cora, number, "test")
    deliver(pages, listener)
    assert "We don’t tell any program of changes so far" in act(pages, cora, number, "remove")
    with pages.database.reading() as db:
        assert db.scalar(select(func.count()).select_from(WebhookDeliveryRow)) == 0
    for _ in range(MOST):
        add(pages, cora)
    data = {"address": "https://hooks.example.org/in", "events": "programme.changed"}
    assert cora.post(pages.path("/webhooks"), data).status_code == 409


def test_nobody_else_sees_or_touches_them(pages: Pages) -> None:
    number, _page = add(pages, pages.signed_in(COORDINATOR))
    for browser in (pages.signed_in(RESIDENT), pages.stranger()):
        assert browser.get(pages.path("/webhooks")).status_code in (302, 404)
        assert browser.post(pages.path(f"/webhooks/{number}"), {"act": "remove"}).status_code in (302, 404)
    other = f"/programmes/{pages.stranger_programme_id}/webhooks/{number}"
    assert pages.signed_in(COORDINATOR).post(other, {"act": "remove"}).status_code == 404
