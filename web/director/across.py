"""The evidence of all programmes that somebody directs, together."""

from __future__ import annotations

from datetime import UTC

from flask import render_template

from scheduler.evidence import wording
from scheduler.evidence.across import together
from scheduler.evidence.figures import IN_HOURS
from scheduler.evidence.model import EVERYBODY
from web.audiences import Audience, open_to
from web.director.blueprint import blueprint
from web.forms import read_address
from web.request_context import actor, database, now


@blueprint.get("/across")
@open_to(Audience.DIRECTOR)
def across() -> str:
    """Their newest releases in one calendar year."""
    this_year = now().astimezone(UTC).year
    with read_address() as form:
        year = form.number("year", this_year - 20, this_year + 20, this_year)
    with database().reading() as db:
        found = together(db, actor(), year)
    return render_template("director/across.html", found=found, words=wording, in_hours=IN_HOURS, everybody=EVERYBODY)
