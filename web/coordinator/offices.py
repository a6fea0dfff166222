"""Who looks after a programme: coordinators and oversight contacts, appointed and handing over."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.evidence.directors import list_directors
from scheduler.oversight.appointments import (
    dismiss_contact,
    invite_contact,
    list_invited,
    withdraw_invitation,
)
from scheduler.people.model import Role
from scheduler.people.roles import LEAST_CONTACTS, OFFICES, dismiss, list_offices
from scheduler.programmes.service import get_programme
from scheduler.terms.appointments import LONGEST_NAME, Appointed, appoint_and_tell
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.forms import Form, form_on, read_form
from web.language import gettext as _
from web.mailing import mailed
from web.request_context import actor, database, now, settings

_ROLES = {role.value: role for role in OFFICES}


@blueprint.get("/<int:programme_id>/offices")
@open_to(Audience.COORDINATOR)
def offices(programme_id: int) -> str:
    """Who it is now, and whom to appoint."""
    with database().reading() as db:
        programme, found = get_programme(db, programme_id), list_offices(db, programme_id)
        invited = list_invited(db, actor(), programme_id, now())
        directors = list_directors(db, actor(), programme_id, now())
    return render_template(
        "coordinator/offices.html",
        programme=programme,
        coordinators=[office for office in found if office.role is Role.COORDINATOR],
        contacts=[office for office in found if office.role is Role.OVERSIGHT],
        invited=invited,
        directors=directors,
        least=LEAST_CONTACTS,
        me=actor().person_id,
        longest=LONGEST_NAME,
    )


@blueprint.post("/<int:programme_id>/offices")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.offices", "appoint-{role}", field="email", once=True)
def offices_appointed(programme_id: int) -> ResponseReturnValue:
    """Give somebody an office; oversight contacts are asked first."""
    with read_form() as form:
        role = form.choice("role", _ROLES)
        name, email = form.text("name"), form.text("email")
    with database().writing() as db:
        give = invite_contact if role is Role.OVERSIGHT else appoint_and_tell
        came = give(db, actor(), programme_id, name, email, settings().base_url, now())
    flash(_said(came, role))
    return redirect(url_for("coordinator.offices", programme_id=programme_id), 303)


def _said(came: Appointed, role: Role) -> str:
    if came is Appointed.BEFORE:
        return _("They already look after the programme, so nothing was changed and we haven’t e-mailed them.")
    if came is Appointed.ONESELF:
        return _("You’ve been appointed.")
    if role is Role.OVERSIGHT:
        return mailed(_("Asked. They become an oversight contact once they accept; we’ll e-mail them."))
    return mailed(_("Appointed. We’ll e-mail them a link to sign in."))


@blueprint.post("/<int:programme_id>/offices/dismissed")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.offices", "dismiss")
def offices_dismissed(programme_id: int) -> ResponseReturnValue:
    """Take an office from somebody, or step down oneself."""
    form = Form(request.form)
    role, person_id = form.choice("role", _ROLES), form.id("person")
    form.check()
    with database().writing() as db:
        if role is Role.OVERSIGHT:
            dismiss_contact(db, actor(), programme_id, person_id, now())
        else:
            dismiss(db, actor(), programme_id, person_id, role, now())
    if role is Role.COORDINATOR and person_id == actor().person_id:
        flash(_("You’ve stepped down."))
        return redirect(url_for("public.welcome"), 303)
    flash(_("They no longer look after the programme."))
    return redirect(url_for("coordinator.offices", programme_id=programme_id), 303)


@blueprint.post("/<int:programme_id>/offices/withdrawn")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.offices", "dismiss", once=True)
def offices_withdrawn(programme_id: int) -> ResponseReturnValue:
    """Ask somebody no longer to be an oversight contact."""
    with read_form() as form:
        person_id = form.id("person")
    with database().writing() as db:
        withdraw_invitation(db, actor(), programme_id, person_id, now())
    flash(_("The invitation is withdrawn."))
    return redirect(url_for("coordinator.offices", programme_id=programme_id), 303)
