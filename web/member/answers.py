"""What a member says of a session: that they cannot make it, and which other date it should be."""

from __future__ import annotations

from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.errors import NotPossible, Rejected
from scheduler.people.model import Role
from scheduler.sessions.answering import say_sorry, take_back
from scheduler.sessions.proposing import (
    Outcome,
    answer,
    choose,
    possible_dates,
    propose_extra,
    propose_move,
    withdraw,
)
from scheduler.sessions.service import own_group
from web.audiences import Audience, open_to
from web.current import actor, database, now
from web.language import gettext as _
from web.member.blueprint import blueprint


@blueprint.post("/sessions/<int:session_id>/cannot")
@open_to(Audience.MEMBER)
def cannot_make_it(session_id: int) -> ResponseReturnValue:
    """One tap, no reason."""
    with database().writing() as db:
        holds = say_sorry(db, actor(), session_id, now())
    if holds:
        flash(_("Thank you for saying so. The group sees that you cannot make it, and nothing else."))
    else:
        flash(_("Thank you for saying so. Too few are left now: see below whether another date works."))
    return redirect(back(), 303)


@blueprint.post("/sessions/<int:session_id>/can")
@open_to(Audience.MEMBER)
def can_make_it(session_id: int) -> ResponseReturnValue:
    """Coming after all."""
    with database().writing() as db:
        take_back(db, actor(), session_id, now())
    flash(_("Good to have you there."))
    return redirect(back(), 303)


@blueprint.post("/dates/<int:proposal_id>/choose")
@open_to(Audience.MEMBER)
def date_chosen(proposal_id: int) -> ResponseReturnValue:
    """Take one of the dates on offer."""
    with database().writing() as db:
        outcome = choose(db, actor(), proposal_id, now())
    return _told(outcome)


@blueprint.post("/dates/<int:proposal_id>/answer")
@open_to(Audience.MEMBER)
def date_answered(proposal_id: int) -> ResponseReturnValue:
    """Agree to what somebody proposed, or not."""
    with database().writing() as db:
        outcome = answer(db, actor(), proposal_id, request.form.get("agrees") == "1", now())
    return _told(outcome)


@blueprint.post("/dates/<int:proposal_id>/withdraw")
@open_to(Audience.MEMBER)
def date_withdrawn(proposal_id: int) -> ResponseReturnValue:
    """Take a proposal of one's own back."""
    with database().writing() as db:
        withdraw(db, actor(), proposal_id, now())
    flash(_("Your proposal is taken back."))
    return redirect(back(), 303)


@blueprint.get("/groups/<int:programme_id>/<group_key>/dates")
@open_to(Audience.MEMBER)
def dates(programme_id: int, group_key: str) -> str:
    """Dates that would work: for a session, or for an extra one."""
    session_id = request.args.get("session", type=int)
    with database().reading() as db:
        group = own_group(db, actor(), programme_id, group_key)
        try:
            found = possible_dates(db, actor(), programme_id, group_key, now(), session_id=session_id)
        except NotPossible:  # the term is over
            found = ()
    session = next((session for session in group.sessions if session.id == session_id), None)
    return render_template("member/dates.html", group=group, session=session, dates=found, now=now())


@blueprint.post("/groups/<int:programme_id>/<group_key>/dates")
@open_to(Audience.MEMBER)
def date_proposed(programme_id: int, group_key: str) -> ResponseReturnValue:
    """Propose a date to the group."""
    session_id, starts_at = request.form.get("session", type=int), _moment(request.form.get("starts_at", ""))
    with database().writing() as db:
        if session_id is None:
            outcome = propose_extra(db, actor(), programme_id, group_key, starts_at, now())
        else:
            outcome = propose_move(db, actor(), session_id, starts_at, now())
    return _told(outcome)


def back() -> str:
    """Where somebody came from: their group, the groups they facilitate, or a session."""
    if session_id := request.form.get("of_session", type=int):
        return url_for("member.session", session_id=session_id)
    if actor().programmes(Role.RESIDENT):
        return url_for("member.group")
    return url_for("facilitator.groups")


def _told(outcome: Outcome) -> ResponseReturnValue:
    words = {
        Outcome.NOTED: _("Noted. The date is set as soon as enough of you agree."),
        Outcome.ADOPTED: _("The date is set. Everybody's calendar is told."),
        Outcome.GONE: _("That date does not work any more, or another was chosen before. This is how things stand."),
    }
    flash(words[outcome])
    return redirect(back(), 303)


def _moment(text: str) -> datetime:
    """A moment from a form of ours. Raises Rejected for anything else."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Rejected(_("Choose a date from the list."))
    return moment
