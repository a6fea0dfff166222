"""Facilitators nominated for an award: those who agreed, and a nomination by the coordinator."""

from __future__ import annotations

from flask import Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.programmes.service import get_programme
from scheduler.voices.awards import agreed_nominations, nominations_csv
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.forms import form_on
from web.nominations import put_nomination, take_nomination_back, to_nominate
from web.request_context import actor, database, now


@blueprint.get("/<int:programme_id>/voices/awards")
@open_to(Audience.COORDINATOR)
def voices_awards(programme_id: int) -> str:
    """The nominations whose nominees agreed, and one more."""
    with database().reading() as db:
        programme, form = get_programme(db, programme_id), to_nominate(db, programme_id)
        agreed = agreed_nominations(db, actor(), programme_id)
    return render_template("coordinator/awards.html", programme=programme, agreed=agreed, **form)


@blueprint.post("/<int:programme_id>/voices/awards")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.voices_awards", "nomination", field="text", once=True)
def voices_nominated(programme_id: int) -> ResponseReturnValue:
    """Put a nomination to the nominee."""
    put_nomination(programme_id)
    return redirect(url_for("coordinator.voices_awards", programme_id=programme_id), 303)


@blueprint.post("/<int:programme_id>/voices/awards/<int:nomination_id>/back")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.voices_awards")
def voices_nomination_taken_back(programme_id: int, nomination_id: int) -> ResponseReturnValue:
    """Take back a nomination of one's own."""
    take_nomination_back(programme_id, nomination_id)
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
