"""A facilitator's record: training, hours, thanks; for the appraisal."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import Response, render_template

from scheduler.groups.records import as_csv, minutes_led, sessions_led
from scheduler.groups.thanks import own_thanks
from scheduler.joining.own_conduct import own_conduct
from scheduler.people.model import Role
from scheduler.plans.own_programmes import own_programmes
from scheduler.voices.awards import own_nominations
from scheduler.voices.facilitation import own_pools
from web.audiences import Audience, open_to
from web.facilitator.appraisal import pool_lines
from web.facilitator.blueprint import blueprint
from web.request_context import actor, database, now


@blueprint.get("/facilitating/record")
@open_to(Audience.FACULTY)
def record() -> str:
    """Everything that counts, on one page."""
    with database().reading() as db:
        led = sessions_led(db, actor(), now())
        thanks = own_thanks(db, actor())
        programmes = own_programmes(db, actor(), Role.FACULTY)
        pools, nominations = own_pools(db, actor(), now()), own_nominations(db, actor())
        conducts = {programme.id: own_conduct(db, actor(), programme.id, now()) for programme in programmes}
    return render_template(
        "facilitator/record.html",
        led=led,
        minutes=minutes_led(led),
        thanks=thanks,
        programmes=programmes,
        pools=[pool_lines(pool) for pool in pools],
        nominations=nominations,
        conducts=conducts,
        today={programme.id: now().astimezone(ZoneInfo(programme.zone)).date() for programme in programmes},
    )


@blueprint.get("/facilitating/record.csv")
@open_to(Audience.FACULTY)
def record_as_csv() -> Response:
    """The hours for a spreadsheet."""
    with database().reading() as db:
        text = as_csv(sessions_led(db, actor(), now()))
    headers = {"Content-Disposition": 'attachment; filename="mentoring-hours.csv"'}
    return Response("\ufeff" + text, mimetype="text/csv", headers=headers)
