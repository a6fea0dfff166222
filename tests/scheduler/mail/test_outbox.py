"""The outbox against a real SMTP server."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import timedelta
from email.message import Message

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MessageHandler
from sqlalchemy import select

from scheduler.db import Database
from scheduler.mail.service import MOST_ATTEMPTS, Sent, put_in_outbox, send_waiting
from scheduler.mail.tables import MailRow
from scheduler.settings import Settings
from tests.builders import NOW


class Inbox(MessageHandler):
    """Keeps what the server took; refuses one address."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[Message] = []

    def handle_message(self, message: Message) -> None:
        self.messages.append(message)

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - the server's name for it
        if address.startswith("refused"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def settings(inbox: Inbox) -> Iterator[Settings]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    yield Settings("", "key", smtp_url=f"smtp://127.0.0.1:{port}", mail_from="rounds@example.org")
    controller.stop()


def post(database: Database, address: str = "ada@example.org", text: str = "Grüße,\nAda") -> None:
    with database.writing() as db:
        put_in_outbox(db, address, "A link", text, NOW)


def rows(database: Database) -> list[MailRow]:
    with database.reading() as db:
        return list(db.scalars(select(MailRow).order_by(MailRow.id)))


def test_mail_is_sent_once(storage: Database, settings: Settings, inbox: Inbox) -> None:
    post(storage)
    assert send_waiting(storage, settings, NOW) == Sent(1, 0)
    assert send_waiting(storage, settings, NOW) == Sent(0, 0)
    [message] = inbox.messages
    assert (message["To"], message["From"], message["Subject"]) == ("ada@example.org", "rounds@example.org", "A link")
    assert message.get_payload(decode=True).decode().splitlines() == ["Grüße,", "Ada"]


def test_the_text_is_forgotten_once_it_is_sent(storage: Database, settings: Settings) -> None:
    post(storage, text="a secret link")
    send_waiting(storage, settings, NOW)
    [row] = rows(storage)
    assert row.text == ""
    assert row.sent_at == NOW


def test_one_refused_address_holds_nobody_else_up(storage: Database, settings: Settings, inbox: Inbox) -> None:
    post(storage, "refused@example.org")
    post(storage, "ada@example.org")
    assert send_waiting(storage, settings, NOW) == Sent(1, 1)
    assert [message["To"] for message in inbox.messages] == ["ada@example.org"]


def test_a_server_that_is_away_is_tried_again_later_and_not_for_ever(storage: Database) -> None:
    away = Settings("", "key", smtp_url="smtp://127.0.0.1:9")
    post(storage)
    now = NOW
    for attempt in range(1, MOST_ATTEMPTS + 1):
        assert send_waiting(storage, away, now) == Sent(0, 1)
        assert send_waiting(storage, away, now) == Sent(0, 0)
        now += timedelta(minutes=2**attempt)
    assert send_waiting(storage, away, now) == Sent(0, 0)
    [row] = rows(storage)
    assert (row.attempts, row.next_try_at, row.sent_at) == (MOST_ATTEMPTS, None, None)


def test_mail_of_a_failed_transaction_is_never_sent(storage: Database, settings: Settings) -> None:
    def fail_after_posting() -> None:
        with storage.writing() as db:
            put_in_outbox(db, "ada@example.org", "A link", "text", NOW)
            raise LookupError

    with pytest.raises(LookupError):
        fail_after_posting()
    assert send_waiting(storage, settings, NOW) == Sent(0, 0)


def test_without_a_server_mail_waits(storage: Database) -> None:
    post(storage)
    assert send_waiting(storage, Settings("", "key"), NOW) == Sent(0, 0)
    assert rows(storage)[0].next_try_at == NOW
