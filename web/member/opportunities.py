"""Opportunities: a facilitator posts one to a whole group, and takes it down again."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from scheduler.groups.opportunities import post_opportunity, take_down
from web.audiences import Audience, open_to
from web.forms import form_on, read_form
from web.language import gettext as _
from web.mailing import mailed
from web.member.blueprint import blueprint
from web.member.session_answers import own_page
from web.request_context import actor, database, now, settings


@blueprint.post("/groups/<int:programme_id>/<group_key>/opportunities")
@open_to(Audience.MEMBER)
@form_on("member.group_of", "opportunity-{group_key}", field="text", once=True)
def opportunity_posted(programme_id: int, group_key: str) -> ResponseReturnValue:
    """Tell all of the group at once."""
    with read_form() as form:
        text, ends_on = form.text("text"), form.day("ends_on")
    with database().writing() as db:
        post_opportunity(db, settings(), actor(), programme_id, group_key, text, ends_on, now())
    flash(mailed(_("Posted. It’s on the group’s page, and everyone in the group is e-mailed at the same time.")))
    return redirect(url_for("member.group_of", programme_id=programme_id, group_key=group_key), 303)


@blueprint.post("/opportunities/<int:opportunity_id>")
@open_to(Audience.MEMBER)
@form_on(own_page)
def opportunity_taken_down(opportunity_id: int) -> ResponseReturnValue:
    """Take it off the page."""
    with database().writing() as db:
        take_down(db, actor(), opportunity_id, now())
    flash(_("It’s no longer on the group’s page."))
    endpoint, values = own_page()
    return redirect(url_for(endpoint, **values), 303)
