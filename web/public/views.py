"""The first page."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue

from web.audiences import Audience, open_to
from web.current import find_current_actor
from web.navigation import home_of

blueprint = Blueprint("public", __name__)


@blueprint.get("/")
@open_to(Audience.PUBLIC)
def welcome() -> ResponseReturnValue:
    """What this is, for strangers; people who are signed in go to their own page."""
    actor = find_current_actor()
    return redirect(home_of(actor)) if actor else render_template("public/welcome.html")
