"""The first page."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from scheduler.people.service import choose_language
from web.audiences import Audience, open_to
from web.current import database, find_current_actor
from web.language import CHOSEN, languages_to_choose
from web.navigation import home_of

blueprint = Blueprint("public", __name__)


@blueprint.get("/")
@open_to(Audience.PUBLIC)
def welcome() -> ResponseReturnValue:
    """What this is, for strangers; people who are signed in go to their own page."""
    actor = find_current_actor()
    return redirect(home_of(actor)) if actor else render_template("public/welcome.html")


@blueprint.post("/language")
@open_to(Audience.PUBLIC)
def choose() -> ResponseReturnValue:
    """Speak another language from now on: in this browser, and to whoever is signed in wherever words reach them."""
    tag = request.form.get("to", "")
    if tag in languages_to_choose():
        session[CHOSEN] = tag
        actor = find_current_actor()
        if actor:
            with database().writing() as db:
                choose_language(db, actor, tag)
    return redirect(_page_of_ours(request.form.get("page", "")), 303)


def _page_of_ours(path: str) -> str:
    """The page that somebody was on: a path of this site, nothing that leads elsewhere."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else "/"
