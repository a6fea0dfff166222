"""Programs told of changes: signed, in order, again until they have taken it, and never into one's own network."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from scheduler import clock
from scheduler.availability.calendar_download import Fetcher
from scheduler.oversight.trail_words import ACTIONS, Kind, Readers
from scheduler.webhooks.delivery import MOST_ATTEMPTS, any_due, deliver_due
from scheduler.webhooks.service import EVENTS
from scheduler.webhooks.tables import WebhookRow
from tests.text_gateway import Gateway, gateway
from tests.web.api.builders import Program
from tests.web.builders import COORDINATOR, Pages

SECRET_KEY = "k" * 40


@pytest.fixture
def listener() -> Iterator[Gateway]:
    with gateway() as found:
        yield found


def deliver(pages: Pages, listener: Gateway, at: datetime) -> int:
    port = int(listener.address.rpartition(":")[2].partition("/")[0])
    fetcher = Fetcher(allowed=lambda _: True, ports=frozenset({port}))
    return deliver_due(pages.database, SECRET_KEY, at, fetcher)


def add(program: Program, pages: Pages, address: str, *events: str) -> dict[str, str]:
    """Have an address told; one of this machine, which no program may give, is put in its place."""
    answer = program.post(pages.path("/webhooks"), {"address": "https://example.org/hook", "events": list(events)})
    assert answer.status_code == 201, answer.text
    with pages.database.writing() as db:
        db.get_one(WebhookRow, answer.json["id"]).address = address
    return dict(answer.json)


def rename(program: Program, pages: Pages, name: str) -> None:
    read = program.get(pages.path())
    changed = program.put(pages.path(), {**read.json, "name": name}, headers={"If-Match": read.headers["ETag"]})
    assert changed.status_code == 200


def test_changes_are_told_signed_in_order_and_without_names(pages: Pages, program: Program, listener: Gateway) -> None:
    rename(program, pages, "Before anybody listened")
    made = add(program, pages, listener.address, "programme.changed", "plan.published")
    assert deliver(pages, listener, clock.now()) == 0
    rename(program, pages, "Summer term")
    program.post(pages.path("/runs"), {"seconds": 2})  # nobody asked for this
    read = program.json(f"/plans/{pages.draft_id}")
    assert program.post(f"/plans/{pages.draft_id}/publish", {}).status_code == 200, read
    with pages.database.reading() as db:
        assert any_due(db, clock.now())
    at = clock.now()
    assert deliver(pages, listener, at) == 2
    assert [each["type"] for each in listener.taken] == ["programme.changed", "plan.published"]
    published = listener.taken[1]
    assert set(published) == {"id", "type", "at", "programme", "data"}
    assert published["data"] == {"plan": pages.draft_id, "revision": 2}
    body = json.dumps(published, separators=(",", ":")).encode()
    moment, _, signed = listener.signatures[1].partition(",v1=")
    expected = hmac.new(made["secret"].encode(), moment.removeprefix("t=").encode() + b"." + body, hashlib.sha256)
    assert signed == expected.hexdigest()
    assert moment == f"t={int(at.timestamp())}"
    assert deliver(pages, listener, at + timedelta(hours=1)) == 0
    with pages.database.reading() as db:
        assert not any_due(db, clock.now())


def test_what_is_not_taken_is_told_again_later_and_in_the_end_given_up(
    pages: Pages, program: Program, listener: Gateway
) -> None:
    add(program, pages, listener.address, "programme.changed")
    rename(program, pages, "First")
    rename(program, pages, "Second")
    at = clock.now()
    listener.statuses[:] = [500, 302]
    assert deliver(pages, listener, at) == 0
    assert deliver(pages, listener, at) == 0  # not before its time
    assert len(listener.taken) == 1
    assert deliver(pages, listener, at + timedelta(minutes=3)) == 0
    [told] = program.json(pages.path("/webhooks"))["items"]
    assert (told["attempts"], told["error"], "secret" in told) == (2, "HTTP 302", False)
    assert deliver(pages, listener, at + timedelta(hours=1)) == 2
    assert [each["id"] for each in listener.taken[:3]] == [listener.taken[0]["id"]] * 3
    rename(program, pages, "Third")
    listener.statuses[:] = [500] * MOST_ATTEMPTS
    for day in range(1, MOST_ATTEMPTS + 2):
        deliver(pages, listener, at + timedelta(days=day))
    [told] = program.json(pages.path("/webhooks"))["items"]
    assert (told["attempts"], told["next_try_at"]) == (MOST_ATTEMPTS, None)
    assert listener.statuses == []


def test_nothing_can_be_told_that_coordinators_do_not_read() -> None:
    assert {ACTIONS[event].readers for event in EVENTS} <= {Readers.BOTH, Readers.COORDINATORS}
    assert not {ACTIONS[event].kind for event in EVENTS} & {Kind.OWN, Kind.CONCERNS, Kind.RELATIONS, Kind.OVERRIDES}


def test_nothing_is_sent_into_ones_own_network(pages: Pages, program: Program, listener: Gateway) -> None:
    add(program, pages, listener.address, "programme.changed")
    rename(program, pages, "Summer term")
    assert deliver_due(pages.database, SECRET_KEY, clock.now(), Fetcher()) == 0
    assert listener.taken == []
    assert program.json(pages.path("/webhooks"))["items"][0]["attempts"] == 1


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"address": "http://example.org/hook"}, "address"),
        ({"address": "ftp://example.org/hook"}, "address"),
        ({"address": "webcal://example.org/hook"}, "address"),
        ({"address": "https://me:secret@example.org/hook"}, "address"),
        ({"address": "nowhere"}, "address"),
        ({"address": "https://example.org:8443/hook"}, "address"),
        ({"address": "http://localhost/hook"}, "address"),
        ({"address": "https://rota.localhost./hook"}, "address"),
        ({"address": "https://127.1/hook"}, "address"),
        ({"address": "https://10.0.0.5/hook"}, "address"),
        ({"address": "https://[::ffff:192.168.1.1]/hook"}, "address"),
        ({"address": ""}, "address"),
        ({"events": []}, "events"),
        ({"events": ["concern.raised"]}, "events"),
        ({"events": ["check.overridden"]}, "events"),
    ],
)
def test_what_cannot_be_told_is_refused(pages: Pages, program: Program, wrong: dict[str, object], place: str) -> None:
    sent = {"address": "https://example.org/hook", "events": list(EVENTS), **wrong}
    answer = program.post(pages.path("/webhooks"), sent)
    assert answer.status_code == 422
    assert [each["where"] for each in answer.json["errors"]] == [place]


def test_an_address_is_told_no_more_once_it_is_removed_and_no_secret_is_kept(
    pages: Pages, program: Program, listener: Gateway
) -> None:
    made = add(program, pages, listener.address, "programme.changed")
    with pages.database.reading() as db:
        row = db.get_one(WebhookRow, made["id"])
        assert made["secret"].removeprefix("whsec_") not in str(vars(row))
    sent = {"address": "https://example.org/hook", "events": ["plan.published"]}
    keyed = [program.post(pages.path("/webhooks"), sent, headers={"Idempotency-Key": "once"}) for _ in range(2)]
    assert keyed[0].json == keyed[1].json
    secret = keyed[0].json["secret"]
    with pages.database.reading() as db:
        kept = db.scalars(text("SELECT body FROM kept_answer")).all()
    assert kept
    assert not any(secret.removeprefix("whsec_") in each or "address" in each for each in kept)
    assert program.ask("DELETE", pages.path(f"/webhooks/{keyed[0].json['id']}")).status_code == 204
    rename(program, pages, "Summer term")
    assert program.ask("DELETE", pages.path(f"/webhooks/{made['id']}")).status_code == 204
    assert program.ask("DELETE", pages.path(f"/webhooks/{made['id']}")).status_code == 404
    assert deliver(pages, listener, clock.now()) == 0
    for _ in range(10):
        add(program, pages, "https://example.org/hook", "plan.published")
    more = {"address": "https://example.org/hook", "events": ["plan.published"]}
    assert program.post(pages.path("/webhooks"), more).status_code == 409


def test_a_token_that_may_only_read_sees_where_it_is_told_and_not_the_whole_address(
    pages: Pages, program: Program, program_of: Callable[..., Program]
) -> None:
    body = {"address": "https://hooks.example.org:443/in?key=sesame", "events": ["plan.published"]}
    assert program.post(pages.path("/webhooks"), body).json["address"] == body["address"]
    [whole], [part] = (
        each.json(pages.path("/webhooks"))["items"] for each in (program, program_of(COORDINATOR, "read"))
    )
    assert (whole["address"], part["address"]) == (body["address"], "https://hooks.example.org:443")
