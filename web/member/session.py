"""The page of one session: place, agenda, who comes, a private note, and afterwards who came."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.calendars.meetings import set_meeting
from scheduler.errors import NotFound
from scheduler.groups.agenda import put_off, suggest, take_off
from scheduler.groups.private import own_notes, write_note
from scheduler.groups.thanking import thank
from scheduler.sessions.attending import note_who_came, who_came
from scheduler.sessions.service import own_session
from web.audiences import Audience, open_to
from web.current import actor, database, now
from web.language import gettext as _
from web.language import ngettext
from web.member import term
from web.member.answers import back
from web.member.blueprint import blueprint
from web.member.group_page import load_page


@blueprint.get("/sessions/<int:session_id>")
@open_to(Audience.MEMBER)
def session(session_id: int) -> str:
    """A session of one's own group."""
    with database().reading() as db:
        group, found = own_session(db, actor(), session_id)
        notes = own_notes(db, actor())
        came = who_came(db, actor(), [session_id]).get(session_id)
    return render_template(
        "member/session.html",
        page=load_page(group),
        session=found,
        note=notes.get(session_id, ""),
        came=came,
        now=now(),
        term=term,
    )


@blueprint.post("/sessions/<int:session_id>/note")
@open_to(Audience.MEMBER)
def note_written(session_id: int) -> ResponseReturnValue:
    """Keep a private note, or delete it by emptying it."""
    with database().writing() as db:
        write_note(db, actor(), session_id, request.form.get("text", ""), now())
    flash(_("Your note is kept. Nobody but you can read it."))
    return redirect(url_for("member.session", session_id=session_id), 303)


@blueprint.post("/sessions/<int:session_id>/came")
@open_to(Audience.MEMBER)
def who_came_noted(session_id: int) -> ResponseReturnValue:
    """Note who came."""
    came = {int(text) for text in request.form.getlist("came") if text.isdecimal()}
    with database().writing() as db:
        count = note_who_came(db, actor(), session_id, came, now())
    flash(ngettext("Noted: %(num)s person came.", "Noted: %(num)s people came.", count))
    return redirect(back(), 303)


@blueprint.post("/groups/<int:programme_id>/<group_key>/agenda")
@open_to(Audience.MEMBER)
def suggested(programme_id: int, group_key: str) -> ResponseReturnValue:
    """Put something on the agenda. Nobody learns who did."""
    session_id = request.form.get("session", type=int)
    with database().writing() as db:
        suggest(db, actor(), programme_id, group_key, request.form.get("text", ""), now(), session_id)
    flash(_("It is on the list, without your name."))
    return redirect(back(), 303)


@blueprint.post("/agenda/<int:item_id>")
@open_to(Audience.MEMBER)
def agenda_changed(item_id: int) -> ResponseReturnValue:
    """Take something off the list, or put it on another session's."""
    with database().writing() as db:
        if request.form.get("done"):
            take_off(db, actor(), item_id)
        else:
            put_off(db, actor(), item_id, request.form.get("session", type=int))
    return redirect(back(), 303)


@blueprint.post("/groups/<int:programme_id>/<group_key>/meeting")
@open_to(Audience.MEMBER)
def meeting_set(programme_id: int, group_key: str) -> ResponseReturnValue:
    """Say how the group can be joined from afar."""
    url, phone = request.form.get("url", ""), request.form.get("phone", "")
    with database().writing() as db:
        set_meeting(db, actor(), programme_id, group_key, url, phone, now())
    flash(_("Kept. Everybody's calendar is told."))
    return redirect(back(), 303)


@blueprint.post("/groups/<int:programme_id>/<group_key>/thanks")
@open_to(Audience.MEMBER)
def thanked(programme_id: int, group_key: str) -> ResponseReturnValue:
    """Thank a facilitator, with one's name or without."""
    person_id, text = request.form.get("to", type=int), request.form.get("text", "")
    if person_id is None:
        raise NotFound(_("There is no such facilitator of yours."))
    with database().writing() as db:
        signed = request.form.get("signed") == "1"
        thank(db, actor(), programme_id, group_key, person_id, text, now(), signed=signed)
    flash(_("Passed on. Thank you for thanking."))
    return redirect(back(), 303)
