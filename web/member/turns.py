"""Swapping turns in the chair: one tap asks, the other's answers."""

from __future__ import annotations

from flask import flash, redirect
from flask.typing import ResponseReturnValue

from scheduler.sessions.turn_swaps import answer_swap, ask_for_turn
from web.audiences import Audience, open_to
from web.forms import form_on, read_form
from web.language import gettext as _
from web.member.blueprint import blueprint
from web.member.session_answers import back
from web.request_context import actor, database, now


@blueprint.post("/sessions/<int:session_id>/turn")
@open_to(Audience.MEMBER)
@form_on("member.session")
def turn_asked(session_id: int) -> ResponseReturnValue:
    """Offer one's own turn for this session's."""
    with read_form() as form:
        own = form.id("own")
    with database().writing() as db:
        ask_for_turn(db, actor(), session_id, own, now())
    flash(_("They’ll see that you’d like to swap turns. Until they agree, both stay as they are."))
    return redirect(back(), 303)


@blueprint.post("/sessions/<int:session_id>/turn/answer")
@open_to(Audience.MEMBER)
@form_on("member.session")
def turn_answered(session_id: int) -> ResponseReturnValue:
    """Take the turn that is offered for one's own, or keep one's own."""
    with read_form() as form:
        agrees = form.choice("answer", {"yes": True, "no": False})
    with database().writing() as db:
        answer_swap(db, actor(), session_id, now(), agrees=agrees)
    flash(_("You’ve swapped turns.") if agrees else _("You’re keeping your turn."))
    return redirect(back(), 303)
