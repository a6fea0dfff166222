"""What people have told the oversight contact, and the answers."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.languages import say
from scheduler.programmes.service import get_programme
from scheduler.safety import concerns as told
from web.audiences import Audience, open_to
from web.current import actor, database, now
from web.language import gettext as _
from web.oversight.views import blueprint


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
def concern_answered(programme_id: int, concern_id: int) -> ResponseReturnValue:
    """Answer, or close."""
    with database().writing() as db:
        told.reply(db, actor(), concern_id, request.form.get("text", ""), now(), close=request.form.get("close") == "1")
    flash(_("Kept. Whoever told it finds the answer under their code."))
    return redirect(url_for("oversight.concerns", programme_id=programme_id), 303)
