"""The browsers in which somebody is signed in: listed, ended one by one, and when each was last seen."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import Select, bindparam, delete, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from scheduler.db import Database, Db
from scheduler.people.model import Actor
from scheduler.signing_in.links import LOGIN_DAYS, digest
from scheduler.signing_in.tables import LoginRow

SEEN_EVERY = timedelta(minutes=10)
"""How exactly it is known when a login was last seen: a write for each page would serve nobody."""

_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
             ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrom", "Chrome"), ("Safari", "Safari"))  # fmt: skip
_SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
            ("CrOS", "Chromebook"), ("Mac OS", "Mac"), ("Linux", "Linux"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Login:
    """A browser that is signed in. ``handle`` ends it and cannot sign anybody in; ``browser`` and ``system`` are names
    such as Firefox and Android, empty where they are not known."""

    handle: str
    browser: str
    system: str
    created_at: datetime
    seen_at: datetime
    here: bool


def list_logins(db: Db, actor: Actor, secret: str, now: datetime) -> tuple[Login, ...]:
    """The actor's logins that have not ended, this one first, then the last seen first."""
    rows = db.scalars(
        select(LoginRow).where(
            LoginRow.person_id == actor.person_id, LoginRow.created_at > now - timedelta(days=LOGIN_DAYS)
        )
    )
    here = digest(secret)
    logins = (
        Login(row.digest, *device_of(row.device), row.created_at, row.seen_at, row.digest == here) for row in rows
    )
    return tuple(sorted(logins, key=lambda login: (not login.here, -login.seen_at.timestamp())))


def end_login(db: Db, actor: Actor, handle: str) -> None:
    """End one login of the actor's; nothing happens for one that has ended or is somebody else's."""
    db.execute(delete(LoginRow).where(LoginRow.digest == handle, LoginRow.person_id == actor.person_id))


def is_to_be_noted(db: Db, secret: str, now: datetime) -> bool:
    """Whether it is time to note that this login was seen."""
    seen_at = db.scalar(_seen_at(), {"digest": digest(secret)})
    return seen_at is not None and seen_at <= now - SEEN_EVERY


@cache
def _seen_at() -> Select[datetime]:
    """Written once, as every page asks this."""
    return select(LoginRow.seen_at).where(LoginRow.digest == bindparam("digest"))


def note_seen(database: Database, secret: str, now: datetime) -> None:
    """Note that this login was seen just now, if that can be done at once: nobody waits for it, and no page fails for
    it. One of the next pages notes it instead."""
    with suppress(DBAPIError, PoolTimeoutError), database.writing(at_once=True) as db:
        db.execute(update(LoginRow).where(LoginRow.digest == digest(secret)).values(seen_at=now))


def device_of(agent: str) -> tuple[str, str]:
    """Browser and system behind what a browser says of itself, for people to tell their devices apart by."""
    browser = next((name for sign, name in _BROWSERS if sign in agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    return browser, system
