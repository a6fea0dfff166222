"""Whether the process lives, and whether it can serve."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from scheduler.calendars.faulty_feeds import count_faulty
from scheduler.programmes.service import find_programme_id
from web.audiences import Audience, open_to
from web.request_context import database

blueprint = Blueprint("ops", __name__)
PLAIN = {"Content-Type": "text/plain; charset=utf-8"}


@blueprint.get("/healthz")
@open_to(Audience.PUBLIC)
def alive() -> ResponseReturnValue:
    """The process answers."""
    return "ok\n", PLAIN


@blueprint.get("/readyz")
@open_to(Audience.PUBLIC)
def ready() -> ResponseReturnValue:
    """The process answers and its database does; a database that does not ends in status 500."""
    with database().reading() as db:
        find_programme_id(db, "")
    return "ready\n", PLAIN


@blueprint.get("/healthz/feeds")
@open_to(Audience.PUBLIC)
def feeds_are_fresh() -> ResponseReturnValue:
    """Every calendar feed shows the latest dates; status 500 where some serve an older body, since the new one had
    faults."""
    with database().reading() as db:
        faulty = count_faulty(db)
    if faulty:
        return f"{faulty} not up to date: see rounds feeds\n", 500, PLAIN
    return "ok\n", PLAIN
