"""Taking a whole import back: what it does is read first, and why it can't be done where something hangs on it."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.enrolment.people_list import list_people
from scheduler.programmes.service import get_programme
from scheduler.rota_import.taking_back import preview_taking_back, take_back
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.coordinator.waiting_rotas import MOST_CHANGES_SHOWN, shortened
from web.forms import form_on, must_be_as_shown
from web.language import gettext as _
from web.request_context import actor, database, now


@blueprint.get("/<int:programme_id>/rotas/replaced/<int:replaced_id>")
@open_to(Audience.COORDINATOR)
def rota_taking_back(programme_id: int, replaced_id: int) -> str:
    """What taking an import back would do, before it is done."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        found = preview_taking_back(db, actor(), programme_id, replaced_id, now())
        names = {line.person_id: line.name for line in list_people(db, actor(), programme_id)}
    return render_template(
        "coordinator/rota_taking_back.html",
        programme=programme,
        found=found,
        would_change=shortened(found.changes, names, MOST_CHANGES_SHOWN),
    )


@blueprint.post("/<int:programme_id>/rotas/replaced/<int:replaced_id>")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.rota_taking_back")
def rota_taken_back(programme_id: int, replaced_id: int) -> ResponseReturnValue:
    """Take an import back."""
    with database().writing() as db:
        must_be_as_shown(preview_taking_back(db, actor(), programme_id, replaced_id, now()))
        found = take_back(db, actor(), programme_id, replaced_id, now())
    flash(_("“%(name)s” has been undone. Everyone’s days are as they were before.", name=found.replaced.name))
    return redirect(url_for("coordinator.rotas", programme_id=programme_id), 303)
