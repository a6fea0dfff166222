"""Pausing a facilitator, and letting them go on."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.oversight.concerns import facilitators_in
from scheduler.oversight.pausing import Paused, lift_pause, list_paused, pause_facilitator
from scheduler.programmes.service import get_programme
from web.audiences import Audience, open_to
from web.forms import form_on, read_form
from web.language import gettext as _
from web.language import ngettext
from web.oversight.views import blueprint
from web.request_context import actor, database, now


@blueprint.get("/<int:programme_id>/pauses")
@open_to(Audience.OVERSIGHT)
def pauses(programme_id: int) -> str:
    """Who is paused, and who could be."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        paused = list_paused(db, actor(), programme_id)
        found = facilitators_in(db, programme_id)
    ids = {one.person_id for one in paused}
    others = [one for one in found if one.person_id not in ids and one.person_id != actor().person_id]
    return render_template("oversight/pauses.html", programme=programme, paused=paused, others=others)


@blueprint.post("/<int:programme_id>/pauses")
@open_to(Audience.OVERSIGHT)
@form_on("oversight.pauses", "pause", field="person", once=True)
def pause_begun(programme_id: int) -> ResponseReturnValue:
    """Pause somebody."""
    with read_form() as form:
        person_id = form.id("person")
    with database().writing() as db:
        found = pause_facilitator(db, actor(), programme_id, person_id, now())
    flash(_("Paused.") + " " + _what_became_of_sessions(found))
    return redirect(url_for("oversight.pauses", programme_id=programme_id), 303)


@blueprint.post("/<int:programme_id>/pauses/lifted")
@open_to(Audience.OVERSIGHT)
@form_on("oversight.pauses", "lift", field="person", once=True)
def pause_lifted(programme_id: int) -> ResponseReturnValue:
    """Let somebody go on."""
    with read_form() as form:
        person_id = form.id("person")
    with database().writing() as db:
        count = lift_pause(db, actor(), programme_id, person_id, now())
    back = ngettext("%(num)s session takes place again.", "%(num)s sessions take place again.", count)
    flash(_("They can facilitate again.") + (f" {back}" if count else ""))
    return redirect(url_for("oversight.pauses", programme_id=programme_id), 303)


def _what_became_of_sessions(found: Paused) -> str:
    parts = [
        ngettext("A deputy leads %(num)s session.", "Deputies lead %(num)s sessions.", found.covered),
        ngettext("%(num)s session goes on without them.", "%(num)s sessions go on without them.", found.shared),
        ngettext("%(num)s session is held back.", "%(num)s sessions are held back.", found.held_back),
    ]  # fmt: skip
    counts = (found.covered, found.shared, found.held_back)
    said = [words for words, count in zip(parts, counts, strict=True) if count]
    return " ".join(said) or _("They had no sessions ahead.")
