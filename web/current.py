"""What a view needs of the request that it answers: the database, the settings, the moment, and who asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import current_app, g, session

from scheduler import clock
from scheduler.db import Database
from scheduler.people import logins
from scheduler.people.model import Actor
from scheduler.people.signing_in import find_actor
from scheduler.settings import Settings

EXTENSION = "mentor_rounds"
LOGIN = "login"
"""Where the signed cookie holds the login's secret."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What one application is made of, kept in ``app.extensions["mentor_rounds"]``."""

    settings: Settings
    database: Database


def parts() -> Parts:
    """The parts of the application that answers."""
    found: Parts = current_app.extensions[EXTENSION]
    return found


def settings() -> Settings:
    """The settings of this installation."""
    return parts().settings


def database() -> Database:
    """The database: ``with database().reading() as db`` to look, ``writing()`` to change."""
    return parts().database


def now() -> datetime:
    """This moment, the same one for the whole request."""
    if "now" not in g:
        g.now = clock.now()
    moment: datetime = g.now
    return moment


def find_current_actor() -> Actor | None:
    """Who is signed in, looked up once a request; None for a stranger."""
    if "actor" not in g:
        g.actor = _actor_of_cookie()
    found: Actor | None = g.actor
    return found


def actor() -> Actor:
    """Who is signed in. Only for views that are open to nobody else."""
    found = find_current_actor()
    if found is None:
        raise LookupError("a view for people who are signed in was reached by somebody who is not")
    return found


def _actor_of_cookie() -> Actor | None:
    secret = session.get(LOGIN)
    if not isinstance(secret, str):
        return None
    with database().reading() as db:
        found = find_actor(db, secret, now())
        is_to_be_noted = found is not None and logins.is_to_be_noted(db, secret, now())
    if is_to_be_noted:
        with database().writing() as db:
            logins.note_seen(db, secret, now())
    return found
