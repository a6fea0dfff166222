"""The oversight contact's page: safety in counts. It shows nobody's wish or answer, and names people only where a
coordinator has recorded why two of them may share a group."""

from __future__ import annotations

from math import ceil
from typing import Final

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.circles import contacts as contacting
from scheduler.enrolment.relation_overrides import list_overrides
from scheduler.oversight.appointments import CONTACT
from scheduler.oversight.figures import figures
from scheduler.people.roles import list_offices
from scheduler.programmes.service import get_programme
from web.accepting_office import OfficePages, add_office_pages
from web.audiences import Audience, open_to
from web.forms import form_on, read_form
from web.language import gettext as _
from web.language import lazy_gettext, ngettext
from web.request_context import actor, database, now

blueprint = Blueprint("oversight", __name__, url_prefix="/oversight")
add_office_pages(
    blueprint,
    OfficePages(
        CONTACT,
        Audience.OVERSIGHT,
        "contact",
        "oversight.safety",
        thanks=lazy_gettext("Thank you. You are an oversight contact now."),
        farewell=lazy_gettext("You’re no longer an oversight contact there. Thank you for having been one."),
    ),
)

_DAY: Final = 24
RELATIONS = {
    "supervises": lazy_gettext("supervises"),
    "assesses": lazy_gettext("assesses"),
    "line-manages": lazy_gettext("manages"),
    "panel": lazy_gettext("sits on a panel that decides about"),
    "treats": lazy_gettext("treats"),
    "family": lazy_gettext("is family of"),
    "prior-complaint": lazy_gettext("an earlier complaint"),
    "sponsors": lazy_gettext("sponsors"),
    "advises": lazy_gettext("advises"),
}


@blueprint.get("/<int:programme_id>")
@open_to(Audience.OVERSIGHT)
def safety(programme_id: int) -> str:
    """Whether people are safe, in counts."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        found = figures(db, actor(), programme_id, now())
        offices = list_offices(db, programme_id)
        overrides = list_overrides(db, actor(), programme_id)
        may_be_willing = contacting.may_be_willing(db, actor(), programme_id)
        willing = contacting.is_willing(db, actor(), programme_id)
    return render_template(
        "oversight/safety.html",
        programme=programme,
        found=found,
        answered_within=answered_within,
        offices=offices,
        relations=RELATIONS,
        overrides=overrides,
        may_be_willing=may_be_willing,
        willing=willing,
    )


def answered_within(hours: int) -> str:
    """How soon half of the concerns were answered: in hours below two days, in days from then on."""
    if hours < 2 * _DAY:
        return ngettext(
            "Half of them were answered within %(num)s hour.", "Half of them were answered within %(num)s hours.", hours
        )
    days = ceil(hours / _DAY)
    return ngettext(
        "Half of them were answered within %(num)s day.", "Half of them were answered within %(num)s days.", days
    )


@blueprint.post("/<int:programme_id>/circles")
@open_to(Audience.OVERSIGHT)
@form_on("oversight.safety")
def circles_willing(programme_id: int) -> ResponseReturnValue:
    """Let circles choose one as their own contact, or no longer."""
    with read_form() as form:
        willing = form.ticked("willing")
    with database().writing() as db:
        contacting.say_willing(db, actor(), programme_id, willing=willing)
    flash(_("Thank you. Circles can choose you.") if willing else _("Circles can no longer choose you."))
    return redirect(url_for("oversight.safety", programme_id=programme_id), 303)
