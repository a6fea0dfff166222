"""Deleting everything about a person who has asked for it, by a coordinator of all their programmes."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.enrolment.person_card import get_card
from scheduler.own_data.deletion import delete_everything
from scheduler.programmes.service import get_programme
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.forms import form_on, read_form
from web.language import gettext as _
from web.request_context import actor, database, now


@blueprint.get("/<int:programme_id>/people/<int:person_id>/erase")
@open_to(Audience.COORDINATOR)
def person_erase(programme_id: int, person_id: int) -> str:
    """What it does: said before it is done."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        card = get_card(db, actor(), programme_id, person_id, now())
    return render_template("coordinator/person_erase.html", programme=programme, card=card)


@blueprint.post("/<int:programme_id>/people/<int:person_id>/erase")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.person_erase", "sure")
def person_erased(programme_id: int, person_id: int) -> ResponseReturnValue:
    """Delete everything, in one transaction."""
    with read_form() as form:
        if not form.ticked("sure"):
            form.refuse("sure", _("Tick this to go on."))
    with database().writing() as db:
        get_card(db, actor(), programme_id, person_id, now())
        delete_everything(db, actor(), person_id, now())
    flash(_("Everything about them has been deleted."))
    return redirect(url_for("coordinator.people", programme_id=programme_id), 303)
