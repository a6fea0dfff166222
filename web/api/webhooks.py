"""Addresses that are told of changes."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from scheduler.webhooks import service
from web.api.operations import WRITE, Answer, changing, operation
from web.api.paging import Asked, Page, part
from web.api.programmes import must_be_there
from web.request_context import actor, database, now, settings, token


class Webhook(msgspec.Struct, frozen=True, kw_only=True):
    """An address that is told of events, for a token that may only read without its path and query. attempts in vain
    are counted since it last took something; next_try_at is null once it was given up or while it is paused."""

    id: int
    address: str
    events: list[str]
    made_at: datetime
    attempts: int
    next_try_at: datetime | None
    error: str
    paused: bool


class WebhookMade(Webhook, frozen=True, kw_only=True):
    """The same with the secret that signs, which is shown this once."""

    secret: str


class WebhookSent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An address, and the events that it is to be told of."""

    address: Annotated[str, Meta(max_length=service.LONGEST_ADDRESS)]
    events: Annotated[list[str], Meta(max_length=100)]


@operation("GET", "/programmes/<int:programme_id>/webhooks", Page[Webhook], asks=Asked)
def webhooks(programme_id: int, asked: Asked) -> Answer:
    """The addresses that are told of changes."""
    must_be_there(programme_id)
    with database().reading() as db:
        found = service.list_webhooks(db, actor(), programme_id)
    return part(found, asked, lambda some: [_shown(each) for each in some])


def _shown(webhook: service.Webhook) -> Webhook:
    address = webhook.address if token().covers(WRITE) else webhook.host
    return msgspec.convert({**asdict(webhook), "address": address}, Webhook)


@operation("POST", "/programmes/<int:programme_id>/webhooks", WebhookMade, takes=WebhookSent, scope=WRITE, status=201)
def webhook_added(programme_id: int, body: WebhookSent) -> Answer:
    """Have an address told of events from now on."""
    must_be_there(programme_id)
    with changing(programme_id) as db:
        made, secret = service.add_webhook(
            db, actor(), programme_id, body.address, body.events, settings().secret_key, now()
        )
    return Answer(msgspec.convert({**asdict(made), "secret": secret}, WebhookMade), 201)


@operation("DELETE", "/programmes/<int:programme_id>/webhooks/<int:webhook_id>", None, scope=WRITE, status=204)
def webhook_removed(programme_id: int, webhook_id: int) -> Answer:
    """Have an address told no more."""
    must_be_there(programme_id)
    with changing(programme_id) as db:
        service.remove_webhook(db, actor(), programme_id, webhook_id, now())
    return Answer(None, 204)
