"""Who has answered, half or not; inviting and reminding; what is asked until when."""

from __future__ import annotations

from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.coordination.swaps import count_swapped, count_waiting
from scheduler.joining import answer_list
from scheduler.joining import participant_mail as inviting
from scheduler.joining import questions as asking
from scheduler.joining.model import JoiningState, Questions, RequestAbout
from scheduler.joining.openly_counts import STEP
from scheduler.joining.topic_counts import topic_counts
from scheduler.programmes.service import get_programme
from scheduler.publishing import leavers as leaving
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.forms import Form, form_on, must_be_as_seen, must_be_as_shown, read_address, read_form
from web.language import gettext as _
from web.language import lazy_gettext, ngettext
from web.mailing import mailed
from web.paging import read_paging
from web.request_context import actor, database, now, settings

STATES = {
    JoiningState.ANSWERED: lazy_gettext("answered"),
    JoiningState.HALF: lazy_gettext("started"),
    JoiningState.NOT: lazy_gettext("not yet"),
    JoiningState.LEFT: lazy_gettext("has left"),
    JoiningState.DECLINED: lazy_gettext("said no"),
}


@blueprint.get("/<int:programme_id>/joining")
@open_to(Audience.COORDINATOR)
def joining(programme_id: int) -> str:
    """Who has answered, and everything around it."""
    asked = read_paging()
    with read_address() as form:
        wanted = form.choice("state", {"": None, **{state.value: state for state in JoiningState}}, "")
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        lines, paging = answer_list.list_answers(db, actor(), programme_id, asked, wanted)
        counts = answer_list.count_answers(db, actor(), programme_id)
        questions = asking.questions_of(db, programme_id)
        requests = asking.list_requests(db, actor(), programme_id)
        topics = topic_counts(db, actor(), programme_id)
        swaps = count_waiting(db, actor(), programme_id, now()), count_swapped(db, actor(), programme_id)
    return render_template(
        "coordinator/joining.html",
        programme=programme,
        lines=lines,
        paging=paging,
        wanted=wanted,
        counts=counts.by_state,
        uninvited=counts.uninvited,
        waiting=counts.waiting,
        questions=questions,
        requests=requests,
        topics=topics,
        step=STEP,
        swaps=swaps,
        states=STATES,
        state=JoiningState,
    )


@blueprint.post("/<int:programme_id>/joining/invite")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.joining", once=True)
def joining_invite(programme_id: int) -> ResponseReturnValue:
    """Invite everybody who has not been, or those who were ticked."""
    with read_form() as form:
        chosen, only_chosen = form.ids("person"), "chosen" in form
    with database().writing() as db:
        sent = inviting.invite(db, actor(), programme_id, chosen if only_chosen else None, settings().base_url, now())
    flash(
        mailed(
            ngettext("%(num)s invitation is waiting to be sent.", "%(num)s invitations are waiting to be sent.", sent)
        )
    )
    return _back(programme_id)


@blueprint.post("/<int:programme_id>/joining/remind")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.joining", once=True)
def joining_remind(programme_id: int) -> ResponseReturnValue:
    """Remind everybody who was invited and has not answered."""
    with database().writing() as db:
        sent = inviting.remind(db, actor(), programme_id, settings().base_url, now())
    flash(
        mailed(ngettext("%(num)s reminder is waiting to be sent.", "%(num)s reminders are waiting to be sent.", sent))
    )
    return _back(programme_id)


@blueprint.post("/<int:programme_id>/joining/questions")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.joining", "questions")
def joining_questions(programme_id: int) -> ResponseReturnValue:
    """Change what is asked, until when, and who is planned."""
    with read_form() as form, database().writing() as db:
        stored = asking.questions_of(db, programme_id)
        must_be_as_seen(stored)
        wanted = _questions(form, stored)
        form.check()
        asking.set_questions(db, actor(), programme_id, wanted, now())
    flash(_("Saved."))
    return _back(programme_id)


@blueprint.post("/<int:programme_id>/joining/requests/<int:request_id>")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.joining")
def joining_decide(programme_id: int, request_id: int) -> ResponseReturnValue:
    """Let somebody change their answers after the last day, or not."""
    granted = "grant" in Form(request.form)
    with database().writing() as db:
        waiting = asking.list_requests(db, actor(), programme_id)
        must_be_as_shown(next((each for each in waiting if each.id == request_id), None))
        asking.decide(db, actor(), programme_id, request_id, settings().base_url, granted=granted, now=now())
    if any(each.id == request_id and each.about is RequestAbout.GROUP for each in waiting):
        flash(_("Off your list. They’ll be told of a new group as of any other change."))
    elif granted:
        flash(mailed(_("They can change their answers for a week. We’ll e-mail them.")))
    else:
        flash(mailed(_("We’ll let them know by e-mail.")))
    return _back(programme_id)


@blueprint.post("/<int:programme_id>/joining/people/<int:person_id>")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.joining")
def joining_person(programme_id: int, person_id: int) -> ResponseReturnValue:
    """Take somebody out who asked for it, or in again."""
    with database().writing() as db:
        must_be_as_shown(answer_list.left_at_of(db, actor(), programme_id, person_id))
        if "back" in Form(request.form):
            leaving.come_back(db, actor(), programme_id, now(), person_id=person_id)
            said = _("They’re back in the programme.")
        else:
            leaving.leave(db, actor(), programme_id, now(), person_id=person_id)
            said = _("They’ve been taken out of the programme. Their future sessions and calendars have been removed.")
    flash(said)
    return _back(programme_id)


def _questions(form: Form, stored: Questions) -> Questions:
    """What is wanted; a last day that has passed is kept, and not set anew."""
    is_kept = form.text("last_day") == (stored.last_day.isoformat() if stored.last_day else "")
    return replace(
        stored,
        last_day=stored.last_day if is_kept else form.find_coming_day("last_day"),
        topics=form.lines("topics"),
        circumstances=form.lines("circumstances"),
        only_joined=form.ticked("only_joined"),
        code_needed=stored.code_needed or form.ticked("code_needed"),
    )


def _back(programme_id: int) -> ResponseReturnValue:
    """To where somebody was in the list."""
    state = request.args.get("state") or None
    return redirect(url_for("coordinator.joining", programme_id=programme_id, state=state, **read_paging().query), 303)
