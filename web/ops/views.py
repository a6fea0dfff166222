"""Whether the process lives, and whether it can serve."""

from __future__ import annotations

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue

from scheduler.calendars.faulty_feeds import count_faulty
from scheduler.planning.workers import has_no_worker
from scheduler.programmes.service import find_programme_id
from scheduler.storage_health import StorageHealth
from web.audiences import Audience, open_to
from web.request_context import database, now, parts

blueprint = Blueprint("ops", __name__)
_HEALTH = "mentor_rounds_storage"
NO_WORKER = "no worker is alive: no plan is made, and no e-mail sent, until one is started\n"
PLAIN = {"Content-Type": "text/plain; charset=utf-8"}


@blueprint.get("/healthz")
@open_to(Audience.PUBLIC)
def alive() -> ResponseReturnValue:
    """The process answers."""
    return "ok\n", PLAIN


@blueprint.get("/readyz")
@open_to(Audience.PUBLIC)
def ready() -> ResponseReturnValue:
    """The process answers, and its database does and can store; else status 503 and why. That no worker lives is said,
    and the pages are ready all the same."""
    health = current_app.extensions.setdefault(_HEALTH, StorageHealth(parts().database))
    if fault := health.fault():
        return f"{fault.value}\n", 503, PLAIN
    with database().reading() as db:
        find_programme_id(db, "")
        idle = has_no_worker(db, now())
    return f"ready\n{NO_WORKER if idle else ''}", PLAIN


@blueprint.get("/healthz/workers")
@open_to(Audience.PUBLIC)
def workers_live() -> ResponseReturnValue:
    """Somebody makes plans and sends e-mail; status 500 where nobody does."""
    with database().reading() as db:
        idle = has_no_worker(db, now())
    return (NO_WORKER, 500, PLAIN) if idle else ("ok\n", PLAIN)


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
