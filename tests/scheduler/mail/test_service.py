"""The outbox against a real SMTP server."""

from __future__ import annotations

import ast
import socket
import ssl
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

import scheduler
from scheduler.db import Database
from scheduler.mail.addresses import Tags
from scheduler.mail.messages import Outgoing, message_of
from scheduler.mail.service import (
    BATCH,
    KEPT,
    LEASE,
    MOST_ATTEMPTS,
    Sent,
    _claim,
    forget_old,
    greet,
    put_in_outbox,
    send_waiting,
    wait_after,
)
from scheduler.mail.tables import MailRow
from scheduler.people.tables import PersonRow
from scheduler.settings import Settings
from scheduler.signing_in.links import LINK_MINUTES, Wanted, request_link
from tests.builders import NOW
from tests.certificates import certified
from tests.mail_server import Inbox, serving


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def settings(inbox: Inbox) -> Iterator[Settings]:
    with serving(inbox) as found:
        yield found


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


def test_a_link_that_somebody_waits_for_goes_before_the_letters_of_a_publication(
    storage: Database, settings: Settings, inbox: Inbox
) -> None:
    for number in range(BATCH):
        post(storage, f"r{number}@example.org")
    with storage.writing() as db:
        put_in_outbox(db, "ada@example.org", "Your link", "Here it is", NOW, urgent=True)
    send_waiting(storage, settings, NOW)
    assert inbox.messages[0]["To"] == "ada@example.org"
    assert len(inbox.messages) == BATCH


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
        now += wait_after(attempt)
    assert send_waiting(storage, away, now) == Sent(0, 0)
    [row] = rows(storage)
    assert (row.attempts, row.next_try_at, row.sent_at, row.text) == (MOST_ATTEMPTS, None, None, "")


def test_mail_of_a_failed_transaction_is_never_sent(storage: Database, settings: Settings) -> None:
    def fail_after_posting() -> None:
        with storage.writing() as db:
            put_in_outbox(db, "ada@example.org", "A link", "text", NOW)
            raise LookupError

    with pytest.raises(LookupError):
        fail_after_posting()
    assert send_waiting(storage, settings, NOW) == Sent(0, 0)


def test_an_address_that_no_header_takes_fails_alone(storage: Database, settings: Settings, inbox: Inbox) -> None:
    for address in ("a@[x", "a@", "<", "a@[!", "a@[\t", "a b@example.org", "\x01@x"):
        post(storage, address)
    post(storage, "ada@example.org")
    assert send_waiting(storage, settings, NOW) == Sent(1, 7)
    assert [message["To"] for message in inbox.messages] == ["ada@example.org"]


@given(address=st.text(st.sampled_from("ab.@[]<>()\",;:\\ \n\t=?é'!-_*%"), max_size=12))
def test_any_address_makes_a_message_or_is_refused(address: str) -> None:
    try:
        message = message_of(Outgoing(1, f"a{address}@example.org", "A link", "text"), Tags(Settings("", "key")), NOW)
    except ValueError:
        return
    assert f"a{address}@example.org" in message.as_bytes(policy=message.policy.clone(utf8=True)).decode()


def test_the_database_is_free_while_the_server_is_slow(storage: Database, settings: Settings, inbox: Inbox) -> None:
    """Another process writes while the server thinks; on SQLite that needs the one write lock."""

    def write_meanwhile() -> None:
        with storage.writing() as db:
            put_in_outbox(db, "later@example.org", "Later", "text", NOW + timedelta(days=1))

    inbox.before = write_meanwhile
    post(storage)
    started = time.monotonic()
    assert send_waiting(storage, settings, NOW) == Sent(1, 0)
    assert time.monotonic() - started < 10
    assert [row.address for row in rows(storage)] == ["ada@example.org", "later@example.org"]


def test_two_senders_never_send_the_same(storage: Database, settings: Settings, inbox: Inbox) -> None:
    answers: list[Sent] = []
    inbox.before = lambda: answers.append(send_waiting(storage, settings, NOW))
    post(storage)
    answers.append(send_waiting(storage, settings, NOW))
    assert answers == [Sent(0, 0), Sent(1, 0)]
    assert len(inbox.messages) == 1


def test_a_sender_that_died_leaves_its_mail_to_the_next(storage: Database, settings: Settings) -> None:
    post(storage)
    [mail] = rows(storage)
    assert _claim(storage, mail.id, NOW)
    assert send_waiting(storage, settings, NOW) == Sent(0, 0)
    assert send_waiting(storage, settings, NOW + LEASE) == Sent(1, 0)


def test_a_text_goes_when_its_link_is_over(storage: Database) -> None:
    with storage.writing() as db:
        put_in_outbox(db, "ada@example.org", "A link", "secret", NOW, over_at=NOW + timedelta(minutes=15))
    nowhere = Settings("", "key")
    send_waiting(storage, nowhere, NOW + timedelta(minutes=14))
    assert rows(storage)[0].text == "secret"
    send_waiting(storage, nowhere, NOW + timedelta(minutes=15))
    [row] = rows(storage)
    assert (row.text, row.next_try_at, row.sent_at) == ("", None, None)


def test_a_sign_in_mail_is_over_with_its_link(storage: Database) -> None:
    with storage.writing() as db:
        db.add(PersonRow(name="Ada", email="ada@example.org", created_at=NOW))
        db.flush()
        request_link(db, Settings("", "key"), Wanted("ada@example.org"), NOW)
    send_waiting(storage, Settings("", "key"), NOW + timedelta(minutes=LINK_MINUTES))
    [row] = rows(storage)
    assert (row.text, row.next_try_at) == ("", None)


def test_without_a_server_mail_waits(storage: Database) -> None:
    post(storage)
    assert send_waiting(storage, Settings("", "key"), NOW) == Sent(0, 0)
    assert rows(storage)[0].next_try_at == NOW


def test_to_whom_something_was_sent_is_forgotten_in_time(storage: Database, settings: Settings) -> None:
    post(storage)
    post(storage, "refused@example.org")
    send_waiting(storage, settings, NOW)
    with storage.writing() as db:
        put_in_outbox(db, "late@example.org", "Waits", "text", NOW + timedelta(days=1))
    forget_old(storage, NOW + KEPT - timedelta(seconds=1))
    assert len(rows(storage)) == 3
    forget_old(storage, NOW + KEPT)
    assert [row.address for row in rows(storage)] == ["late@example.org"]


def calls_of(module: Path) -> set[str]:
    """The names of the functions that a module calls."""
    calls = [node.func for node in ast.walk(ast.parse(module.read_text())) if isinstance(node, ast.Call)]
    return {function.id for function in calls if isinstance(function, ast.Name)}


def test_whoever_writes_a_mail_speaks_its_readers_language() -> None:
    writers = [path for path in Path(scheduler.__file__).parent.rglob("*.py") if "put_in_outbox" in calls_of(path)]
    assert len(writers) > 4
    assert [path.name for path in writers if "in_language" not in calls_of(path)] == []


@pytest.mark.parametrize("scheme", ["smtps", "smtp"])
@pytest.mark.parametrize("is_trusted", [True, False], ids=["trusted", "unknown"])
def test_no_password_goes_to_a_server_that_does_not_prove_its_name(
    scheme: str, is_trusted: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = certified("localhost", tmp_path)
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", both)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    asked: list[str] = []

    def take(_server: object, _session: object, _envelope: object, mechanism: str, _data: object) -> AuthResult:
        asked.append(mechanism)
        return AuthResult(success=True)

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    tls = {"ssl_context": context} if scheme == "smtps" else {"tls_context": context}
    more = {"auth_require_tls": scheme != "smtps", "authenticator": take}
    controller = _Unasked(Inbox(), hostname="localhost", port=port, **tls, **more)
    controller.start()
    try:
        answer = greet(f"{scheme}://user:password@localhost:{port}")
    finally:
        controller.stop()
    assert answer == ("" if is_trusted else "SSLCertVerificationError")
    assert bool(asked) == is_trusted


class _Unasked(Controller):
    """Aiosmtpd's asks itself first whether it answers, without knowing its own certificate."""

    def _trigger_server(self) -> None:
        socket.create_connection((self.hostname, self.port), 5).close()
