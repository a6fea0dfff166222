"""A group's charter: read, and agreed to."""

from __future__ import annotations

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue

from scheduler.charters.service import accept, find_group_charter
from scheduler.errors import NotFound
from scheduler.sessions.service import own_group
from web.audiences import Audience, open_to
from web.forms import form_on, read_form
from web.language import gettext as _
from web.member.blueprint import blueprint
from web.member.session_answers import back
from web.request_context import actor, database, now


@blueprint.get("/groups/<int:programme_id>/<group_key>/charter")
@open_to(Audience.MEMBER)
def charter(programme_id: int, group_key: str) -> str:
    """What the group agrees on, and who has."""
    with database().reading() as db:
        group = own_group(db, actor(), programme_id, group_key)
        found = find_group_charter(db, actor(), programme_id, group_key)
    if found is None:
        raise NotFound(_("This programme doesn’t have a charter."))
    return render_template("member/charter.html", group=group, agreed=found, me=actor().person_id)


@blueprint.post("/groups/<int:programme_id>/<group_key>/charter")
@open_to(Audience.MEMBER)
@form_on("member.charter", "charter")
def charter_accepted(programme_id: int, group_key: str) -> ResponseReturnValue:
    """Agree to the version that was shown."""
    with read_form() as form:
        version = form.id("version")
        if not form.ticked("agrees"):
            form.refuse("agrees", _("Tick the box to agree."))
    with database().writing() as db:
        everybody = accept(db, actor(), programme_id, group_key, version, now())
    if everybody:
        flash(_("Thank you. Everyone has agreed, so your dates are now certain."))
    else:
        flash(_("Thank you. Your dates will be certain as soon as everyone has agreed."))
    return redirect(back(), 303)
