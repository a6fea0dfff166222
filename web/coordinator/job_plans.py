"""Care for facilitators: hours by job plan, and residents on the way to facilitating."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.programmes.service import get_programme
from scheduler.voices.job_plans import MOST_HOURS, job_plans_csv, set_hours
from scheduler.voices.job_plans import job_plans as load_job_plans
from scheduler.voices.pathway import ENOUGH_LED, give_word, list_paths, set_trained
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.forms import form_on, must_be_as_seen, read_form
from web.language import gettext as _
from web.request_context import actor, database, now


@blueprint.get("/<int:programme_id>/job-plans")
@open_to(Audience.COORDINATOR)
def job_plans(programme_id: int) -> str:
    """Each facilitator's hours, and everybody on the way."""
    with database().reading() as db:
        programme, found = get_programme(db, programme_id), load_job_plans(db, actor(), programme_id)
        paths = list_paths(db, actor(), programme_id, now())
    return render_template(
        "coordinator/job_plans.html",
        programme=programme,
        plans=found,
        agreed=[(each.person_id, each.hours_a_year) for each in found],
        paths=paths,
        most_hours=MOST_HOURS,
        enough_led=ENOUGH_LED,
    )


@blueprint.post("/<int:programme_id>/job-plans.csv")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.job_plans")
def job_plans_as_csv(programme_id: int) -> Response:
    """The hours as a spreadsheet, for medical staffing; the record says who took it out."""
    with database().writing() as db:
        text = job_plans_csv(db, actor(), programme_id, now())
    headers = {"Content-Disposition": 'attachment; filename="job-plans.csv"'}
    return Response("\ufeff" + text, mimetype="text/csv", headers=headers)


@blueprint.post("/<int:programme_id>/job-plans")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.job_plans", "hours")
def job_plans_set(programme_id: int) -> ResponseReturnValue:
    """Save the agreed hours of all facilitators on the page."""
    with read_form() as form:
        people = form.numbers_after("hours-")
        hours = {person_id: form.find_number(f"hours-{person_id}", 1, MOST_HOURS) for person_id in people}
    with database().writing() as db:
        found = load_job_plans(db, actor(), programme_id)
        must_be_as_seen([(each.person_id, each.hours_a_year) for each in found])
        set_hours(db, actor(), programme_id, hours, now())
    flash(_("Saved."))
    return redirect(url_for("coordinator.job_plans", programme_id=programme_id), 303)


@blueprint.post("/<int:programme_id>/job-plans/pathway/<int:person_id>")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.job_plans", "path-{person_id}")
def job_plans_pathway(programme_id: int, person_id: int) -> ResponseReturnValue:
    """Enter a day of training, give one's word, or take it back."""
    with read_form() as form:
        what = form.choice("do", {each: each for each in ("trained", "word", "no-word")})
        day = form.find_day("trained_on")
    with database().writing() as db:
        if what == "trained":
            set_trained(db, actor(), programme_id, person_id, day, now())
        else:
            give_word(db, actor(), programme_id, person_id, what == "word", now())
    flash(_("Saved."))
    return redirect(url_for("coordinator.job_plans", programme_id=programme_id), 303)
