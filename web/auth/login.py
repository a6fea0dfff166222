"""What happens in the browser of somebody who has just shown who they are."""

from __future__ import annotations

from flask import session, url_for

from scheduler.db import Db
from scheduler.people.model import Actor
from scheduler.publishing.leavers import own_parts
from scheduler.signing_in import links as signing_in
from web.auth.destination import is_open_to
from web.navigation import home_of
from web.request_context import LOGIN, database, now


def sign_in(login: str, destination: str = "") -> str:
    """Keep a new login in this browser and nothing of before, the token of its forms least of all; returns the address
    to go to: where somebody wanted to go, if that page is theirs."""
    session.clear()
    session.permanent = True
    session[LOGIN] = login
    with database().reading() as db:
        found = signing_in.find_actor(db, login, now())
        if found and destination and is_open_to(found, destination):
            return destination
        return _first_page(db, found) if found else url_for("public.welcome")


def _first_page(db: Db, found: Actor) -> str:
    """To the questions that wait for an answer, else to somebody's own page."""
    waiting = [part for part in own_parts(db, found) if part.is_open]
    return url_for("member.joining", programme_id=waiting[0].programme_id) if waiting else home_of(found)
