"""What a view needs of the request that it answers: the database, the settings, the moment, and who asks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime

from flask import current_app, g, request, session

from scheduler import clock
from scheduler.db import Database, Db, take_turns
from scheduler.groups.guest_group import as_guest_now
from scheduler.people.model import Actor
from scheduler.settings import Settings
from scheduler.signing_in import logins, tokens
from scheduler.signing_in.links import find_actor, find_actor_of_token
from web.problems import is_api

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


class RequestDatabase:
    """The database as one request uses it: however many parts of a page look, they look in one transaction and so see
    one moment. What changes something has transactions of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept = ExitStack()
        self._db: Db | None = None
        self.is_writing = False
        """Whether a transaction that changes is open."""

    @contextmanager
    def reading(self) -> Iterator[Db]:
        """A transaction that only looks. A page's is kept for all that it shows, until its answer is made."""
        if request.method not in ("GET", "HEAD"):
            with self._database.reading() as db:
                yield db
            return
        if self._db is None:
            self._db = self._kept.enter_context(self._database.reading())
        yield self._db

    @contextmanager
    def writing(self) -> Iterator[Db]:
        """A transaction that changes; whatever looks after it sees the change.

        Forms that may overwrite each other take turns: those of a programme's coordinators, else those of one address.
        """
        self.end()
        with self._database.writing() as db:
            take_turns(db, _overwriting_each_other())
            self.is_writing = True
            try:
                yield db
            finally:
                self.is_writing = False

    def end(self) -> None:
        """End the transaction that was kept, if there is one."""
        self._db = None
        self._kept.close()


def database() -> RequestDatabase:
    """The database: ``with database().reading() as db`` to look, ``writing()`` to change."""
    if "database" not in g:
        g.database = RequestDatabase(parts().database)
    found: RequestDatabase = g.database
    return found


def _overwriting_each_other() -> str:
    """What the forms share that take turns, on a database whose transactions do not take turns anyway."""
    if request.blueprint in ("coordinator", "api") and request.view_args and "programme_id" in request.view_args:
        return f"coordinators of {request.view_args['programme_id']}"
    return request.path


def let_go(_error: BaseException | None = None) -> None:
    """After each request: end what is still open."""
    kept: RequestDatabase | None = g.pop("database", None)
    if kept:
        kept.end()


def this_page() -> str:
    """The path and query of what was asked for: where to go again, after signing in or in another language.

    Every address answers to GET, so this holds of a form that was sent, too.
    """
    query = request.query_string.decode(errors="replace")
    return f"{request.path}?{query}" if query else request.path


def now() -> datetime:
    """This moment, the same one for the whole request."""
    if "now" not in g:
        g.now = clock.now()
    moment: datetime = g.now
    return moment


def find_current_actor() -> Actor | None:
    """Who is signed in, looked up once a request; None for a stranger."""
    if "actor" not in g:
        g.actor = _actor_of_token() if is_api() else _actor_of_cookie()
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
        found = as_guest_now(db, found, now()) if found else None
        is_to_be_noted = found is not None and logins.is_to_be_noted(db, secret, now())
    if is_to_be_noted:
        database().end()
        logins.note_seen(parts().database, secret, now())
    return found


def bearer() -> str:
    """The token that a program sends; empty where there is none."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""


def token() -> tokens.InUse:
    """The token of this request. Only for views that are open to nobody without one."""
    found: tokens.InUse = g.token
    return found


def _actor_of_token() -> Actor | None:
    """Whose token it is. A cookie lets no program in."""
    secret = bearer()
    if not secret:
        return None
    with database().reading() as db:
        found = find_actor_of_token(db, secret, now())
        found = as_guest_now(db, found, now()) if found else None
        in_use = tokens.find_in_use(db, secret, now())
    if in_use is None:
        return None
    g.token = in_use
    if in_use.is_to_be_noted:
        database().end()
        tokens.note_seen(parts().database, in_use.id, now())
    return found
