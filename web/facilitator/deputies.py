"""Deputies: asked, answered, handed over to."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.charters.agreements import find_charter
from scheduler.errors import NotFound
from scheduler.groups.agenda import agenda_of_session_led
from scheduler.programmes.service import get_programme
from scheduler.sessions import deputies as deputising
from scheduler.sessions.attendance import attendance_of
from scheduler.sessions.deputies import Request, candidates, requests
from scheduler.sessions.model import DeputyState
from scheduler.sessions.service import session_led
from web.audiences import Audience, open_to
from web.facilitator.blueprint import blueprint
from web.forms import Form, form_on, must_be_as_seen, must_be_as_shown, read_form
from web.forms.answers import Place
from web.language import gettext as _
from web.mailing import mailed
from web.member import term
from web.member.charter_words import written_parts
from web.request_context import actor, database, now, settings


def _page_of_note(request_id: int) -> Place:
    """Whoever stands in writes it on the page of the request, whoever asked among their groups."""
    if Form(request.args).ticked("standing_in"):
        return "facilitator.standing_in", {"request_id": request_id}
    return "facilitator.groups", {}


@blueprint.get("/facilitating/deputy/<int:session_id>")
@open_to(Audience.FACULTY)
def deputy(session_id: int) -> str:
    """Whom to ask, and what to hand over."""
    with database().reading() as db:
        session, *_ways = session_led(db, actor(), session_id)
        is_over = session.starts_at <= now()
        found = () if is_over else candidates(db, actor(), session_id, now())
        mine = [asked for asked in requests(db, actor(), now()) if asked.session_id == session_id]
    return render_template("facilitator/deputy.html", session=session, candidates=found, requests=mine, is_over=is_over)


@blueprint.post("/facilitating/deputy/<int:session_id>")
@open_to(Audience.FACULTY)
@form_on("facilitator.deputy", "ask", field="note", once=True)
def deputy_asked(session_id: int) -> ResponseReturnValue:
    """Ask somebody."""
    with read_form() as form:
        person_id, note = form.id("person"), form.text("note")
    with database().writing() as db:
        must_be_as_shown(session_led(db, actor(), session_id)[0].starts_at)
        deputising.ask(db, actor(), session_id, person_id, note, now(), page_url=_page())
    flash(mailed(_("We’ve noted who you’d like to ask. Until someone says yes, the session is still yours to lead.")))
    return redirect(url_for("facilitator.groups"), 303)


@blueprint.post("/facilitating/deputy/<int:session_id>/back")
@open_to(Audience.FACULTY)
@form_on("facilitator.groups")
def deputy_taken_back(session_id: int) -> ResponseReturnValue:
    """Lead the session oneself after all."""
    with database().writing() as db:
        deputising.must_be_open(db, actor(), session_id)
        asked = (one for one in requests(db, actor(), now()) if one.session_id == session_id and not one.is_mine)
        must_be_as_shown(sorted(str(one.state) for one in asked))
        deputising.take_back(db, actor(), session_id, now())
    flash(_("You’re leading this session yourself."))
    return redirect(url_for("facilitator.groups"), 303)


@blueprint.get("/facilitating/requests/<int:request_id>")
@open_to(Audience.FACULTY)
def standing_in(request_id: int) -> str:
    """A request to stand in; once accepted, all that a deputy needs."""
    with database().reading() as db:
        asked = next((one for one in requests(db, actor(), now()) if one.id == request_id and one.is_mine), None)
        if asked is None:
            raise NotFound(_("That request isn’t one of yours."))
        led = session_led(db, actor(), asked.session_id) if asked.state is DeputyState.ACCEPTED else None
        agenda = agenda_of_session_led(db, actor(), asked.session_id) if led else ()
        charter = find_charter(db, asked.programme_id)
        noted = attendance_of(db, actor(), [asked.session_id]).get(asked.session_id)
        zone = get_programme(db, asked.programme_id).zone
    return render_template(
        "facilitator/standing_in.html",
        asked=asked,
        led=led,
        agenda=agenda,
        charter=charter,
        parts=list(written_parts(charter)) if charter else (),
        came=noted.came if noted else None,
        to_note=noted.open_ if noted else (),
        zone=zone,
        now=now(),
        term=term,
    )


@blueprint.post("/facilitating/requests/<int:request_id>")
@open_to(Audience.FACULTY)
@form_on("facilitator.standing_in", "answer", field="keeps_charter")
def request_answered(request_id: int) -> ResponseReturnValue:
    """Yes or no."""
    with read_form() as form:
        accepts, keeps = form.ticked("answer"), form.ticked("keeps_charter")
    with database().writing() as db:
        deputising.must_be_open(db, actor(), deputising.session_of(db, request_id))
        asked = next((one for one in requests(db, actor(), now()) if one.id == request_id), None)
        must_be_as_shown(*_shown(asked) if asked else ())
        if accepts:
            stands_in = deputising.accept(db, actor(), request_id, now(), keeps_charter=keeps, page_url=_page())
        else:
            deputising.decline(db, actor(), request_id, now(), page_url=_page())
            stands_in = False
    if accepts and not stands_in:
        flash(_("Thank you. You aren’t needed at this session after all."))
        return redirect(url_for("facilitator.groups"), 303)
    if accepts:
        flash(_("Thank you. If you have a calendar link, the session is in your calendar now."))
        return redirect(url_for("facilitator.standing_in", request_id=request_id), 303)
    flash(_("You’ve said no. Nobody asks you for a reason."))
    return redirect(url_for("facilitator.groups"), 303)


@blueprint.post("/facilitating/requests/<int:request_id>/note")
@open_to(Audience.FACULTY)
@form_on(_page_of_note, "note-{request_id}", field="note")
def hand_over_written(request_id: int) -> ResponseReturnValue:
    """Change the hand-over note."""
    with read_form() as form:
        note = form.text("note")
    with database().writing() as db:
        deputising.must_be_open(db, actor(), deputising.session_of(db, request_id))
        must_be_as_seen(next((one.note for one in requests(db, actor(), now()) if one.id == request_id), ""))
        deputising.write_note(db, actor(), request_id, note)
    flash(_("Your note has been saved for the two of you."))
    return redirect(url_for("facilitator.groups"), 303)


def _shown(asked: Request) -> tuple[object, ...]:
    """What somebody who answers must have seen as it is."""
    return asked.state, asked.starts_at, asked.place, asked.mode


def _page() -> str:
    return settings().base_url + url_for("facilitator.groups")
