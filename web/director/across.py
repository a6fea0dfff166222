"""The evidence of all programmes that somebody directs, together."""

from __future__ import annotations

from datetime import UTC

from flask import Response, render_template

from scheduler.evidence import wording
from scheduler.evidence.across import together
from scheduler.evidence.figures import IN_HOURS
from scheduler.evidence.files import record_taken_out, together_as_csv
from scheduler.evidence.model import EVERYBODY
from web.audiences import Audience, open_to
from web.director.blueprint import blueprint
from web.forms import read_address
from web.request_context import actor, database, now


@blueprint.get("/across")
@open_to(Audience.DIRECTOR)
def across() -> str:
    """Their newest releases in one calendar year."""
    year = _year()
    with database().reading() as db:
        found = together(db, actor(), year)
    return render_template("director/across.html", found=found, words=wording, in_hours=IN_HOURS, everybody=EVERYBODY)


@blueprint.get("/across.csv")
@open_to(Audience.DIRECTOR)
def across_csv() -> Response:
    """The same as a table."""
    year = _year()
    with database().writing() as db:
        found = together(db, actor(), year)
        content = together_as_csv(found)
        for line in found.lines:
            record_taken_out(db, actor(), line.programme_id, now(), "csv")
    name = f'attachment; filename="evidence-{year}.csv"'
    return Response(content, headers={"Content-Type": "text/csv; charset=utf-8", "Content-Disposition": name})


def _year() -> int:
    this_year = now().astimezone(UTC).year
    with read_address() as form:
        return form.number("year", this_year - 20, this_year + 20, this_year)
