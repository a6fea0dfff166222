"""Telling of changes: each line in its order, signed, and again after a while until it was taken or given up."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import and_, delete, exists, select

from scheduler.audit.tables import AuditHeadRow, AuditRow
from scheduler.availability.calendar_download import Fetcher, NotFetched
from scheduler.db import Database, Db
from scheduler.mail.service import LEASE, wait_after
from scheduler.webhooks.service import TEST, secret_of
from scheduler.webhooks.tables import WebhookDeliveryRow, WebhookRow

AT_A_TIME: Final = 50
MOST_ATTEMPTS: Final = 20
"""Some two and a half days in all."""
LISTED: Final = 10
"""So many messages to an address are kept for its coordinators to look at."""
TOLD: Final = frozenset({"plan", "revision", "session", "group", "rota", "run"})
"""What of a line's details is told: numbers and keys of what the API shows."""


@dataclass(frozen=True, slots=True)
class _Message:
    webhook_id: int
    address: str
    secret: str
    place: int
    event: str
    body: bytes


def any_due(db: Db, now: datetime) -> bool:
    """Whether anybody is to be told of something: whether the trail of their programme has a line that they want."""
    if db.scalar(select(exists().where(WebhookRow.test_at.is_not(None)))):
        return True
    events = dict(db.execute(select(WebhookRow.id, WebhookRow.events).where(WebhookRow.next_try_at <= now)).all())
    if not events:
        return False
    later = (AuditRow.programme_id == WebhookRow.programme_id, AuditRow.place > WebhookRow.place)
    happened = db.execute(
        select(WebhookRow.id, AuditRow.action)
        .join(AuditRow, and_(*later))
        .where(WebhookRow.id.in_(events), AuditRow.action.in_({one for each in events.values() for one in each}))
        .distinct()
    )
    return any(action in events[webhook_id] for webhook_id, action in happened)


def deliver_due(database: Database, secret_key: str, now: datetime, fetcher: Fetcher) -> int:
    """Tell everybody of what is due; returns how many lines were taken. No transaction is open meanwhile."""
    with database.reading() as db:
        due = db.scalars(select(WebhookRow.id).where(WebhookRow.next_try_at <= now).order_by(WebhookRow.id)).all()
        tests = db.scalars(select(WebhookRow.id).where(WebhookRow.test_at.is_not(None)).order_by(WebhookRow.id)).all()
    for webhook_id in tests:
        _test(database, webhook_id, secret_key, now, fetcher)
    return sum(_deliver(database, webhook_id, secret_key, now, fetcher) for webhook_id in due)


def _test(database: Database, webhook_id: int, secret_key: str, now: datetime, fetcher: Fetcher) -> None:
    """Send what tells of nothing; whatever becomes of it, nothing else waits for it."""
    with database.writing() as db:
        row = db.get(WebhookRow, webhook_id, with_for_update=True)
        if row is None or row.test_at is None:
            return
        row.test_at = None
        told = {"id": 0, "type": TEST, "at": now.isoformat(), "programme": row.programme_id, "data": {}}
        message = _Message(row.id, row.address, secret_of(row, secret_key), row.place, TEST, _written(told))
    error = _tell(message, now, fetcher)
    with database.writing() as db:
        if db.get(WebhookRow, webhook_id) is not None:
            _list(db, message, error, now)


def _deliver(database: Database, webhook_id: int, secret_key: str, now: datetime, fetcher: Fetcher) -> int:
    taken = 0
    while taken < AT_A_TIME:
        message = _next(database, webhook_id, secret_key, now)
        if message is None:
            break
        error = _tell(message, now, fetcher)
        with database.writing() as db:
            _note(db, message, error, now)
        if error:
            break
        taken += 1
    return taken


def _next(database: Database, webhook_id: int, secret_key: str, now: datetime) -> _Message | None:
    """The next line that one is told of, claimed so that nobody else tells of it; None where there is none."""
    with database.writing() as db:
        row = db.get(WebhookRow, webhook_id, with_for_update=True)
        if row is None or row.next_try_at is None or row.next_try_at > now:
            return None
        head = db.scalar(select(AuditHeadRow.place)) or 0  # looked at first: what is sealed meanwhile is for next time
        later = (AuditRow.programme_id == row.programme_id, AuditRow.place > row.place, AuditRow.place <= head)
        line = db.scalar(
            select(AuditRow).where(*later, AuditRow.action.in_(row.events)).order_by(AuditRow.place).limit(1)
        )
        if line is None or line.place is None:
            row.place = max(row.place, head)
            return None
        row.next_try_at = now + LEASE
        return _Message(row.id, row.address, secret_of(row, secret_key), line.place, line.action, _body(line))


def _body(line: AuditRow) -> bytes:
    told: Mapping[str, Any] = {name: value for name, value in line.details.items() if name in TOLD}
    message = {
        "id": line.id, "type": line.action, "at": line.at.isoformat(), "programme": line.programme_id, "data": told
    }  # fmt: skip
    return _written(message)


def _written(message: Mapping[str, Any]) -> bytes:
    return json.dumps(message, separators=(",", ":")).encode()


def _tell(message: _Message, now: datetime, fetcher: Fetcher) -> str:
    """Why it was not taken, empty if it was."""
    headers = {"Content-Type": "application/json", "Rounds-Signature": signature(message.secret, now, message.body)}
    try:
        status = fetcher.send(message.address, message.body, headers)
    except NotFetched as wrong:
        return wrong.message
    return "" if 200 <= status < 300 else f"HTTP {status}"


def signature(secret: str, at: datetime, body: bytes) -> str:
    """``t=1796000000,v1=…``: the moment, and the HMAC (SHA-256) of the moment, a full stop and the body."""
    moment = int(at.timestamp())
    signed = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={signed}"


def _note(db: Db, message: _Message, error: str, now: datetime) -> None:
    row = db.get(WebhookRow, message.webhook_id, with_for_update=True)
    if row is None:
        return
    _list(db, message, error, now)
    if not error:
        row.place, row.attempts, row.error = message.place, 0, ""
        row.next_try_at = None if row.paused else now
        return
    row.attempts, row.error = row.attempts + 1, error
    given_up = row.paused or row.attempts >= MOST_ATTEMPTS
    row.next_try_at = None if given_up else now + wait_after(row.attempts)


def _list(db: Db, message: _Message, error: str, now: datetime) -> None:
    """Have its coordinators see what became of it, beside those before."""
    db.add(WebhookDeliveryRow(webhook_id=message.webhook_id, at=now, event=message.event, error=error))
    db.flush()
    mine = WebhookDeliveryRow.webhook_id == message.webhook_id
    last = select(WebhookDeliveryRow.id).where(mine).order_by(WebhookDeliveryRow.id.desc()).limit(LISTED)
    db.execute(delete(WebhookDeliveryRow).where(mine, WebhookDeliveryRow.id.not_in(db.scalars(last).all())))
