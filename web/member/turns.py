"""Swapping turns in the chair: one tap asks, the other's answers."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from scheduler.sessions.turn_swaps import answer_swap, ask_for_turn
from web.audiences import Audience, open_to
from web.forms import form_on, read_form
from web.language import gettext as _
from web.mailing import mailed
from web.member.blueprint import blueprint
from web.member.session_answers import back
from web.request_context import actor, database, now, settings


@blueprint.post("/sessions/<int:session_id>/turn")
@open_to(Audience.MEMBER)
@form_on("member.session")
def turn_asked(session_id: int) -> ResponseReturnValue:
    """Offer one's own turn for this session's."""
    with read_form() as form:
        own = form.id("own")
    with database().writing() as db:
        ask_for_turn(db, actor(), session_id, own, now(), page_url=_page())
    flash(mailed(_("They’re told by e-mail that you’d like to swap turns. Until they agree, both stay as they are.")))
    return redirect(back(), 303)


@blueprint.post("/sessions/<int:session_id>/turn/answer")
@open_to(Audience.MEMBER)
@form_on("member.session")
def turn_answered(session_id: int) -> ResponseReturnValue:
    """Take the turn that is offered for one's own, or keep one's own."""
    with read_form() as form:
        agrees = form.choice("answer", {"yes": True, "no": False})
    with database().writing() as db:
        answer_swap(db, actor(), session_id, now(), agrees=agrees, page_url=_page())
    flash(_("You’ve swapped turns.") if agrees else _("You’re keeping your turn."))
    return redirect(back(), 303)


def _page() -> str:
    """Where a turn is asked for and answered, for an e-mail."""
    return f"{settings().base_url}{url_for('member.group')}"
