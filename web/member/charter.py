"""A group's charter: read, and agreed to."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from scheduler.charters.service import accept, group_charter
from scheduler.errors import NotFound, Rejected
from scheduler.sessions.service import own_group
from web.audiences import Audience, open_to
from web.current import actor, database, now
from web.language import gettext as _
from web.member.answers import back
from web.member.blueprint import blueprint


@blueprint.get("/groups/<int:programme_id>/<group_key>/charter")
@open_to(Audience.MEMBER)
def charter(programme_id: int, group_key: str) -> str:
    """What the group agrees on, and who has."""
    with database().reading() as db:
        group = own_group(db, actor(), programme_id, group_key)
        found = group_charter(db, actor(), programme_id, group_key)
    if found is None:
        raise NotFound(_("This programme has no charter."))
    return render_template("member/charter.html", group=group, agreed=found, me=actor().person_id)


@blueprint.post("/groups/<int:programme_id>/<group_key>/charter")
@open_to(Audience.MEMBER)
def charter_accepted(programme_id: int, group_key: str) -> ResponseReturnValue:
    """Agree to the version that was shown."""
    version = request.form.get("version", type=int)
    if version is None or request.form.get("agrees") != "1":
        raise Rejected(_("The box is not ticked yet."), what_to_do=_("Go back, read the charter, and tick it."))
    with database().writing() as db:
        everybody = accept(db, actor(), programme_id, group_key, version, now())
    if everybody:
        flash(_("Thank you. Everybody has agreed: your dates are certain."))
    else:
        flash(_("Thank you. As soon as everybody has agreed, your dates are certain."))
    return redirect(back(), 303)
