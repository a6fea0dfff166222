"""A pause of one's own, without a reason, and coming back."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.availability.breaks import come_back, own_break, take_break
from scheduler.programmes.service import get_programme
from web.audiences import Audience, open_to
from web.forms import form_on, read_form
from web.language import gettext as _
from web.member.blueprint import blueprint
from web.request_context import actor, database, now


@blueprint.get("/join/<int:programme_id>/pause")
@open_to(Audience.MEMBER)
def pause(programme_id: int) -> str:
    """The pause that one is in or has before one, or a form for one."""
    with database().reading() as db:
        found = own_break(db, actor(), programme_id, now())
        programme = get_programme(db, programme_id)
    today = now().astimezone(ZoneInfo(programme.zone)).date()
    return render_template("member/pause.html", programme=programme, found=found, today=today)


@blueprint.post("/join/<int:programme_id>/pause")
@open_to(Audience.MEMBER)
@form_on("member.pause", "pause", field="last_day")
def pause_taken(programme_id: int) -> ResponseReturnValue:
    """Pause from a day on."""
    with read_form() as form:
        first, last = form.day("first_day"), form.find_coming_day("last_day")
    with database().writing() as db:
        take_break(db, actor(), programme_id, first, last, now())
    flash(_("Saved. Nobody expects you during your pause, and your place is kept."))
    return redirect(url_for("member.pause", programme_id=programme_id), 303)


@blueprint.post("/join/<int:programme_id>/pause/end")
@open_to(Audience.MEMBER)
@form_on("member.pause")
def pause_ended(programme_id: int) -> ResponseReturnValue:
    """Come back, or take a pause back that has not begun."""
    with database().writing() as db:
        come_back(db, actor(), programme_id, now())
    flash(_("Done. You’re expected at your sessions."))
    return redirect(url_for("member.pause", programme_id=programme_id), 303)
