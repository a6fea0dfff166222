"""The outbox: mail is put into the database in the transaction that causes it, and sent after."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from urllib.parse import unquote, urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.db import Database
from scheduler.mail.tables import MailRow
from scheduler.settings import Settings

BATCH = 50
MOST_ATTEMPTS = 8
TIMEOUT_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Sent:
    """What one round of sending did."""

    sent: int
    failed: int


def put_in_outbox(db: Session, address: str, subject: str, text: str, now: datetime) -> None:
    """Have a plain-text message sent once the transaction is committed."""
    db.add(MailRow(address=address, subject=subject, text=text, created_at=now, next_try_at=now))


def send_waiting(database: Database, settings: Settings, now: datetime) -> Sent:
    """Send what is due, each message in a transaction of its own, so that none is sent twice."""
    if not settings.smtp_url:
        return Sent(0, 0)
    with database.reading() as db:
        due = db.scalars(select(MailRow.id).where(MailRow.next_try_at <= now).order_by(MailRow.id).limit(BATCH)).all()
    if not due:
        return Sent(0, 0)
    try:
        with _server(settings.smtp_url) as server:
            results = [_send_one(database, server, settings, mail_id, now) for mail_id in due]
    except (OSError, smtplib.SMTPException) as error:
        results = [_put_off(database, mail_id, type(error).__name__, now) for mail_id in due]
    return Sent(sent=sum(results), failed=len(results) - sum(results))


def _send_one(database: Database, server: smtplib.SMTP, settings: Settings, mail_id: int, now: datetime) -> bool:
    with database.writing() as db:
        row = db.get_one(MailRow, mail_id, with_for_update=True)
        if row.next_try_at is None:
            return False
        try:
            server.send_message(_message(row, settings.mail_from, now))
        except smtplib.SMTPException as error:
            _note_failure(row, type(error).__name__, now)
            return False
        # The text of a sign-in mail holds a secret: it is not needed any more.
        row.sent_at, row.next_try_at, row.text = now, None, ""
        return True


def _put_off(database: Database, mail_id: int, error: str, now: datetime) -> bool:
    with database.writing() as db:
        row = db.get_one(MailRow, mail_id)
        if row.next_try_at is not None:
            _note_failure(row, error, now)
    return False


def _note_failure(row: MailRow, error: str, now: datetime) -> None:
    row.attempts += 1
    row.error = error
    row.next_try_at = now + timedelta(minutes=2**row.attempts) if row.attempts < MOST_ATTEMPTS else None


def _message(row: MailRow, sender: str, now: datetime) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, row.address, row.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = make_msgid(domain="mentor-rounds")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(row.text)
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
