"""Text messages on their way to the gateway: each once, never while somebody sleeps, and nothing is kept after."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from scheduler.db import Database
from scheduler.mail.service import KEPT, LEASE
from scheduler.mail.tables import TextRow
from scheduler.mail.texts import MOST_ATTEMPTS, forget_old_texts, last_text_failed, put_text, send_texts
from scheduler.settings import Settings
from tests.text_gateway import Gateway, gateway

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
MINE = "ada@example.org"


@pytest.fixture
def taking() -> Iterator[Gateway]:
    with gateway() as found:
        yield found


def settings(taking: Gateway, token: str = "s3cret") -> Settings:
    return Settings("", "k" * 40, text_gateway=taking.address, text_token=token)


def put(database: Database, text: str = "Hello", *, urgent: bool = False, hours: int = 24) -> None:
    with database.writing() as db:
        put_text(db, "+44 7700 900123", MINE, text, NOW, NOW + timedelta(hours=hours), urgent=urgent)


def stored(database: Database) -> Sequence[TextRow]:
    with database.reading() as db:
        return db.scalars(select(TextRow).order_by(TextRow.id)).all()


def test_a_text_is_handed_over_once_with_the_token_and_forgotten(storage: Database, taking: Gateway) -> None:
    put(storage, "Mentoring on Tuesday – voilà")
    assert send_texts(storage, settings(taking), NOW) == 1
    assert send_texts(storage, settings(taking), NOW + timedelta(days=1)) == 0
    assert taking.taken == [{"to": "+44 7700 900123", "text": "Mentoring on Tuesday – voilà"}]
    assert taking.tokens == ["Bearer s3cret"]
    [row] = stored(storage)
    assert (row.number, row.text, row.sent_at) == ("", "", NOW)


def test_nothing_is_sent_without_a_gateway(database: Database) -> None:
    put(database)
    assert send_texts(database, Settings("", "k" * 40), NOW) == 0
    assert stored(database)[0].number


def test_a_busy_gateway_is_asked_again_and_a_no_is_final(database: Database, taking: Gateway) -> None:
    put(database)
    taking.statuses = [503, 429]
    now = NOW
    for _ in range(2):
        assert send_texts(database, settings(taking), now) == 0
        [row] = stored(database)
        assert row.next_try_at is not None
        now = row.next_try_at
    assert send_texts(database, settings(taking), now) == 1
    put(database)
    taking.statuses = [400]
    assert send_texts(database, settings(taking), now) == 0
    row = stored(database)[-1]
    assert (row.next_try_at, row.error, row.number, row.text) == (None, "HTTP 400", "", "")
    with database.reading() as db:
        assert last_text_failed(db, MINE)
        assert not last_text_failed(db, "ben@example.org")


def test_a_number_is_never_passed_on_to_another_address(database: Database, taking: Gateway) -> None:
    put(database)
    taking.statuses = [307]
    assert send_texts(database, settings(taking), NOW) == 0
    assert len(taking.taken) == 1
    assert stored(database)[0].error == "HTTP 307"


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/", "ftp://127.0.0.1/x", "http://[broken"])
def test_a_gateway_that_is_not_there_is_given_up_in_the_end(database: Database, address: str) -> None:
    put(database, hours=1000)
    nowhere, now = Settings("", "k" * 40, text_gateway=address), NOW
    for _ in range(MOST_ATTEMPTS):
        send_texts(database, nowhere, now)
        now = stored(database)[0].next_try_at or now
    [row] = stored(database)
    assert (row.attempts, row.next_try_at, row.number) == (MOST_ATTEMPTS, None, "")


def test_what_is_over_is_not_sent(database: Database, taking: Gateway) -> None:
    put(database, hours=1)
    assert send_texts(database, settings(taking), NOW + timedelta(hours=1)) == 0
    assert taking.taken == []
    assert stored(database)[0].number == ""


def test_whoever_sleeps_gets_it_later_unless_it_is_urgent(database: Database, taking: Gateway) -> None:
    put(database, "later")
    put(database, "now", urgent=True)
    wakes = NOW + timedelta(minutes=20)
    asleep = {MINE: wakes}
    assert send_texts(database, settings(taking), NOW, lambda *_: asleep) == 1
    assert [each["text"] for each in taking.taken] == ["now"]
    assert send_texts(database, settings(taking), wakes - timedelta(minutes=1)) == 0
    assert send_texts(database, settings(taking), wakes) == 1


def test_two_senders_never_send_the_same(database: Database, taking: Gateway) -> None:
    put(database)
    with database.writing() as db:
        db.scalars(select(TextRow)).one().next_try_at = NOW + LEASE  # another has it
    assert send_texts(database, settings(taking), NOW) == 0
    assert taking.taken == []


def test_what_was_sent_long_ago_is_forgotten(database: Database, taking: Gateway) -> None:
    put(database)
    send_texts(database, settings(taking), NOW)
    forget_old_texts(database, NOW + KEPT - timedelta(days=1))
    assert stored(database)
    forget_old_texts(database, NOW + KEPT)
    assert stored(database) == []
