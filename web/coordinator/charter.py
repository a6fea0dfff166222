"""The programme's charter: adopted, changed, and how many groups have agreed to it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.charters.agreements import agreed_groups
from scheduler.charters.model import Charter
from scheduler.charters.service import PARTS, adopt, charter_to_edit
from scheduler.groups.membership import rosters
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.current import actor, database, now
from web.language import gettext as _


@blueprint.get("/<int:programme_id>/charter")
@open_to(Audience.COORDINATOR)
def charter(programme_id: int) -> str:
    """The text in force, or one to begin with."""
    with database().reading() as db:
        found = charter_to_edit(db, actor(), programme_id)
        agreed, groups = len(agreed_groups(db, programme_id)), len(rosters(db, programme_id))
    return render_template(
        "coordinator/charter.html", programme_id=programme_id, charter=found, agreed=agreed, groups=groups
    )


@blueprint.post("/<int:programme_id>/charter")
@open_to(Audience.COORDINATOR)
def charter_adopted(programme_id: int) -> ResponseReturnValue:
    """Adopt what was written."""
    texts = {part: request.form.get(part, "") for part in PARTS}
    wanted = Charter(0, texts["confidentiality"], texts["expectations"], texts["communication"])
    with database().writing() as db:
        version = adopt(db, actor(), programme_id, wanted, now())
    flash(_("Version %(number)s is the charter now. Every group is asked to agree to it.", number=version))
    return redirect(url_for("coordinator.charter", programme_id=programme_id), 303)
