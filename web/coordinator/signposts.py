"""Signposts to counselling, occupational health and crisis lines: entered and removed by the coordinator."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.languages import say
from scheduler.programmes.model import HelpKind, Signpost
from scheduler.programmes.service import get_programme
from scheduler.programmes.signposts import (
    KINDS,
    LONGEST,
    LONGEST_ADDRESS,
    add_signpost,
    remove_signpost,
    signposts_of,
)
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.forms import form_on, read_form
from web.language import gettext as _
from web.request_context import actor, database, now


@blueprint.get("/<int:programme_id>/signposts")
@open_to(Audience.COORDINATOR)
def signposts(programme_id: int) -> str:
    """Those there are, and one more."""
    with database().reading() as db:
        programme, found = get_programme(db, programme_id), signposts_of(db, (programme_id,))
    kinds = {kind: say(text) for kind, text in KINDS.items()}
    return render_template(
        "coordinator/signposts.html",
        programme=programme,
        found=found,
        kinds=kinds,
        longest=LONGEST,
        longest_address=LONGEST_ADDRESS,
    )


@blueprint.post("/<int:programme_id>/signposts")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.signposts", "signpost", field="name", once=True)
def signpost_added(programme_id: int) -> ResponseReturnValue:
    """One more."""
    with read_form() as form:
        kind = form.choice("kind", {each.value: each for each in HelpKind})
        wanted = Signpost(kind, form.text("name"), form.text("phone"), form.text("url"), form.text("when"))
    with database().writing() as db:
        add_signpost(db, actor(), programme_id, wanted, now())
    flash(_("Saved. It’s on every page of residents and facilitators."))
    return redirect(url_for("coordinator.signposts", programme_id=programme_id), 303)


@blueprint.post("/<int:programme_id>/signposts/<int:number>/removed")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.signposts", "remove", once=True)
def signpost_removed(programme_id: int, number: int) -> ResponseReturnValue:
    """One less."""
    with database().writing() as db:
        remove_signpost(db, actor(), programme_id, number, now())
    flash(_("Removed."))
    return redirect(url_for("coordinator.signposts", programme_id=programme_id), 303)
