"""The directory of facilitators who would like to be found by other facilitators, and one's own entry in it."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.joining.directory import LONGEST, list_me, own_entry, take_me_off
from scheduler.joining.directory import directory as read_directory
from scheduler.programmes.service import get_programme
from web.audiences import Audience, open_to
from web.facilitator.blueprint import blueprint
from web.forms import form_on, must_be_as_seen, read_form
from web.language import gettext as _
from web.request_context import actor, database, now


@blueprint.get("/facilitating/directory/<int:programme_id>")
@open_to(Audience.FACULTY)
def directory(programme_id: int) -> str:
    """One's own entry; with one, everyone else's."""
    with database().reading() as db:
        own = own_entry(db, actor(), programme_id)
        listed = read_directory(db, actor(), programme_id) if own.listed else ()
        programme = get_programme(db, programme_id)
    return render_template("facilitator/directory.html", own=own, listed=listed, programme=programme, longest=LONGEST)


@blueprint.post("/facilitating/directory/<int:programme_id>")
@open_to(Audience.FACULTY)
@form_on("facilitator.directory", "directory")
def directory_entered(programme_id: int) -> ResponseReturnValue:
    """Be listed, with these words, or be listed no more."""
    with read_form() as form:
        wanted, topics, languages = form.ticked("listed"), form.text("topics"), form.text("languages")
    with database().writing() as db:
        must_be_as_seen(own_entry(db, actor(), programme_id))
        if wanted:
            list_me(db, actor(), programme_id, topics, languages, now())
        else:
            take_me_off(db, actor(), programme_id)
    flash(_("Saved. You’re in the directory.") if wanted else _("Saved. You’re not in the directory."))
    return redirect(url_for("facilitator.directory", programme_id=programme_id), 303)
