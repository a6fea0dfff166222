"""Whom a programme tells of its changes: listed, added and removed by its coordinators.

What is told are lines of the audit trail, by their kind and with numbers alone: no names, and nothing that is anybody's
own. Whoever is told reads what has changed by the API, as far as their token goes.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import func, select

from scheduler.audit.service import record
from scheduler.audit.tables import AuditHeadRow
from scheduler.availability.calendar_download import Fetcher, NotFetched, checked_address, must_be_encrypted
from scheduler.db import Db
from scheduler.errors import Fault, NotFound, NotPossible, Rejected
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.programmes.service import lock_programme
from scheduler.webhooks.tables import WebhookDeliveryRow, WebhookRow

EVENTS: Final = (
    "plan.drafted", "plan.published", "session.moved", "session.room_changed", "session.mode_changed",
    "session.facilitators_changed", "session.cancelled", "session.added", "session.reinstated", "group.ended",
    "group.merged", "trouble.accepted", "rota.imported", "people.imported", "programme.changed",
)  # fmt: skip
"""What can be told of: actions of the audit trail that concern what a coordinator's pages show anyway."""
MOST: Final = 10
"""So many a programme has at most."""
LONGEST_ADDRESS: Final = 500
PREFIX: Final = "whsec_"
TEST: Final = "test"
"""The kind of a message that tells of nothing."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """Who is told of what. ``next_try_at`` is when what was not taken is told again, None where it was given up;
    ``attempts`` are those in vain, with the last ``error``."""

    id: int
    address: str
    events: tuple[str, ...]
    made_at: datetime
    attempts: int
    next_try_at: datetime | None
    error: str
    paused: bool
    test_at: datetime | None

    @property
    def host(self) -> str:
        """Where it is told, without the path and the query, which may let anybody in who reads them."""
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.hostname}{f':{parts.port}' if parts.port else ''}"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message that was sent: what of, and why it was not taken, empty if it was. ``event`` is :data:`TEST` for a
    test."""

    at: datetime
    event: str
    error: str


def list_webhooks(db: Db, actor: Actor, programme_id: int) -> tuple[Webhook, ...]:
    """Whom the programme tells, the oldest first."""
    actor.must_have(programme_id, Role.COORDINATOR)
    rows = db.scalars(select(WebhookRow).where(WebhookRow.programme_id == programme_id).order_by(WebhookRow.id))
    return tuple(map(value_of, rows))


def list_deliveries(db: Db, actor: Actor, programme_id: int) -> Mapping[int, tuple[Delivery, ...]]:
    """The last messages to each of the programme's addresses by its number, the newest first."""
    actor.must_have(programme_id, Role.COORDINATOR)
    rows = db.scalars(
        select(WebhookDeliveryRow)
        .join(WebhookRow, WebhookRow.id == WebhookDeliveryRow.webhook_id)
        .where(WebhookRow.programme_id == programme_id)
        .order_by(WebhookDeliveryRow.id.desc())
    )
    found: dict[int, tuple[Delivery, ...]] = {}
    for row in rows:
        found[row.webhook_id] = (*found.get(row.webhook_id, ()), Delivery(row.at, row.event, row.error))
    return found


def add_webhook(
    db: Db, actor: Actor, programme_id: int, address: str, events: Collection[str], secret_key: str, now: datetime
) -> tuple[Webhook, str]:
    """Tell an address of these events from now on; returns it with the secret that signs, which is shown this once.
    Raises ``Rejected`` with every fault."""
    actor.must_have(programme_id, Role.COORDINATOR)
    lock_programme(db, programme_id)
    if faults := tuple(_faults(address, events)):
        raise Rejected(say("Nothing was saved."), faults)
    mine = WebhookRow.programme_id == programme_id
    if (db.scalar(select(func.count()).select_from(WebhookRow).where(mine)) or 0) >= MOST:
        raise NotPossible(
            say("This programme already tells %(most)s addresses.", most=MOST), what_to_do=say("Remove one first.")
        )
    row = WebhookRow(
        programme_id=programme_id,
        address=address.strip(),
        events=[each for each in EVENTS if each in events],
        salt=secrets.token_hex(16),
        made_at=now,
        place=db.scalar(select(AuditHeadRow.place)) or 0,
        attempts=0,
        next_try_at=now,
        error="",
        paused=False,
    )
    db.add(row)
    db.flush()
    record(db, actor, "webhook.added", now, programme_id, webhook=row.id)
    return value_of(row), secret_of(row, secret_key)


def remove_webhook(db: Db, actor: Actor, programme_id: int, webhook_id: int, now: datetime) -> None:
    """Tell an address no more."""
    db.delete(_own(db, actor, programme_id, webhook_id))
    record(db, actor, "webhook.removed", now, programme_id, webhook=webhook_id)


def pause_webhook(db: Db, actor: Actor, programme_id: int, webhook_id: int, now: datetime) -> None:
    """Tell an address nothing until it is resumed."""
    row = _own(db, actor, programme_id, webhook_id)
    if not row.paused:
        row.paused, row.next_try_at = True, None
        record(db, actor, "webhook.paused", now, programme_id, webhook=webhook_id)


def resume_webhook(db: Db, actor: Actor, programme_id: int, webhook_id: int, now: datetime) -> None:
    """Tell an address again that was paused or given up, of what has happened meanwhile, too."""
    row = _own(db, actor, programme_id, webhook_id)
    if row.paused or row.next_try_at is None:
        row.paused, row.next_try_at, row.attempts, row.error = False, now, 0, ""
        record(db, actor, "webhook.resumed", now, programme_id, webhook=webhook_id)


def ask_for_test(db: Db, actor: Actor, programme_id: int, webhook_id: int, now: datetime) -> None:
    """Have a message sent that tells of nothing; of a paused address, too."""
    row = _own(db, actor, programme_id, webhook_id)
    row.test_at = row.test_at or now


def _own(db: Db, actor: Actor, programme_id: int, webhook_id: int) -> WebhookRow:
    actor.must_have(programme_id, Role.COORDINATOR)
    row = db.get(WebhookRow, webhook_id, with_for_update=True)
    if row is None or row.programme_id != programme_id:
        raise NotFound(say("We can’t find that address."))
    return row


def value_of(row: WebhookRow) -> Webhook:
    """A stored one as a value."""
    told = (row.attempts, row.next_try_at, row.error, row.paused, row.test_at)
    return Webhook(row.id, row.address, tuple(row.events), row.made_at, *told)


def secret_of(row: WebhookRow, secret_key: str) -> str:
    """What signs for it: whoever has a copy of the database alone can't sign."""
    signed = f"webhook {row.id} {row.salt}".encode()
    return PREFIX + hmac.new(secret_key.encode(), signed, hashlib.sha256).hexdigest()


def _faults(address: str, events: Collection[str]) -> list[Fault]:
    found = [
        Fault("events", say("Choose one of these: %(known)s.", known=", ".join(EVENTS)))
        for each in [*sorted(set(events) - set(EVENTS))[:1], *([] if events else [""])]
    ]
    try:
        parts = checked_address(address)
        must_be_encrypted(parts)
        Fetcher().must_be_possible(parts)
        if (
            len(address) > LONGEST_ADDRESS
            or parts.username
            or urlsplit(address.strip()).scheme not in ("http", "https")
        ):
            raise NotFetched(say("This is not an address that we can fetch from."))
    except NotFetched as wrong:
        found.append(Fault("address", wrong.message))
    return found
