"""What happens in the browser of somebody who has just shown who they are."""

from __future__ import annotations

from typing import Any

from flask import session, url_for

from scheduler.joining.leaving import own_parts
from scheduler.people import signing_in
from scheduler.people.model import Actor
from web.current import LOGIN, database, now
from web.navigation import home_of


def sign_in(login: str) -> str:
    """Keep a new login in this browser and nothing of before, the token of its forms least of all; returns the address
    to go to."""
    session.clear()
    session.permanent = True
    session[LOGIN] = login
    with database().reading() as db:
        found = signing_in.find_actor(db, login, now())
        return _first_page(db, found) if found else url_for("public.welcome")


def _first_page(db: Any, found: Actor) -> str:
    """To the questions that wait for an answer, else to somebody's own page."""
    waiting = [part for part in own_parts(db, found) if part.is_open]
    return url_for("member.joining", programme_id=waiting[0].programme_id) if waiting else home_of(found)
