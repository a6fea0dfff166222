"""Nominating a facilitator for an award."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.programmes.service import get_programme
from scheduler.voices.awards import LONGEST, made_nominations, nominees, take_back
from scheduler.voices.awards import nominate as put_nomination
from web.audiences import Audience, open_to
from web.forms import form_on, read_form
from web.language import gettext as _
from web.member.blueprint import blueprint
from web.request_context import actor, database, now


@blueprint.get("/nominate/<int:programme_id>")
@open_to(Audience.MEMBER)
def nominate(programme_id: int) -> str:
    """Whom, and why."""
    with database().reading() as db:
        programme, found = get_programme(db, programme_id), nominees(db, actor(), programme_id)
        made = made_nominations(db, actor(), programme_id)
    return render_template("member/nominate.html", programme=programme, nominees=found, made=made, longest=LONGEST)


@blueprint.post("/nominate/<int:programme_id>")
@open_to(Audience.MEMBER)
@form_on("member.nominate", "nomination", field="text", once=True)
def nominated(programme_id: int) -> ResponseReturnValue:
    """Put the nomination to the nominee."""
    with read_form() as form:
        person_id, text = form.id("person"), form.text("text")
    with database().writing() as db:
        put_nomination(db, actor(), programme_id, person_id, text, now())
    flash(_("Thank you. They read it, and it’s sent on once they agree."))
    return redirect(url_for("member.nominate", programme_id=programme_id), 303)


@blueprint.post("/nominate/<int:programme_id>/<int:nomination_id>/back")
@open_to(Audience.MEMBER)
@form_on("member.nominate")
def nomination_taken_back(programme_id: int, nomination_id: int) -> ResponseReturnValue:
    """Take back a nomination of one's own."""
    with database().writing() as db:
        take_back(db, actor(), programme_id, nomination_id)
    flash(_("You’ve taken it back."))
    return redirect(url_for("member.nominate", programme_id=programme_id), 303)
