"""What people have told the oversight contact who is signed in, answering it, and handing it to another."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.errors import NotFound
from scheduler.languages import say
from scheduler.oversight import concerns as told
from scheduler.oversight.pausing import list_paused
from scheduler.oversight.wording import KINDS, REPLIES, STATUSES, URGENCIES
from scheduler.programmes.service import get_programme
from web.audiences import Audience, open_to
from web.forms import form_on, read_form
from web.language import gettext as _
from web.oversight.views import blueprint
from web.request_context import actor, database, now, settings


@blueprint.get("/<int:programme_id>/concerns")
@open_to(Audience.OVERSIGHT)
def concerns(programme_id: int) -> str:
    """Everything, open ones first."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        found = told.concerns(db, actor(), programme_id)
        repeated = told.repeated(db, actor(), programme_id)
    return render_template(
        "oversight/concerns.html", programme=programme, concerns=found, repeated=repeated, **_words()
    )


@blueprint.get("/<int:programme_id>/concerns/<int:number>")
@open_to(Audience.OVERSIGHT)
def concern(programme_id: int, number: int) -> str:
    """One of them, with the conversation."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        page = told.get_concern(db, actor(), number)
        paused = {one.person_id for one in list_paused(db, actor(), programme_id)}
    if page.programme_id != programme_id:
        raise NotFound(_("This page doesn’t exist, or you don’t have access to it."))
    return render_template("oversight/concern.html", programme=programme, page=page, paused=paused, **_words())


@blueprint.post("/<int:programme_id>/concerns/<int:number>/seen")
@open_to(Audience.OVERSIGHT)
@form_on("oversight.concern", "seen", once=True)
def concern_seen(programme_id: int, number: int) -> ResponseReturnValue:
    """Open it, and note that."""
    with database().writing() as db:
        told.see(db, actor(), number, now())
    return _back(programme_id, number)


@blueprint.post("/<int:programme_id>/concerns/<int:number>")
@open_to(Audience.OVERSIGHT)
@form_on("oversight.concern", "answer", field="text", once=True)
def concern_answered(programme_id: int, number: int) -> ResponseReturnValue:
    """Answer, or close."""
    with read_form() as form:
        text, closes = form.text("text"), form.ticked("close")
    with database().writing() as db:
        told.reply(db, actor(), number, text, now(), close=closes)
    flash(_("Saved. The person who raised it will find your answer with their code.") if text else _("Closed."))
    return _back(programme_id, number)


@blueprint.post("/<int:programme_id>/concerns/<int:number>/hand-over")
@open_to(Audience.OVERSIGHT)
@form_on("oversight.concern", "hand", field="contact", once=True)
def concern_handed_over(programme_id: int, number: int) -> ResponseReturnValue:
    """Let another contact read it; who does not stay comes back to the list."""
    with read_form() as form:
        contact, stays = form.id("contact"), form.choice("stays", {"yes": True, "no": False})
    where = settings().base_url + url_for("oversight.concerns", programme_id=programme_id)
    with database().writing() as db:
        told.hand_over(db, actor(), number, contact, now(), stays=stays, page_url=where)
    flash(_("They can read it now. The person who raised it sees that."))
    if not stays:
        return redirect(url_for("oversight.concerns", programme_id=programme_id), 303)
    return _back(programme_id, number)


@blueprint.post("/<int:programme_id>/concerns/<int:number>/about")
@open_to(Audience.OVERSIGHT)
@form_on("oversight.concern", "about", field="about_id", once=True)
def concern_about(programme_id: int, number: int) -> ResponseReturnValue:
    """Note whom it is about."""
    with read_form() as form:
        person_id = form.find_id("about_id")
    with database().writing() as db:
        told.say_about(db, actor(), number, person_id, now())
    flash(_("Saved."))
    return _back(programme_id, number)


def _back(programme_id: int, number: int) -> ResponseReturnValue:
    return redirect(url_for("oversight.concern", programme_id=programme_id, number=number), 303)


def _words() -> dict[str, dict[str, str]]:
    return {
        "kinds": {kind: say(text) for kind, text in KINDS.items()},
        "urgencies": {each: say(text) for each, text in URGENCIES.items()},
        "replies": {each: say(text) for each, text in REPLIES.items()},
        "statuses": {each: say(text) for each, text in STATUSES.items()},
    }
