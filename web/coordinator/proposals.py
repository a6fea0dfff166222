"""Dates that groups would like and that wait for the coordinator, where the programme leaves them to her."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.programmes.model import DateSettling
from scheduler.programmes.service import get_programme
from scheduler.sessions.proposals import Outcome, settle
from scheduler.sessions.reversals import settled_for, undo
from scheduler.sessions.waiting_dates import waiting_dates
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.forms import form_on, must_be_as_shown
from web.language import gettext as _
from web.request_context import actor, database, now


@blueprint.get("/<int:programme_id>/dates")
@open_to(Audience.COORDINATOR)
def dates(programme_id: int) -> str:
    """What each group could move to, what it prefers first, and what was settled in the last day."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        groups = waiting_dates(db, actor(), programme_id, now())
        settled = settled_for(db, actor(), programme_id, now())
    return render_template(
        "coordinator/dates.html",
        programme=programme,
        groups=groups,
        settled=settled,
        is_hers=programme.conduct.settling == DateSettling.COORDINATOR,
    )


@blueprint.post("/<int:programme_id>/dates/<int:proposal_id>")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.dates")
def date_settled(programme_id: int, proposal_id: int) -> ResponseReturnValue:
    """Set a date for a group."""
    with database().writing() as db:
        dates = (date for group in waiting_dates(db, actor(), programme_id, now()) for date in group.dates)
        shown = next((each for each in dates if each.proposal_id == proposal_id), None)
        if shown:  # one that is gone is told as such
            must_be_as_shown(shown.starts_at, shown.instead_of)
        outcome = settle(db, actor(), proposal_id, now())
    if outcome is Outcome.ADOPTED:
        flash(_("The date is set. Everyone’s calendar will show it."))
    else:
        flash(_("That date no longer works. This page shows where things are now."))
    return redirect(url_for("coordinator.dates", programme_id=programme_id), 303)


@blueprint.post("/<int:programme_id>/dates/<int:proposal_id>/undo")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.dates")
def date_taken_back(programme_id: int, proposal_id: int) -> ResponseReturnValue:
    """Go back to the date before, within a day."""
    with database().writing() as db:
        undo(db, actor(), proposal_id, now())
    flash(_("That’s undone. Things are as they were before, and everyone’s calendar will show it."))
    return redirect(url_for("coordinator.dates", programme_id=programme_id), 303)
