"""Answers to programs that send a key with what they ask for: the same key gets the same answer, and nothing is done
twice, however often a program asks that has lost the first answer on the way."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from scheduler.db import Db
from scheduler.people.model import Actor
from scheduler.signing_in.tables import KeptAnswerRow

KEPT: Final = timedelta(hours=24)
"""So long an answer is given again."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks for under a key of theirs: digests of both."""

    key: str
    request: str
    person_id: int


@dataclass(frozen=True, slots=True)
class Kept:
    """What was asked under a key before. ``is_other`` says that it was something else; ``status`` is None while it is
    still being done, or where nobody knows how it ended."""

    is_other: bool
    status: int | None
    headers: Mapping[str, str]
    body: str


def asked_under(actor: Actor, what: str, key: str, body: bytes) -> Asked:
    """What an actor asks for by this key; ``what`` are the method and the address."""
    assert actor.person_id is not None
    own = f"{actor.person_id}\n{what}\n{key}"
    return Asked(hashlib.sha256(own.encode()).hexdigest(), hashlib.sha256(body).hexdigest(), actor.person_id)


def begin(db: Db, asked: Asked, now: datetime) -> Kept | None:
    """Take what is asked for in hand: None if it is new, else what it was answered before."""
    db.execute(delete(KeptAnswerRow).where(KeptAnswerRow.key == asked.key, KeptAnswerRow.asked_at <= now - KEPT))
    row = db.get(KeptAnswerRow, asked.key)
    if row is None:
        new = KeptAnswerRow(
            key=asked.key, request=asked.request, person_id=asked.person_id, asked_at=now, headers={}, body=""
        )
        try:
            with db.begin_nested():
                db.add(new)
                db.flush()
        except IntegrityError:  # another request with the same key was quicker
            row = db.scalars(select(KeptAnswerRow).where(KeptAnswerRow.key == asked.key)).one()
        else:
            return None
    return Kept(row.request != asked.request, row.status, dict(row.headers), row.body)


def keep(db: Db, asked: Asked, status: int, headers: Mapping[str, str], body: str) -> None:
    """Keep what it was answered."""
    row = db.get(KeptAnswerRow, asked.key)
    if row is not None:
        row.status, row.headers, row.body = status, dict(headers), body


def forget(db: Db, asked: Asked) -> None:
    """Nothing was done: the next request with the same key is a new one."""
    db.execute(delete(KeptAnswerRow).where(KeptAnswerRow.key == asked.key))
