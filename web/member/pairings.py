"""Somebody would rather not be in a group with a person who supervises or assesses them, though it was reasoned."""

from __future__ import annotations

from flask import flash, redirect
from flask.typing import ResponseReturnValue

from scheduler.enrolment.relation_overrides import decline_pairing
from web.audiences import Audience, open_to
from web.forms import form_on
from web.language import gettext as _
from web.member.blueprint import blueprint
from web.member.session_answers import back
from web.request_context import actor, database, now


@blueprint.post("/pairings/<int:programme_id>/<int:override_id>/decline")
@open_to(Audience.MEMBER)
@form_on("member.joining_all")
def pairing_declined(programme_id: int, override_id: int) -> ResponseReturnValue:
    """Take it that this pairing isn't possible, without a reason."""
    with database().writing() as db:
        decline_pairing(db, actor(), programme_id, override_id, now())
    flash(_("Saved. Your coordinator learns only that this pairing isn’t possible, and looks for another way."))
    return redirect(back(), 303)
