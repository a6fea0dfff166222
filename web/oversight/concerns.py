"""What people have told the oversight contact, and the answers."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.languages import say
from scheduler.oversight import concerns as told
from scheduler.programmes.service import get_programme
from web.audiences import Audience, open_to
from web.forms import form_on, must_be_as_seen, read_form
from web.language import gettext as _
from web.oversight.views import blueprint
from web.request_context import actor, database, now


@blueprint.get("/<int:programme_id>/concerns")
@open_to(Audience.OVERSIGHT)
def concerns(programme_id: int) -> str:
    """Everything, open ones first."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        found = told.concerns(db, actor(), programme_id)
    kinds = {kind: say(text) for kind, text in told.KINDS.items()}
    return render_template("oversight/concerns.html", programme=programme, concerns=found, kinds=kinds)


@blueprint.post("/<int:programme_id>/concerns/<int:concern_id>")
@open_to(Audience.OVERSIGHT)
@form_on("oversight.concerns", "answer-{concern_id}", field="text")
def concern_answered(programme_id: int, concern_id: int) -> ResponseReturnValue:
    """Answer, or close."""
    with read_form() as form:
        text, closes = form.text("text"), form.ticked("close")
    with database().writing() as db:
        known = told.concerns(db, actor(), programme_id)
        must_be_as_seen(next((concern.answer for concern in known if concern.id == concern_id), ""))
        told.reply(db, actor(), concern_id, text, now(), close=closes)
    flash(_("Saved. The person who raised it will find your answer with their code."))
    return redirect(url_for("oversight.concerns", programme_id=programme_id), 303)
