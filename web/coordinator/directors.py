"""Asking somebody to be the director of a programme, and no longer."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from scheduler.evidence.directors import dismiss_director, invite_director
from scheduler.terms.appointments import Appointed
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.forms import form_on, read_form
from web.language import gettext as _
from web.mailing import mailed
from web.request_context import actor, database, now, settings


@blueprint.post("/<int:programme_id>/offices/director")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.offices", "appoint-director", field="email", once=True)
def director_asked(programme_id: int) -> ResponseReturnValue:
    """Ask somebody; they accept by themselves."""
    with read_form() as form:
        name, email = form.text("name"), form.text("email")
    with database().writing() as db:
        came = invite_director(db, actor(), programme_id, name, email, settings().base_url, now())
    if came is Appointed.BEFORE:
        flash(_("They’re the director already, so nothing was changed and we haven’t e-mailed them."))
    else:
        flash(mailed(_("Asked. They become the director once they accept; we’ll e-mail them.")))
    return redirect(url_for("coordinator.offices", programme_id=programme_id), 303)


@blueprint.post("/<int:programme_id>/offices/director/removed")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.offices", "dismiss", once=True)
def director_removed(programme_id: int) -> ResponseReturnValue:
    """Let somebody be the director no more, or withdraw the invitation."""
    with read_form() as form:
        person_id = form.id("person")
    with database().writing() as db:
        dismiss_director(db, actor(), programme_id, person_id, now())
    flash(_("They’re no longer the director. If they had been asked, that’s withdrawn."))
    return redirect(url_for("coordinator.offices", programme_id=programme_id), 303)
