"""The outbox: mail is put into the database in the transaction that causes it, and sent after."""

from __future__ import annotations

import re
import smtplib
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from urllib.parse import unquote, urlsplit

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from scheduler.db import Database
from scheduler.mail.tables import MailRow
from scheduler.settings import Settings

BATCH = 50
MOST_ATTEMPTS = 8
TIMEOUT_SECONDS = 20
BATCH_SECONDS = 60
LEASE = timedelta(minutes=10)
"""How long a claim holds: longer than a batch and the slowest message at its end."""

# Narrower than RFC 5322: Python's header parser stumbles over brackets, quotes and comments, each time differently.
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w.-]+")


@dataclass(frozen=True, slots=True)
class Sent:
    """What one round of sending did."""

    sent: int
    failed: int


@dataclass(frozen=True, slots=True)
class _Claimed:
    id: int
    address: str
    subject: str
    text: str


def put_in_outbox(
    db: Session, address: str, subject: str, text: str, now: datetime, *, over_at: datetime | None = None
) -> None:
    """Have a plain-text message sent once the transaction is committed, unless it is ``over_at`` a moment before."""
    db.add(MailRow(address=address, subject=subject, text=text, created_at=now, next_try_at=now, over_at=over_at))


def send_waiting(database: Database, settings: Settings, now: datetime) -> Sent:
    """Send what is due. No transaction is open while the server is talked to.

    Each message is claimed first, so two senders never send the same one; only a sender that dies between the
    server's yes and its own note has a message sent again, :data:`LEASE` later.
    """
    forget_what_is_over(database, now)
    due = _due(database, now) if settings.smtp_url else ()
    if not due:
        return Sent(0, 0)
    try:
        with _server(settings.smtp_url) as server:
            results = list(_send_all(database, server, settings, due, now))
    except (OSError, smtplib.SMTPException) as error:
        results = [_put_off(database, mail_id, type(error).__name__, now) for mail_id in due]
    return Sent(sent=results.count(True), failed=results.count(False))


def forget_what_is_over(database: Database, now: datetime) -> None:
    """Give up what is not worth sending any more, and empty its text: it may hold a way in."""
    over = (MailRow.next_try_at.is_not(None), MailRow.over_at <= now)
    with database.reading() as db:
        if db.scalar(select(MailRow.id).where(*over).limit(1)) is None:
            return
    with database.writing() as db:
        db.execute(update(MailRow).where(*over).values(next_try_at=None, text="", error="over"))


def _due(database: Database, now: datetime) -> Sequence[int]:
    with database.reading() as db:
        waiting = select(MailRow.id).where(MailRow.next_try_at <= now)
        return db.scalars(waiting.order_by(MailRow.id).limit(BATCH)).all()


def _send_all(
    database: Database, server: smtplib.SMTP, settings: Settings, due: Iterable[int], now: datetime
) -> Iterator[bool]:
    """Whether each was sent. Ends early where the server hangs up or is slow: the rest stays due, for a new call."""
    ends = time.monotonic() + BATCH_SECONDS
    for mail_id in due:
        if time.monotonic() > ends or server.sock is None:
            return
        mail = _claim(database, mail_id, now)
        if mail is not None:
            error = _error_of_sending(server, mail, settings.mail_from, now)
            _note(database, mail_id, error, now)
            yield not error


def _claim(database: Database, mail_id: int, now: datetime) -> _Claimed | None:
    """Take a message for oneself for a while; None where somebody else was quicker."""
    mine = update(MailRow).where(MailRow.id == mail_id, MailRow.next_try_at <= now).values(next_try_at=now + LEASE)
    with database.writing() as db:
        found = db.execute(mine.returning(MailRow.id, MailRow.address, MailRow.subject, MailRow.text)).first()
    return _Claimed(*found) if found else None


def _error_of_sending(server: smtplib.SMTP, mail: _Claimed, sender: str, now: datetime) -> str:
    """Send a message; empty, or the kind of error. What cannot be written as a mail fails like what is refused."""
    try:
        server.send_message(_message(mail, sender, now))
    except TimeoutError as error:
        server.close()  # what the server answers later must not be taken for its answer to the next message
        return type(error).__name__
    except (OSError, ValueError, smtplib.SMTPException) as error:
        return type(error).__name__
    return ""


def _note(database: Database, mail_id: int, error: str, now: datetime) -> None:
    with database.writing() as db:
        row = db.get(MailRow, mail_id, with_for_update=True)
        if row is None:
            return
        if error:
            _note_failure(row, error, now)
        else:
            # The text of a sign-in mail holds a secret: it is not needed any more.
            row.sent_at, row.next_try_at, row.text = now, None, ""


def _put_off(database: Database, mail_id: int, error: str, now: datetime) -> bool:
    if _claim(database, mail_id, now):
        _note(database, mail_id, error, now)
    return False


def _note_failure(row: MailRow, error: str, now: datetime) -> None:
    row.attempts += 1
    row.error = error
    if row.attempts < MOST_ATTEMPTS:
        row.next_try_at = now + timedelta(minutes=2**row.attempts)
    else:
        row.next_try_at, row.text = None, ""


def _message(mail: _Claimed, sender: str, now: datetime) -> EmailMessage:
    """The message. Raises ValueError for an address or a subject that no header takes."""
    if not _ADDRESS.fullmatch(mail.address):
        raise ValueError("this is no address")
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, mail.address, mail.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = make_msgid(domain="mentor-rounds")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    return message


@contextmanager
def _server(url: str) -> Iterator[smtplib.SMTP]:
    parts = urlsplit(url)
    kind = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
    with kind(parts.hostname or "localhost", parts.port or 25, timeout=TIMEOUT_SECONDS) as server:
        if parts.username:
            if parts.scheme != "smtps":
                server.starttls()
            server.login(unquote(parts.username), unquote(parts.password or ""))
        yield server
