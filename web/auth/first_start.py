"""The page behind the link of an installation's first start: who begins it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from scheduler.signing_in import first_start as beginning
from web.audiences import Audience, open_to
from web.auth.login import sign_in
from web.forms import form_on, read_form
from web.navigation import home_of
from web.request_context import database, find_current_actor, now

blueprint = Blueprint("first_start", __name__)


@blueprint.get("/first-start/<secret>")
@open_to(Audience.PUBLIC)
def ask(secret: str) -> ResponseReturnValue:
    """Ask who begins; say so where the link is over."""
    if not _is_usable(secret):
        return _over()
    return render_template("auth/first_start.html", secret=secret, longest=beginning.LONGEST_NAME)


@blueprint.post("/first-start/<secret>")
@open_to(Audience.PUBLIC)
@form_on("first_start.ask", "begin")
def use(secret: str) -> ResponseReturnValue:
    """Let them in, to their first programme."""
    with read_form() as form:
        name, email = form.text("name"), form.text("email")
    if not _is_usable(secret):
        return _over()
    with database().writing() as db:
        login = beginning.use_link(db, secret, name, email, request.user_agent.string, now())
    return redirect(sign_in(login), 303)


def _is_usable(secret: str) -> bool:
    with database().reading() as db:
        return beginning.is_usable(db, secret, now())


def _over() -> ResponseReturnValue:
    """Who has used it goes on to their own page."""
    if actor := find_current_actor():
        return redirect(home_of(actor))
    with database().reading() as db:
        is_begun = beginning.is_begun(db)
    return render_template("auth/first_start_over.html", is_begun=is_begun), 404
