"""Text messages: put into the database in the transaction that causes them, and handed to the gateway after.

The gateway is an address of the operator's. It takes ``{"to": "+44 …", "text": "…"}`` by POST, with the token in the
header ``Authorization`` where there is one, and answers with a status of the 200s once it has taken it over. A text
names nobody: it is read on locked phones, and passes through other hands.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import urllib3
from sqlalchemy import select, update
from urllib3.exceptions import HTTPError

from scheduler.db import Database, Db
from scheduler.mail.service import LEASE, Asleep, due_now, forget_sent, give_up_what_is_over, wait_after
from scheduler.mail.tables import TextRow
from scheduler.settings import Settings

MOST_ATTEMPTS: Final = 8
"""About four hours in all: what is later than that is no news."""
TIMEOUT_SECONDS: Final = 10.0
_AGAIN: Final = frozenset({408, 425, 429})
"""Statuses of the 400s that say “not now”, and not “never”."""
_NOTHING: Final = {"number": "", "text": ""}


@dataclass(frozen=True, slots=True)
class _Claimed:
    id: int
    number: str
    text: str


def put_text(
    db: Db, number: str, address: str, text: str, now: datetime, over_at: datetime, *, urgent: bool = False
) -> None:
    """Have a text sent once the transaction is committed, unless it is ``over_at`` a moment before. What is not
    ``urgent`` waits until whoever has this e-mail address is awake."""
    db.add(
        TextRow(
            number=number, address=address, text=text, urgent=urgent, created_at=now, next_try_at=now, over_at=over_at
        )
    )


def last_text_failed(db: Db, address: str) -> bool:
    """Whether the last text for somebody was given up; not if it was sent or waits, or there is none."""
    row = db.scalar(select(TextRow).where(TextRow.address == address).order_by(TextRow.id.desc()).limit(1))
    return row is not None and row.sent_at is None and row.next_try_at is None


def send_texts(
    database: Database, settings: Settings, now: datetime, asleep: Asleep = lambda _db, _addresses, _now: {}
) -> int:
    """Hand what is due to the gateway; returns how many it took. No transaction is open meanwhile, and each text is
    claimed first, so that two senders never send the same one."""
    give_up_what_is_over(database, TextRow, _NOTHING, now)
    if not settings.text_gateway:
        return 0
    sent = 0
    with urllib3.PoolManager(timeout=TIMEOUT_SECONDS, retries=False) as gateway:
        for text_id in due_now(database, TextRow, now, asleep):
            claimed = _claim(database, text_id, now)
            if claimed is not None:
                error, is_final = _hand_over(gateway, settings, claimed)
                _note(database, text_id, error, is_final, now)
                sent += not error
    return sent


def forget_old_texts(database: Database, now: datetime) -> None:
    """Forget to whom something was sent long ago."""
    forget_sent(database, TextRow, now)


def _claim(database: Database, text_id: int, now: datetime) -> _Claimed | None:
    mine = update(TextRow).where(TextRow.id == text_id, TextRow.next_try_at <= now).values(next_try_at=now + LEASE)
    with database.writing() as db:
        found = db.execute(mine.returning(TextRow.id, TextRow.number, TextRow.text)).first()
    return _Claimed(*found) if found else None


def _hand_over(gateway: urllib3.PoolManager, settings: Settings, text: _Claimed) -> tuple[str, bool]:
    """Why the gateway did not take a text, empty if it did; and whether it never will. It is never followed elsewhere:
    a number goes to nobody but the address that the operator gave."""
    headers = {"Content-Type": "application/json"}
    if settings.text_token:
        headers["Authorization"] = f"Bearer {settings.text_token}"
    body = json.dumps({"to": text.number, "text": text.text}, ensure_ascii=False).encode()
    try:
        answer = gateway.request("POST", settings.text_gateway, body=body, headers=headers, redirect=False)
    except (HTTPError, OSError, ValueError) as error:
        return type(error).__name__, False
    if 200 <= answer.status < 300:
        return "", False
    return f"HTTP {answer.status}", 300 <= answer.status < 500 and answer.status not in _AGAIN


def _note(database: Database, text_id: int, error: str, is_final: bool, now: datetime) -> None:
    with database.writing() as db:
        row = db.get(TextRow, text_id, with_for_update=True)
        if row is None:
            return
        row.attempts, row.error = row.attempts + 1, error
        if error and not is_final and row.attempts < MOST_ATTEMPTS:
            row.next_try_at = now + min(wait_after(row.attempts), timedelta(hours=1))
            return
        row.next_try_at, row.number, row.text = None, "", ""
        if not error:
            row.sent_at = now
