"""Becoming a director, on the page to which the invitation leads, and stepping down."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.evidence.directors import accept_invitation, get_invitation, step_down
from scheduler.programmes.service import get_programme
from web.audiences import Audience, open_to
from web.auth.login import people_of_this_browser
from web.director.blueprint import blueprint
from web.forms import form_on, read_form
from web.language import gettext as _
from web.request_context import actor, database, now


@blueprint.get("/asked/<int:number>")
@open_to(Audience.SIGNED_IN)
def accept(number: int) -> str:
    """What it means, and who asks. The page of a wrong address for whoever was not asked. ``number`` is the
    programme's."""
    with database().reading() as db:
        coordinators = get_invitation(db, actor(), number, now())
        programme = get_programme(db, number)
    return render_template("director/accept.html", programme=programme, coordinators=coordinators)


@blueprint.post("/asked/<int:number>")
@open_to(Audience.SIGNED_IN)
@form_on("director.accept", "accept", once=True)
def accepted(number: int) -> ResponseReturnValue:
    """Take it on."""
    with read_form() as form:
        declares = form.ticked("declares")
    people = people_of_this_browser()
    with database().writing() as db:
        accept_invitation(db, actor(), number, now(), declares=declares, in_this_browser=people)
    flash(_("Thank you. You are the director now."))
    return redirect(url_for("director.evidence", programme_id=number), 303)


@blueprint.post("/<int:programme_id>/step-down")
@open_to(Audience.DIRECTOR)
@form_on("director.evidence", "step-down")
def stepped_down(programme_id: int) -> ResponseReturnValue:
    """Be a director no more."""
    with database().writing() as db:
        step_down(db, actor(), programme_id, now())
    flash(_("You’re no longer the director there."))
    return redirect(url_for("public.welcome"), 303)
