"""Several programmes together: what they are to change, and whom they reach."""

from __future__ import annotations

from datetime import UTC

from flask import render_template

from scheduler.equity.across import BANDS, across
from scheduler.equity.disclosure import FEWEST
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.forms import read_address
from web.request_context import actor, database, now


@blueprint.get("/across")
@open_to(Audience.COORDINATOR)
def all_together() -> str:
    """The programmes that somebody runs, in one calendar year."""
    this_year = now().astimezone(UTC).year
    with read_address() as form:
        year = form.number("year", this_year - 20, this_year + 20, this_year)
    with database().reading() as db:
        found = across(db, actor(), year, now())
    return render_template("coordinator/across.html", found=found, bands=BANDS, fewest=FEWEST)
