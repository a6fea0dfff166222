"""The programme's charter: adopted, changed, and how many groups have agreed to it."""

from __future__ import annotations

from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.charters.agreements import agreed_groups
from scheduler.charters.model import NEEDED_PARTS, PARTS, charter_of
from scheduler.charters.service import adopt, charter_to_edit, proposed
from scheduler.plans.membership import rosters
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.forms import form_on, must_be_as_seen, read_form
from web.language import gettext as _
from web.language import languages_to_choose
from web.request_context import actor, database, now


@blueprint.get("/<int:programme_id>/charter")
@open_to(Audience.COORDINATOR)
def charter(programme_id: int) -> str:
    """The text in force, or one to begin with; with a language, the usual text in that one to begin anew from."""
    chosen = request.args.get("text", "")
    with database().reading() as db:
        found = charter_to_edit(db, actor(), programme_id)
        agreed, groups = len(agreed_groups(db, programme_id, now())), len(rosters(db, programme_id))
    return render_template(
        "coordinator/charter.html",
        programme_id=programme_id,
        charter=found,
        begun=replace(proposed(chosen), version=found.version) if chosen in languages_to_choose() else found,
        needed=NEEDED_PARTS,
        stored=[getattr(found, part) for part in PARTS],
        agreed=agreed,
        groups=groups,
    )


@blueprint.post("/<int:programme_id>/charter")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.charter", "charter")
def charter_adopted(programme_id: int) -> ResponseReturnValue:
    """Adopt what was written."""
    with read_form() as form:
        texts = {part: form.text(part) for part in PARTS}
        language = form.choice("language", {"": "", **{tag: tag for tag in languages_to_choose()}}, "")
    wanted = charter_of(0, texts, language=language)
    with database().writing() as db:
        must_be_as_seen(*(getattr(charter_to_edit(db, actor(), programme_id), part) for part in PARTS))
        version = adopt(db, actor(), programme_id, wanted, now())
    flash(_("Version %(number)s is now the charter. Every group is asked to agree to it.", number=version))
    return redirect(url_for("coordinator.charter", programme_id=programme_id), 303)
