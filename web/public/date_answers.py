"""A date that a group is asked about, answered by the link in a mail: nobody has to sign in for it."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.invitations.date_questions import answer_question, get_question
from scheduler.mail.addresses import TagKind
from web.audiences import Audience, open_to
from web.forms import form_on, read_form
from web.public.mail_links import number_behind
from web.public.views import blueprint
from web.request_context import database, now


@blueprint.get("/mail/date/<secret>")
@open_to(Audience.PUBLIC)
def date_question(secret: str) -> str:
    """The date and two buttons: scanners of mail open every link, so opening it answers nothing."""
    with database().reading() as db:
        question = get_question(db, number_behind(secret, TagKind.DATE), now())
    return render_template("public/date.html", question=question)


@blueprint.post("/mail/date/<secret>")
@open_to(Audience.PUBLIC)
@form_on("public.date_question", "date")
def date_answered(secret: str) -> ResponseReturnValue:
    """Yes or no."""
    with read_form() as form:
        agrees = form.choice("answer", {"yes": True, "no": False})
    with database().writing() as db:
        answer_question(db, number_behind(secret, TagKind.DATE), agrees, now())
    return redirect(url_for("public.date_question", secret=secret), 303)
