"""What somebody has told the planner alone, to see and to delete: also for whoever has left."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.enrolment.own_relations import TIES
from scheduler.errors import NotFound
from scheduler.joining.told_answers import Told, forget_told, told_answers
from scheduler.languages import mark
from scheduler.programmes.service import get_programme
from web.audiences import Audience, open_to
from web.forms import form_on, read_form
from web.language import gettext as _
from web.member import joining_labels
from web.member.blueprint import blueprint
from web.request_context import actor, database, now

HEADINGS: Mapping[Told, str] = {
    Told.AVOID: mark("People you’d rather not be with"),
    Told.WANT: mark("People you’d like to be with"),
    Told.CHOICE: mark("Facilitators you’d like"),
    Told.RELATION: mark("Relations that you’ve declared"),
}


@blueprint.get("/join/<int:programme_id>/told")
@open_to(Audience.SIGNED_IN)
def told(programme_id: int) -> str:
    """All of it, with a button to delete each."""
    with database().reading() as db:
        answers = told_answers(db, actor(), programme_id)
        programme = get_programme(db, programme_id)
    return render_template(
        "member/told.html",
        answers=answers,
        programme=programme,
        headings=HEADINGS,
        Told=Told,
        labels=joining_labels,
        relations={(tie.kind, tie.from_me): tie.words for tie in TIES.values()},
    )


@blueprint.post("/join/<int:programme_id>/told")
@open_to(Audience.SIGNED_IN)
@form_on("member.told")
def told_forgotten(programme_id: int) -> ResponseReturnValue:
    """Delete one thing."""
    with read_form() as form:
        what, about = form.text("what"), form.find_own_id("about") or 0
    if what not in tuple(Told):
        raise NotFound(_("We can’t find that answer."))
    with database().writing() as db:
        forget_told(db, actor(), programme_id, Told(what), about, now())
    flash(_("Deleted. It’s no longer used."))
    return redirect(url_for("member.told", programme_id=programme_id), 303)
