"""A date that a group is asked about, answered by the link in a mail: nobody has to sign in for it."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.errors import NotFound
from scheduler.invitations.date_questions import answer_question, get_question
from scheduler.mail.addresses import TagKind, Tags
from web.audiences import Audience, open_to
from web.forms import form_on, read_form
from web.language import gettext as _
from web.public.views import blueprint
from web.request_context import database, now, settings


@blueprint.get("/mail/date/<secret>")
@open_to(Audience.PUBLIC)
def date_question(secret: str) -> str:
    """The date and two buttons: scanners of mail open every link, so opening it answers nothing."""
    with database().reading() as db:
        question = get_question(db, _number(secret), now())
    return render_template("public/date.html", question=question)


@blueprint.post("/mail/date/<secret>")
@open_to(Audience.PUBLIC)
@form_on("public.date_question", "date")
def date_answered(secret: str) -> ResponseReturnValue:
    """Yes or no."""
    with read_form() as form:
        agrees = form.choice("answer", {"yes": True, "no": False})
    with database().writing() as db:
        answer_question(db, _number(secret), agrees, now())
    return redirect(url_for("public.date_question", secret=secret), 303)


def _number(secret: str) -> int:
    number = Tags(settings()).find_one(TagKind.DATE, secret)
    if number is None:
        raise NotFound(_("This link is not one of ours, or no longer works."))
    return number
