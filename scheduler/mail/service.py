"""The outbox: mail is put into the database in the transaction that causes it, and sent after."""

from __future__ import annotations

import smtplib
import ssl
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from sqlalchemy import delete, select, update

from scheduler.db import Database, Db
from scheduler.mail.addresses import TagKind, Tags
from scheduler.mail.messages import Outgoing, message_of
from scheduler.mail.model import Letter, TroubleKind
from scheduler.mail.tables import MailRow, TextRow
from scheduler.mail.troubles import note_arrival, note_trouble, status_of
from scheduler.people.model import Role
from scheduler.people.tables import PersonRow, RoleRow
from scheduler.settings import Settings

SERVICE_URL: Final = "{this service}"
"""Stands in a text for the address of the installation, where who writes it does not know it."""
BATCH: Final = 50
_FINE: Final = 250
MOST_ATTEMPTS: Final = 24
"""About three days in all: RFC 5321 section 4.5.4.1 asks senders to go on for days."""
LONGEST_WAIT: Final = timedelta(hours=4)
TIMEOUT_SECONDS: Final = 20
BATCH_SECONDS: Final = 60
LEASE: Final = timedelta(minutes=10)
"""How long a claim holds: longer than a batch and the slowest message at its end."""

LOOKED_AT_AGAIN: Final = timedelta(hours=1)
"""A message to somebody asleep is looked at again so often: their rota may have changed."""
Asleep = Callable[[Db, Collection[str], datetime], Mapping[str, datetime]]
"""Which of these addresses belong to people who are asleep or away, and until when."""

Outbox = type[MailRow] | type[TextRow]
"""Where e-mails wait, or text messages."""

KEPT: Final = timedelta(days=90)
"""How long it is known to whom something was sent, and under which subject."""

_MOST_COORDINATORS: Final = 5
"""More addresses than this in one Reply-To help nobody."""

_NOTHING: Final = dict.fromkeys(
    ("text", "calendar", "file", "sender", "sender_name", "reply_to", "stop_url", "sheet"), ""
)
"""What is kept of a message that is sent or given up: it may hold a way in, and it is not needed any more."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What one round of sending did."""

    sent: int
    failed: int


@dataclass(frozen=True, slots=True)
class _Failure:
    """Why a message was not sent; with a ``status`` the recipient's server refused it for good."""

    error: str
    status: str = ""


def put_in_outbox(
    db: Db,
    address: str,
    subject: str,
    text: str,
    now: datetime,
    *,
    over_at: datetime | None = None,
    programme_id: int | None = None,
    urgent: bool = False,
) -> None:
    """Have a plain-text message sent once the transaction is committed, unless it is ``over_at`` a moment before.

    Answers go to the coordinators of ``programme_id``; what is not ``urgent`` waits until its reader is awake.
    """
    post(db, Letter(address, subject, text, over_at=over_at, programme_id=programme_id, urgent=urgent), now)


def post(db: Db, letter: Letter, now: datetime) -> int:
    """Have a letter sent once the transaction is committed; returns its number in the outbox."""
    row = MailRow(
        address=letter.address,
        subject=letter.subject,
        text=letter.text,
        calendar=letter.calendar,
        method=letter.method,
        sender=letter.sender,
        stop_url=letter.stop_url,
        file=letter.file,
        sheet=letter.sheet,
        sender_name=letter.sender_name,
        reply_to=letter.reply_to or coordinators_of(db, letter.programme_id),
        urgent=letter.urgent,
        over_at=letter.over_at,
        created_at=now,
        next_try_at=now,
    )
    db.add(row)
    db.flush()
    return row.id


def coordinators_of(db: Db, programme_id: int | None) -> str:
    """The addresses of a programme's coordinators, as they stand in a header; empty without a programme."""
    if programme_id is None:
        return ""
    addresses = db.scalars(
        select(PersonRow.email)
        .join(RoleRow, RoleRow.person_id == PersonRow.id)
        .where(RoleRow.programme_id == programme_id, RoleRow.role == Role.COORDINATOR)
        .order_by(PersonRow.id)
        .limit(_MOST_COORDINATORS)
    )
    return ", ".join(addresses)


def withdraw(db: Db, mail_ids: Iterable[int]) -> None:
    """Give up messages that wait and are not true any more. What was sent, or is being sent now, stays as it is."""
    waiting = update(MailRow).where(MailRow.id.in_(list(mail_ids)), MailRow.next_try_at.is_not(None))
    db.execute(waiting.values(next_try_at=None, error="over", **_NOTHING))


def hold(db: Db, mail_ids: Collection[int], until: datetime) -> None:
    """Do not send messages that wait before a moment."""
    if mail_ids:
        waiting = update(MailRow).where(MailRow.id.in_(list(mail_ids)), MailRow.next_try_at < until)
        db.execute(waiting.values(next_try_at=until))


def send_waiting(
    database: Database, settings: Settings, now: datetime, asleep: Asleep = lambda _db, _addresses, _now: {}
) -> Sent:
    """Send what is due. No transaction is open while the server is talked to. Whoever is ``asleep`` gets what is not
    urgent once they are awake.

    Each message is claimed first, so two senders never send the same one; only a sender that dies between the
    server's yes and its own note has a message sent again, :data:`LEASE` later, under the same Message-ID.
    """
    forget_what_is_over(database, now)
    due = due_now(database, MailRow, now, asleep) if settings.smtp_url else ()
    if not due:
        return Sent(0, 0)
    try:
        with _server(settings.smtp_url) as server:
            results = list(_send_all(database, server, Tags(settings), due, now))
    except (OSError, smtplib.SMTPException) as error:
        results = [_put_off(database, mail_id, _Failure(type(error).__name__), now) for mail_id in due]
    return Sent(sent=results.count(True), failed=results.count(False))


def forget_what_is_over(database: Database, now: datetime) -> None:
    """Give up what is not worth sending any more, and empty its text: it may hold a way in."""
    give_up_what_is_over(database, MailRow, _NOTHING, now)


def forget_old(database: Database, now: datetime) -> None:
    """Forget what was sent or given up :data:`KEPT` ago: by then nothing of it returns."""
    forget_sent(database, MailRow, now)


def give_up_what_is_over(database: Database, table: Outbox, emptied: Mapping[str, str], now: datetime) -> None:
    """Give up what waits in an outbox beyond its time; of it these columns are ``emptied``."""
    over = (table.next_try_at.is_not(None), table.over_at <= now)
    with database.reading() as db:
        if db.scalar(select(table.id).where(*over).limit(1)) is None:
            return
    with database.writing() as db:
        db.execute(update(table).where(*over).values(next_try_at=None, error="over", **emptied))


def forget_sent(database: Database, table: Outbox, now: datetime) -> None:
    """Forget what was sent or given up :data:`KEPT` ago."""
    with database.writing() as db:
        db.execute(delete(table).where(table.next_try_at.is_(None), table.created_at <= now - KEPT))


def due_now(database: Database, table: Outbox, now: datetime, asleep: Asleep) -> Sequence[int]:
    """What is to be sent now of an outbox, by id, what somebody waits for first; what is for people asleep is put
    off."""
    with database.reading() as db:
        waiting = select(table.id, table.address, table.urgent).where(table.next_try_at <= now)
        due = db.execute(waiting.order_by(table.urgent.desc(), table.id).limit(BATCH)).all()
        until = asleep(db, {address for _, address, urgent in due if not urgent}, now) if due else {}
    held = {row_id: until[address] for row_id, address, urgent in due if not urgent and address in until}
    if held:
        with database.writing() as db:
            for row_id, wakes in held.items():
                later = min(wakes, now + LOOKED_AT_AGAIN)
                db.execute(update(table).where(table.id == row_id, table.next_try_at < later).values(next_try_at=later))
    return [row_id for row_id, _, _ in due if row_id not in held]


def _send_all(
    database: Database, server: smtplib.SMTP, tags: Tags, due: Iterable[int], now: datetime
) -> Iterator[bool]:
    """Whether each was sent. Ends early where the server hangs up or is slow: the rest stays due, for a new call."""
    ends = time.monotonic() + BATCH_SECONDS
    for mail_id in due:
        if time.monotonic() > ends or server.sock is None:
            return
        mail = _claim(database, mail_id, now)
        if mail is not None:
            failure = _send(server, mail, tags, now)
            _note(database, mail, failure, now)
            yield failure is None


def _claim(database: Database, mail_id: int, now: datetime) -> Outgoing | None:
    """Take a message for oneself for a while; None where somebody else was quicker."""
    mine = update(MailRow).where(MailRow.id == mail_id, MailRow.next_try_at <= now).values(next_try_at=now + LEASE)
    taken = mine.returning(
        MailRow.id,
        MailRow.address,
        MailRow.subject,
        MailRow.text,
        MailRow.calendar,
        MailRow.method,
        MailRow.sender,
        MailRow.stop_url,
        MailRow.file,
        MailRow.sheet,
        MailRow.sender_name,
        MailRow.reply_to,
    )
    with database.writing() as db:
        found = db.execute(taken).first()
    return Outgoing(**found._mapping) if found else None


def _written(mail: Outgoing, tags: Tags) -> Outgoing:
    """The message with the address of this installation in it."""
    return replace(mail, text=mail.text.replace(SERVICE_URL, tags.settings.base_url))


def _send(server: smtplib.SMTP, mail: Outgoing, tags: Tags, now: datetime) -> _Failure | None:
    """Send a message; None, or what failed. What cannot be written as a mail fails like what is refused.

    What cannot be delivered returns to an address of the message's own, so that it is known whom it did not reach.
    """
    try:
        server.send_message(
            message_of(_written(mail, tags), tags, now), tags.address(TagKind.MESSAGE, mail.id), [mail.address]
        )
    except TimeoutError as error:
        server.close()  # what the server answers later must not be taken for its answer to the next message
        return _Failure(type(error).__name__)
    except smtplib.SMTPRecipientsRefused as error:
        return _refusal(error, *error.recipients[mail.address])
    except smtplib.SMTPDataError as error:
        return _refusal(error, error.smtp_code, error.smtp_error)
    except (OSError, ValueError, smtplib.SMTPException) as error:
        return _Failure(type(error).__name__)
    return None


def _refusal(error: Exception, code: int, reply: bytes | str) -> _Failure:
    """A refusal: for good by a code of the 500s (RFC 5321 section 4.2.1), for now by any other."""
    words = reply.decode(errors="replace") if isinstance(reply, bytes) else reply
    return _Failure(type(error).__name__, status_of(code, words) if code >= 500 else "")


def _note(database: Database, mail: Outgoing, failure: _Failure | None, now: datetime) -> None:
    with database.writing() as db:
        row = db.get(MailRow, mail.id, with_for_update=True)
        if row is None:
            return
        if failure is None:
            _finish(row)
            row.sent_at = now
            note_arrival(db, mail.address)
            return
        _note_failure(row, failure, now)
        if failure.status:
            note_trouble(db, mail.address, TroubleKind.REFUSED, failure.status, now)


def _put_off(database: Database, mail_id: int, failure: _Failure, now: datetime) -> bool:
    mail = _claim(database, mail_id, now)
    if mail:
        _note(database, mail, failure, now)
    return False


def _note_failure(row: MailRow, failure: _Failure, now: datetime) -> None:
    row.attempts += 1
    row.error = failure.error
    if failure.status or row.attempts >= MOST_ATTEMPTS:
        _finish(row)
    else:
        row.next_try_at = now + wait_after(row.attempts)


def wait_after(attempts: int) -> timedelta:
    """How long to wait after so many attempts in vain: 2, 4, 8 minutes, and so on up to four hours."""
    return min(timedelta(minutes=2 ** min(attempts, 12)), LONGEST_WAIT)


def _finish(row: MailRow) -> None:
    row.next_try_at = None
    for column, nothing in _NOTHING.items():
        setattr(row, column, nothing)


def greet(url: str) -> str:
    """Say hello to a mail server, and sign in where that is set: why it does not take e-mail, or nothing."""
    try:
        with _server(url) as server:
            status, _ = server.noop()
    except (OSError, smtplib.SMTPException) as error:
        return type(error).__name__
    return "" if status == _FINE else str(status)


def _connection(parts: SplitResult) -> smtplib.SMTP:
    host, port = parts.hostname or "localhost", parts.port or 25
    if parts.scheme == "smtps":
        return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context())
    return smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)


@contextmanager
def _server(url: str) -> Iterator[smtplib.SMTP]:
    """A connection to the mail server. Whoever asks for a password, or is said to speak TLS, has to prove its name."""
    parts = urlsplit(url)
    with _connection(parts) as server:
        if parts.username:
            if parts.scheme != "smtps":
                server.starttls(context=ssl.create_default_context())
            server.login(unquote(parts.username), unquote(parts.password or ""))
        yield server
