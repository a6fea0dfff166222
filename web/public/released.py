"""Whether somebody was really released for a session, said by the link in a mail: nobody has to sign in for it."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.mail.addresses import TagKind
from scheduler.voices.model import Released
from scheduler.voices.releases import answer_release_question, get_release_question
from web.audiences import Audience, open_to
from web.forms import form_on, read_form
from web.public.mail_links import number_behind
from web.public.views import blueprint
from web.request_context import database, now


@blueprint.get("/mail/released/<secret>")
@open_to(Audience.PUBLIC)
def released(secret: str) -> str:
    """The session and three buttons: scanners of mail open every link, so opening it answers nothing."""
    with database().reading() as db:
        question = get_release_question(db, number_behind(secret, TagKind.RELEASED), now())
    return render_template("public/released.html", question=question)


@blueprint.post("/mail/released/<secret>")
@open_to(Audience.PUBLIC)
@form_on("public.released", "released")
def released_said(secret: str) -> ResponseReturnValue:
    """Yes, no, or off anyway."""
    with read_form() as form:
        answer = form.choice("answer", {each.value: each for each in Released})
    with database().writing() as db:
        answer_release_question(db, number_behind(secret, TagKind.RELEASED), answer, now())
    return redirect(url_for("public.released", secret=secret), 303)
