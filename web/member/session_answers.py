"""What a member says of a session: that they cannot make it, and which other date it should be."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.errors import NotPossible
from scheduler.people.clocks import zone_of
from scheduler.people.model import Role
from scheduler.programmes.service import get_programme
from scheduler.sessions.apologies import come_all_the_same, say_sorry, take_back
from scheduler.sessions.by_call import join_by_call
from scheduler.sessions.proposals import Outcome, answer, possible_dates, propose_extra, propose_move, withdraw
from scheduler.sessions.reversals import undo
from scheduler.sessions.service import can_come, own_group, own_session
from web.audiences import Audience, open_to
from web.forms import Form, form_on, must_be_as_shown, read_form
from web.forms.answers import Place
from web.language import gettext as _
from web.member.blueprint import blueprint
from web.member.group_page import HOW_SETTLED
from web.request_context import actor, database, now


def own_page(**_values: object) -> Place:
    """Where somebody finds their groups: as a resident, else as a facilitator."""
    return ("member.group" if actor().programmes(Role.RESIDENT) else "facilitator.groups"), {}


@blueprint.post("/sessions/<int:session_id>/cannot")
@open_to(Audience.MEMBER)
@form_on("member.session")
def cannot_make_it(session_id: int) -> ResponseReturnValue:
    """One tap, no reason."""
    with database().writing() as db:
        must_be_as_shown(own_session(db, actor(), session_id)[1].starts_at)
        holds = say_sorry(db, actor(), session_id, now())
    if holds:
        flash(_("Thank you for letting us know. Your group will see that you can’t make it, and nothing else."))
    else:
        flash(_("Thank you for letting us know. Too few people can come now: please see below if another date works."))
    return redirect(back(), 303)


@blueprint.post("/sessions/<int:session_id>/can")
@open_to(Audience.MEMBER)
@form_on("member.session")
def can_make_it(session_id: int) -> ResponseReturnValue:
    """Coming after all."""
    with database().writing() as db:
        must_be_as_shown(own_session(db, actor(), session_id)[1].starts_at)
        take_back(db, actor(), session_id, now())
    _say_whether_expected(session_id)
    return redirect(back(), 303)


@blueprint.post("/sessions/<int:session_id>/anyway")
@open_to(Audience.MEMBER)
@form_on("member.session")
def come_anyway(session_id: int) -> ResponseReturnValue:
    """Coming although on leave or not at work."""
    with database().writing() as db:
        must_be_as_shown(own_session(db, actor(), session_id)[1].starts_at)
        come_all_the_same(db, actor(), session_id, now())
    _say_whether_expected(session_id)
    return redirect(back(), 303)


@blueprint.post("/sessions/<int:session_id>/way")
@open_to(Audience.MEMBER)
@form_on("member.session")
def way_said(session_id: int) -> ResponseReturnValue:
    """Joining a session in person by call, or being in the room."""
    with read_form() as form:
        by_call = form.choice("way", {"call": True, "room": False})
    with database().writing() as db:
        must_be_as_shown(own_session(db, actor(), session_id)[1].starts_at)
        join_by_call(db, actor(), session_id, now(), by_call=by_call)
    with database().reading() as db:
        lacks_link = by_call and not any(own_session(db, actor(), session_id)[0].ways_in)
    flash(_("Saved. You join this one by call.") if by_call else _("Saved. You’re in the room for this one."))
    if lacks_link:
        flash(_("Your group has no link or number yet. Anyone in it can add one on its page."))
    return redirect(back(), 303)


@blueprint.post("/dates/<int:proposal_id>/answer")
@open_to(Audience.MEMBER)
@form_on(own_page)
def date_answered(proposal_id: int) -> ResponseReturnValue:
    """Agree to a date that is offered or proposed, or not."""
    with read_form() as form:
        agrees = form.ticked("agrees")
    with database().writing() as db:
        outcome = answer(db, actor(), proposal_id, agrees, now())
    if outcome is Outcome.NOTED and not agrees:
        flash(_("Saved. Your group won’t see who said no."))
        return redirect(back(), 303)
    return _told(outcome)


@blueprint.post("/dates/<int:proposal_id>/undo")
@open_to(Audience.MEMBER)
@form_on(own_page)
def date_undone(proposal_id: int) -> ResponseReturnValue:
    """Go back to the date before, within a day."""
    with database().writing() as db:
        undo(db, actor(), proposal_id, now())
    flash(_("That’s undone. Things are as they were before, and everyone’s calendar will show it."))
    return redirect(back(), 303)


@blueprint.post("/dates/<int:proposal_id>/withdraw")
@open_to(Audience.MEMBER)
@form_on(own_page)
def date_withdrawn(proposal_id: int) -> ResponseReturnValue:
    """Take a proposal of one's own back."""
    with database().writing() as db:
        withdraw(db, actor(), proposal_id, now())
    flash(_("You’ve withdrawn your proposal."))
    return redirect(back(), 303)


@blueprint.get("/groups/<int:programme_id>/<group_key>/dates")
@open_to(Audience.MEMBER)
def dates(programme_id: int, group_key: str) -> str:
    """Dates that would work: for a session, or for an extra one."""
    session_id = Form(request.values).find_id("session")
    with database().reading() as db:
        group = own_group(db, actor(), programme_id, group_key)
        try:
            found = possible_dates(db, actor(), programme_id, group_key, now(), session_id=session_id)
        except NotPossible:  # the term is over
            found = ()
        own_zone, settling = zone_of(db, actor()), get_programme(db, programme_id).conduct.settling
    session = next((session for session in group.sessions if session.id == session_id), None)
    is_over = session is not None and session.starts_at <= now()
    return render_template(
        "member/dates.html",
        group=group,
        session=session,
        dates=() if is_over else found,
        is_over=is_over,
        own_zone=own_zone,
        how=HOW_SETTLED[settling],
        reader_id=actor().person_id,
    )


@blueprint.post("/groups/<int:programme_id>/<group_key>/dates")
@open_to(Audience.MEMBER)
@form_on("member.dates", "date", field="starts_at", once=True)
def date_proposed(programme_id: int, group_key: str) -> ResponseReturnValue:
    """Propose a date to the group."""
    with read_form() as form:
        session_id, starts_at = form.find_id("session"), form.moment("starts_at")
    with database().writing() as db:
        if session_id is None:
            outcome = propose_extra(db, actor(), programme_id, group_key, starts_at, now())
        else:
            must_be_as_shown(own_session(db, actor(), session_id)[1].starts_at)
            outcome = propose_move(db, actor(), session_id, starts_at, now())
    return _told(outcome)


def _say_whether_expected(session_id: int) -> None:
    """After a word of the reader's own: whether it was enough, now that all that follows from it is worked out."""
    with database().reading() as db:
        expected = can_come(db, actor(), session_id)
    if expected:
        flash(_("Good, you’re expected again."))
    else:
        flash(_("Saved. As things stand you still can’t come, so nobody expects you: see below why."))


def back() -> str:
    """Where somebody came from: their group, the groups they facilitate, or a session."""
    if session_id := Form(request.form).find_id("of_session"):
        return url_for("member.session", session_id=session_id)
    endpoint, values = own_page()
    return url_for(endpoint, **values)


def _told(outcome: Outcome) -> ResponseReturnValue:
    words = {
        Outcome.NOTED: _("Saved. Your group can see that you agree."),
        Outcome.ADOPTED: _("The date is set. Everyone’s calendar will show it."),
        Outcome.GONE: _(
            "That date no longer works, or another one has already been chosen. This page shows where things are now."
        ),
    }
    flash(words[outcome])
    return redirect(back(), 303)
