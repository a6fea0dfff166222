"""Who looks after a programme: coordinators, oversight contacts and directors, appointed, asked, and leaving."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.evidence.directors import DIRECTOR, dismiss_director, list_directors
from scheduler.offices.coordinators import COORDINATOR, appoint_and_tell
from scheduler.offices.model import LONGEST_NAME, Appointed, OfficeRules
from scheduler.offices.service import dismiss, invite, list_invited, withdraw_invitation
from scheduler.oversight.appointments import CONTACT, LEAST_CONTACTS
from scheduler.people.model import Role
from scheduler.people.roles import list_offices
from scheduler.programmes.service import get_programme
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.forms import Form, form_on, read_form
from web.language import gettext as _
from web.mailing import mailed
from web.request_context import actor, database, now, settings

_OFFICES: Final[Mapping[str, OfficeRules]] = {rules.role.value: rules for rules in (COORDINATOR, CONTACT)}


@blueprint.get("/<int:programme_id>/offices")
@open_to(Audience.COORDINATOR)
def offices(programme_id: int) -> str:
    """Who it is now, and whom to appoint."""
    with database().reading() as db:
        programme, found = get_programme(db, programme_id), list_offices(db, programme_id)
        invited = list_invited(db, CONTACT, actor(), programme_id, now())
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
        rules = form.choice("role", _OFFICES)
        name, email = form.text("name"), form.text("email")
    return _taken_up(programme_id, rules, name, email)


@blueprint.post("/<int:programme_id>/offices/director")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.offices", "appoint-director", field="email", once=True)
def director_asked(programme_id: int) -> ResponseReturnValue:
    """Ask somebody to be the director."""
    with read_form() as form:
        name, email = form.text("name"), form.text("email")
    return _taken_up(programme_id, DIRECTOR, name, email)


def _taken_up(programme_id: int, rules: OfficeRules, name: str, email: str) -> ResponseReturnValue:
    base_url = settings().base_url
    with database().writing() as db:
        if rules.asking is None:
            came = appoint_and_tell(db, actor(), programme_id, name, email, base_url, now())
        else:
            came = invite(db, rules, actor(), programme_id, name, email, base_url, now())
    flash(_said(came, rules.role))
    return _back(programme_id)


def _said(came: Appointed, role: Role) -> str:
    if came is Appointed.BEFORE and role is Role.DIRECTOR:
        return _("They’re the director already, so nothing was changed and we haven’t e-mailed them.")
    if came is Appointed.BEFORE:
        return _("They already look after the programme, so nothing was changed and we haven’t e-mailed them.")
    if came is Appointed.ONESELF:
        return _("You’ve been appointed.")
    if role is Role.OVERSIGHT:
        return mailed(_("Asked. They become an oversight contact once they accept; we’ll e-mail them."))
    if role is Role.DIRECTOR:
        return mailed(_("Asked. They become the director once they accept; we’ll e-mail them."))
    return mailed(_("Appointed. We’ll e-mail them a link to sign in."))


@blueprint.post("/<int:programme_id>/offices/dismissed")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.offices", "dismiss")
def offices_dismissed(programme_id: int) -> ResponseReturnValue:
    """Take an office from somebody, or step down oneself."""
    form = Form(request.form)
    rules, person_id = form.choice("role", _OFFICES), form.id("person")
    form.check()
    with database().writing() as db:
        dismiss(db, rules, actor(), programme_id, person_id, now())
    if rules.role is Role.COORDINATOR and person_id == actor().person_id:
        flash(_("You’ve stepped down."))
        return redirect(url_for("public.welcome"), 303)
    flash(_("They no longer look after the programme."))
    return _back(programme_id)


@blueprint.post("/<int:programme_id>/offices/withdrawn")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.offices", "dismiss", once=True)
def offices_withdrawn(programme_id: int) -> ResponseReturnValue:
    """Ask somebody no longer to be an oversight contact."""
    person_id = _chosen()
    with database().writing() as db:
        withdraw_invitation(db, CONTACT, actor(), programme_id, person_id, now())
    flash(_("The invitation is withdrawn."))
    return _back(programme_id)


@blueprint.post("/<int:programme_id>/offices/director/removed")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.offices", "dismiss", once=True)
def director_removed(programme_id: int) -> ResponseReturnValue:
    """Let somebody be the director no more, or withdraw the invitation."""
    person_id = _chosen()
    with database().writing() as db:
        was_one = dismiss_director(db, actor(), programme_id, person_id, now())
    flash(_("They’re no longer the director.") if was_one else _("The invitation is withdrawn."))
    return _back(programme_id)


def _chosen() -> int:
    with read_form() as form:
        return form.id("person")


def _back(programme_id: int) -> ResponseReturnValue:
    return redirect(url_for("coordinator.offices", programme_id=programme_id), 303)
