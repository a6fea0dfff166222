"""The page of one session: place, agenda, who comes, a private note, and afterwards who came."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.groups.agenda import put_off, suggest, take_off
from scheduler.groups.private import own_notes, write_note
from scheduler.groups.thanks import thank
from scheduler.groups.thread import can_open, find_thread, open_thread, reply
from scheduler.groups.written_weeks import stop_writing, take_part_in_writing
from scheduler.sessions.attendance import attendance_of, note_who_came, who_came
from scheduler.sessions.join_links import set_join_links
from scheduler.sessions.service import own_group, own_session
from scheduler.voices.pathway import note_led_together, willing_at
from web.audiences import Audience, open_to
from web.forms import Form, form_on, must_be_as_seen, read_form
from web.forms.answers import Place
from web.language import gettext as _
from web.language import ngettext
from web.mailing import mailed
from web.member import term
from web.member.blueprint import blueprint
from web.member.group_page import load_pages
from web.member.session_answers import back, own_page
from web.request_context import actor, database, now, settings


def _page_of_session(session_id: int) -> Place:
    """A deputy does not belong to the group: they note who came on the page of the request."""
    if request_id := Form(request.args).find_id("request"):
        return "facilitator.standing_in", {"request_id": request_id}
    return "member.session", {"session_id": session_id}


def _page_of_agenda(programme_id: int, group_key: str) -> Place:
    if session_id := Form(request.form).find_id("of_session"):
        return "member.session", {"session_id": session_id}
    return "member.group_of", {"programme_id": programme_id, "group_key": group_key}


@blueprint.get("/sessions/<int:session_id>")
@open_to(Audience.MEMBER)
def session(session_id: int) -> str:
    """A session of one's own group."""
    with database().reading() as db:
        group, found = own_session(db, actor(), session_id)
        notes = own_notes(db, actor())
        noted = attendance_of(db, actor(), [session_id]).get(session_id)
        [page] = load_pages(db, [group])
        week = find_thread(db, actor(), session_id)
        together = willing_at(db, actor(), session_id)
    return render_template(
        "member/session.html",
        page=page,
        session=found,
        note=notes.get(session_id, ""),
        came=noted.came if noted else None,
        to_note=noted.open_ if noted else (),
        week=week,
        together=together,
        can_open=can_open(found.ends_at, found.status, now()),
        now=now(),
        term=term,
    )


@blueprint.post("/sessions/<int:session_id>/note")
@open_to(Audience.MEMBER)
@form_on("member.session", "note", field="text")
def note_written(session_id: int) -> ResponseReturnValue:
    """Keep a private note, or delete it by emptying it."""
    with read_form() as form:
        text = form.text("text")
    with database().writing() as db:
        must_be_as_seen(own_notes(db, actor()).get(session_id, ""))
        write_note(db, actor(), session_id, text, now())
    flash(_("Your note has been saved. Only you can read it."))
    return redirect(url_for("member.session", session_id=session_id), 303)


@blueprint.post("/sessions/<int:session_id>/came")
@open_to(Audience.MEMBER)
@form_on(_page_of_session, "came")
def who_came_noted(session_id: int) -> ResponseReturnValue:
    """Note who came."""
    with read_form() as form:
        came = form.ids("came")
    with database().writing() as db:
        must_be_as_seen(who_came(db, actor(), [session_id]).get(session_id))
        count = note_who_came(db, actor(), session_id, came, now())
    flash(ngettext("Saved: %(num)s person came.", "Saved: %(num)s people came.", count))
    return redirect(back(), 303)


@blueprint.post("/sessions/<int:session_id>/led-together")
@open_to(Audience.MEMBER)
@form_on("member.session", "together")
def led_together(session_id: int) -> ResponseReturnValue:
    """Note which residents on the way to facilitating led the session together with the reader."""
    with read_form() as form:
        people = form.ids("together")
    with database().writing() as db:
        must_be_as_seen(willing_at(db, actor(), session_id))
        note_led_together(db, actor(), session_id, people, now())
    flash(_("Saved."))
    return redirect(url_for("member.session", session_id=session_id), 303)


@blueprint.post("/sessions/<int:session_id>/thread")
@open_to(Audience.MEMBER)
@form_on("member.session", "thread", field="question", once=True)
def thread_opened(session_id: int) -> ResponseReturnValue:
    """Open a week in writing with a question."""
    with read_form() as form:
        question = form.text("question")
    with database().writing() as db:
        open_thread(db, settings(), actor(), session_id, question, now())
    flash(mailed(_("Your question is here for a week, and we’ll e-mail it to your group.")))
    return redirect(url_for("member.session", session_id=session_id), 303)


@blueprint.post("/sessions/<int:session_id>/thread/reply")
@open_to(Audience.MEMBER)
@form_on("member.session", "reply", field="text")
def thread_answered(session_id: int) -> ResponseReturnValue:
    """Write in a week in writing, or take back what one has written by emptying it."""
    with read_form() as form:
        text = form.text("text")
    with database().writing() as db:
        week = find_thread(db, actor(), session_id)
        must_be_as_seen(week.own(actor().person_id or 0) if week else "")
        reply(db, actor(), session_id, text, now())
    flash(_("Saved. Your group can read it here."))
    return redirect(url_for("member.session", session_id=session_id), 303)


@blueprint.post("/sessions/<int:session_id>/writing")
@open_to(Audience.MEMBER)
@form_on("member.session")
def writing_chosen(session_id: int) -> ResponseReturnValue:
    """Take part in writing instead of being there, or not after all."""
    with read_form() as form:
        stops = form.ticked("stop")
    with database().writing() as db:
        if stops:
            stop_writing(db, actor(), session_id, now())
        else:
            take_part_in_writing(db, actor(), session_id, now())
    if stops:
        flash(_("Saved. Nobody expects anything in writing from you."))
    else:
        flash(_("Saved. Your group sees that you take part in writing."))
        flash(mailed(_("We’ll e-mail you the questions two days before the session, or now if that has passed.")))
    return redirect(back(), 303)


@blueprint.post("/groups/<int:programme_id>/<group_key>/agenda")
@open_to(Audience.MEMBER)
@form_on(_page_of_agenda, "suggest-{group_key}", field="text", once=True)
def suggested(programme_id: int, group_key: str) -> ResponseReturnValue:
    """Put something on the agenda. Nobody learns who did."""
    with read_form() as form:
        session_id, text = form.find_id("session"), form.text("text")
    with database().writing() as db:
        suggest(db, actor(), programme_id, group_key, text, now(), session_id)
    flash(_("It’s on the list, without your name."))
    return redirect(back(), 303)


@blueprint.post("/agenda/<int:item_id>")
@open_to(Audience.MEMBER)
@form_on(own_page)
def agenda_changed(item_id: int) -> ResponseReturnValue:
    """Take something off the list, or put it on another session's."""
    with read_form() as form:
        is_done, session_id = form.ticked("done"), form.find_id("session")
    with database().writing() as db:
        if is_done:
            take_off(db, actor(), item_id)
        else:
            put_off(db, actor(), item_id, session_id)
    return redirect(back(), 303)


@blueprint.post("/groups/<int:programme_id>/<group_key>/meeting")
@open_to(Audience.MEMBER)
@form_on("member.group_of", "meeting-{group_key}")
def meeting_set(programme_id: int, group_key: str) -> ResponseReturnValue:
    """Say how the group can be joined from afar."""
    with read_form() as form:
        url, phone, code = form.text("url"), form.text("phone"), form.text("code")
    with database().writing() as db:
        group = own_group(db, actor(), programme_id, group_key)
        must_be_as_seen(group.url, group.phone, group.code)
        set_join_links(db, actor(), programme_id, group_key, url, phone, now(), code=code)
    flash(_("Saved. Everyone’s calendar will show it."))
    return redirect(back(), 303)


@blueprint.post("/groups/<int:programme_id>/<group_key>/thanks")
@open_to(Audience.MEMBER)
@form_on("member.group_of", "thanks-{group_key}-{to}", field="text", once=True)
def thanked(programme_id: int, group_key: str) -> ResponseReturnValue:
    """Thank a facilitator, with one's name or without."""
    with read_form() as form:
        person_id, text, signed = form.id("to"), form.text("text"), form.ticked("signed")
        pass_on = form.ticked("pass_on")
    with database().writing() as db:
        thank(db, actor(), programme_id, group_key, person_id, text, now(), signed=signed, may_pass_on=pass_on)
    flash(_("Sent."))
    return redirect(back(), 303)
