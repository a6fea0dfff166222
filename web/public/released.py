"""Whether somebody was really released for a session, said by the link in a mail: nobody has to sign in for it."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.errors import NotFound
from scheduler.mail.addresses import TagKind, Tags
from scheduler.voices.model import Released
from scheduler.voices.releases import answer_release_question, get_release_question
from web.audiences import Audience, open_to
from web.forms import form_on, read_form
from web.language import gettext as _
from web.public.views import blueprint
from web.request_context import database, now, settings


@blueprint.get("/mail/released/<secret>")
@open_to(Audience.PUBLIC)
def released(secret: str) -> str:
    """The session and three buttons: scanners of mail open every link, so opening it answers nothing."""
    with database().reading() as db:
        question = get_release_question(db, _number(secret), now())
    return render_template("public/released.html", question=question)


@blueprint.post("/mail/released/<secret>")
@open_to(Audience.PUBLIC)
@form_on("public.released", "released")
def released_said(secret: str) -> ResponseReturnValue:
    """Yes, no, or off anyway."""
    with read_form() as form:
        answer = form.choice("answer", {each.value: each for each in Released})
    with database().writing() as db:
        answer_release_question(db, _number(secret), answer, now())
    return redirect(url_for("public.released", secret=secret), 303)


def _number(secret: str) -> int:
    number = Tags(settings()).find_one(TagKind.RELEASED, secret)
    if number is None:
        raise NotFound(_("This link is not one of ours, or no longer works."))
    return number
