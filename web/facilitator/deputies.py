"""Deputies: asked, answered, handed over to."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.charters.agreements import find_charter
from scheduler.errors import NotFound
from scheduler.programmes.service import get_programme
from scheduler.sessions import deputising
from scheduler.sessions.attending import who_came
from scheduler.sessions.deputising import candidates, requests
from scheduler.sessions.service import session_led
from web.audiences import Audience, open_to
from web.current import actor, database, now, settings
from web.facilitator.blueprint import blueprint
from web.language import gettext as _


@blueprint.get("/facilitating/deputy/<int:session_id>")
@open_to(Audience.FACULTY)
def deputy(session_id: int) -> str:
    """Whom to ask, and what to hand over."""
    with database().reading() as db:
        session, _url, _phone = session_led(db, actor(), session_id)
        found = candidates(db, actor(), session_id, now())
        mine = [asked for asked in requests(db, actor(), now()) if asked.session_id == session_id]
    return render_template("facilitator/deputy.html", session=session, candidates=found, requests=mine)


@blueprint.post("/facilitating/deputy/<int:session_id>")
@open_to(Audience.FACULTY)
def deputy_asked(session_id: int) -> ResponseReturnValue:
    """Ask somebody."""
    person_id = request.form.get("person", type=int)
    if person_id is None:
        raise NotFound(_("Choose somebody from the list."))
    with database().writing() as db:
        note = request.form.get("note", "")
        deputising.ask(db, actor(), session_id, person_id, note, now(), page_url=_page())
    flash(_("Asked, by mail and on their page. You lead the session until they say yes."))
    return redirect(url_for("facilitator.groups"), 303)


@blueprint.post("/facilitating/deputy/<int:session_id>/back")
@open_to(Audience.FACULTY)
def deputy_taken_back(session_id: int) -> ResponseReturnValue:
    """Lead the session oneself after all."""
    with database().writing() as db:
        deputising.take_back(db, actor(), session_id, now())
    flash(_("You lead this session yourself."))
    return redirect(url_for("facilitator.groups"), 303)


@blueprint.get("/facilitating/requests/<int:request_id>")
@open_to(Audience.FACULTY)
def standing_in(request_id: int) -> str:
    """A request to stand in; once accepted, all that a deputy needs."""
    with database().reading() as db:
        asked = next((one for one in requests(db, actor(), now()) if one.id == request_id and one.is_mine), None)
        if asked is None:
            raise NotFound(_("There is no such request of yours."))
        led = session_led(db, actor(), asked.session_id) if asked.state == "accepted" else None
        charter = find_charter(db, asked.programme_id)
        came = who_came(db, actor(), [asked.session_id]).get(asked.session_id)
        zone = get_programme(db, asked.programme_id).zone
    return render_template(
        "facilitator/standing_in.html", asked=asked, led=led, charter=charter, came=came, zone=zone, now=now()
    )


@blueprint.post("/facilitating/requests/<int:request_id>")
@open_to(Audience.FACULTY)
def request_answered(request_id: int) -> ResponseReturnValue:
    """Yes or no."""
    form = request.form
    with database().writing() as db:
        if form.get("answer") == "1":
            keeps = form.get("keeps_charter") == "1"
            deputising.accept(db, actor(), request_id, now(), keeps_charter=keeps, page_url=_page())
        else:
            deputising.decline(db, actor(), request_id, now(), page_url=_page())
    if form.get("answer") == "1":
        flash(_("Thank you. The session is in your calendar now."))
        return redirect(url_for("facilitator.standing_in", request_id=request_id), 303)
    flash(_("Declined. No reason is asked or told."))
    return redirect(url_for("facilitator.groups"), 303)


@blueprint.post("/facilitating/requests/<int:request_id>/note")
@open_to(Audience.FACULTY)
def hand_over_written(request_id: int) -> ResponseReturnValue:
    """Change the hand-over note."""
    with database().writing() as db:
        deputising.write_note(db, actor(), request_id, request.form.get("note", ""))
    flash(_("The note is kept for the two of you."))
    return redirect(url_for("facilitator.groups"), 303)


def _page() -> str:
    return settings().base_url + url_for("facilitator.groups")
