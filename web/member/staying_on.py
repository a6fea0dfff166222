"""Staying on when one's group ends with the term."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from scheduler.terms.staying_on import stay_on
from web.audiences import Audience, open_to
from web.forms import form_on, read_form
from web.language import gettext as _
from web.member.blueprint import blueprint
from web.request_context import actor, database, now


@blueprint.post("/join/<int:programme_id>/stay-on")
@open_to(Audience.RESIDENT)
@form_on("member.group")
def staying_on(programme_id: int) -> ResponseReturnValue:
    """Say that one stays on, or leaves with the group."""
    with read_form() as form:
        stays = form.choice("stays", {"yes": True, "no": False})
    with database().writing() as db:
        stay_on(db, actor(), programme_id, now(), stays=stays)
    flash(_("Thank you for staying on.") if stays else _("Saved. Your part ends with your group."))
    return redirect(url_for("member.group"), 303)
