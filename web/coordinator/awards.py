"""Facilitators nominated for an award: those who agreed, and a nomination by the coordinator."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.programmes.service import get_programme
from scheduler.voices.awards import (
    LONGEST,
    agreed_nominations,
    made_nominations,
    nominate,
    nominations_csv,
    nominees,
    take_back,
)
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.forms import form_on, read_form
from web.language import gettext as _
from web.request_context import actor, database, now


@blueprint.get("/<int:programme_id>/voices/awards")
@open_to(Audience.COORDINATOR)
def voices_awards(programme_id: int) -> str:
    """The nominations whose nominees agreed, and one more."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        agreed, found = agreed_nominations(db, actor(), programme_id), nominees(db, actor(), programme_id)
        made = made_nominations(db, actor(), programme_id)
    return render_template(
        "coordinator/awards.html", programme=programme, agreed=agreed, nominees=found, made=made, longest=LONGEST
    )


@blueprint.post("/<int:programme_id>/voices/awards")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.voices_awards", "nomination", field="text", once=True)
def voices_nominated(programme_id: int) -> ResponseReturnValue:
    """Put a nomination to the nominee."""
    with read_form() as form:
        person_id, text = form.id("person"), form.text("text")
    with database().writing() as db:
        nominate(db, actor(), programme_id, person_id, text, now())
    flash(_("Thank you. They read it, and it’s sent on once they agree."))
    return redirect(url_for("coordinator.voices_awards", programme_id=programme_id), 303)


@blueprint.post("/<int:programme_id>/voices/awards/<int:nomination_id>/back")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.voices_awards")
def voices_nomination_taken_back(programme_id: int, nomination_id: int) -> ResponseReturnValue:
    """Take back a nomination of one's own."""
    with database().writing() as db:
        take_back(db, actor(), programme_id, nomination_id)
    flash(_("You’ve taken it back."))
    return redirect(url_for("coordinator.voices_awards", programme_id=programme_id), 303)


@blueprint.post("/<int:programme_id>/voices/awards.csv")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.voices_awards")
def voices_awards_csv(programme_id: int) -> Response:
    """What may be sent on, as a spreadsheet; the record says who took it out."""
    with database().writing() as db:
        text = nominations_csv(db, actor(), programme_id, now())
    headers = {"Content-Disposition": 'attachment; filename="nominations.csv"'}
    return Response("\ufeff" + text, mimetype="text/csv", headers=headers)
