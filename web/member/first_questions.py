"""A question to a facilitator before joining, under a name for one time; and its answer."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.joining.people_search import list_facilitators
from scheduler.own_groups import first_questions as asking
from scheduler.people.model import Role
from scheduler.programmes.service import get_programme
from web.audiences import Audience, open_to
from web.forms import form_on, must_be_as_shown, read_form
from web.language import gettext as _
from web.mailing import mailed
from web.member.blueprint import blueprint
from web.request_context import actor, database, now, settings


@blueprint.get("/join/<int:programme_id>/ask-first")
@open_to(Audience.MEMBER)
def first_questions(programme_id: int) -> str:
    """What one asked, or was asked."""
    is_resident = actor().has(programme_id, Role.RESIDENT)
    with database().reading() as db:
        found = asking.first_questions(db, actor(), programme_id)
        programme = get_programme(db, programme_id)
        askable = list_facilitators(db, actor(), programme_id, now()) if is_resident else ()
    return render_template(
        "member/first_questions.html",
        programme=programme,
        questions=found,
        askable=askable,
        is_resident=is_resident,
        longest=asking.LONGEST,
    )


@blueprint.post("/join/<int:programme_id>/ask-first")
@open_to(Audience.MEMBER)
@form_on("member.first_questions", "first", field="text", once=True)
def first_asked(programme_id: int) -> ResponseReturnValue:
    """Ask somebody."""
    with read_form() as form:
        to_id, text = form.id("to"), form.text("text")
    with database().writing() as db:
        alias = asking.ask_first(db, actor(), programme_id, to_id, text, now(), page_url=_page(programme_id))
    flash(mailed(_("We’ve passed on your question, as from %(alias)s. The answer will be on this page.", alias=alias)))
    return _back(programme_id)


@blueprint.post("/join/<int:programme_id>/ask-first/<int:question_id>")
@open_to(Audience.MEMBER)
@form_on("member.first_questions", "first-answer", field="text")
def first_answered(programme_id: int, question_id: int) -> ResponseReturnValue:
    """Answer a question, or delete one's own."""
    with read_form() as form:
        deletes, text = form.ticked("delete"), form.text("text")
    with database().writing() as db:
        known = asking.first_questions(db, actor(), programme_id)
        must_be_as_shown(next((each for each in known if each.id == question_id), None))
        if deletes:
            asking.delete_first(db, actor(), question_id)
            flash(_("Your question has been deleted, with its answer."))
        else:
            asking.answer_first(db, actor(), question_id, text, now(), page_url=_page(programme_id))
            flash(mailed(_("Thank you. We’ve passed on your answer.")))
    return _back(programme_id)


def _back(programme_id: int) -> ResponseReturnValue:
    return redirect(url_for("member.first_questions", programme_id=programme_id), 303)


def _page(programme_id: int) -> str:
    return settings().base_url + url_for("member.first_questions", programme_id=programme_id)
