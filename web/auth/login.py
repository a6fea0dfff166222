"""What happens in the browser of somebody who has just shown who they are."""

from __future__ import annotations

from typing import Final

from flask import session, url_for

from scheduler.db import Db
from scheduler.people.model import Actor
from scheduler.publishing.leavers import own_parts
from scheduler.signing_in import links as signing_in
from scheduler.signing_in.address_changes import confirm_by_device
from web.auth.destination import is_open_to
from web.navigation import home_of
from web.request_context import LOGIN, database, find_current_actor, now

PEOPLE: Final = "people"
"""Where the signed cookie holds who has been signed in in this browser."""
MOST_PEOPLE: Final = 12


def sign_in(login: str, destination: str = "") -> str:
    """Keep a new login in this browser and nothing of before, the token of its forms least of all, but for who has been
    signed in here; returns the address to go to: where somebody wanted to go, if that page is theirs."""
    before = session.get(LOGIN)
    forget_all_but_who()
    if isinstance(before, str):
        with database().writing() as db:
            confirm_by_device(db, before, login, now())
    session.permanent = True
    session[LOGIN] = login
    with database().reading() as db:
        found = signing_in.find_actor(db, login, now())
        if found and destination and is_open_to(found, destination):
            return destination
        return _first_page(db, found) if found else url_for("public.welcome")


def forget_all_but_who() -> None:
    """Forget what this browser keeps, but for the ids of those who have been signed in in it last: no coordinator
    becomes an oversight contact as somebody else in the browser that she works in."""
    people = people_of_this_browser()
    session.clear()
    if people:
        session.permanent = True
        session[PEOPLE] = list(people)


def people_of_this_browser() -> tuple[int, ...]:
    """The ids of those who are, or have been, signed in in this browser, the last of them last."""
    before = session.get(PEOPLE)
    known = [one for one in before if isinstance(one, int)] if isinstance(before, list) else []
    if (actor := find_current_actor()) and actor.person_id is not None:
        known = [*(one for one in known if one != actor.person_id), actor.person_id]
    return tuple(known[-MOST_PEOPLE:])


def _first_page(db: Db, found: Actor) -> str:
    """To the questions that wait for an answer, else to somebody's own page."""
    waiting = [part for part in own_parts(db, found) if part.is_open]
    return url_for("member.joining", programme_id=waiting[0].programme_id) if waiting else home_of(found)
