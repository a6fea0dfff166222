"""Who has answered, half or not; inviting and reminding; what is asked until when; who looks after the programme."""

from __future__ import annotations

from collections import Counter
from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.errors import NotFound, NotPossible, Rejected
from scheduler.joining import asking, inviting, leaving
from scheduler.joining.inviting import Line
from scheduler.joining.model import Questions, State
from scheduler.people.model import Role
from scheduler.people.roles import OFFICES, appoint, dismiss, list_offices
from scheduler.programmes.service import get_programme
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.current import actor, database, now, settings
from web.language import gettext as _
from web.language import lazy_gettext, ngettext
from web.refusals import Refusal, refusal_of

STATES = {
    State.ANSWERED: lazy_gettext("answered"),
    State.HALF: lazy_gettext("half"),
    State.NOT: lazy_gettext("not yet"),
    State.LEFT: lazy_gettext("has left"),
}
OFFICE_NAMES = {Role.COORDINATOR: lazy_gettext("coordinator"), Role.OVERSIGHT: lazy_gettext("oversight contact")}


@blueprint.get("/<int:programme_id>/joining")
@open_to(Audience.COORDINATOR)
def joining(programme_id: int) -> str:
    """Who has answered, and everything around it."""
    return _page(programme_id)


@blueprint.post("/<int:programme_id>/joining/invite")
@open_to(Audience.COORDINATOR)
def joining_invite(programme_id: int) -> ResponseReturnValue:
    """Invite everybody who has not been, or those who were ticked."""
    chosen = [int(text) for text in request.form.getlist("person") if text.isdecimal()]
    only_chosen = "chosen" in request.form
    with database().writing() as db:
        sent = inviting.invite(db, actor(), programme_id, chosen if only_chosen else None, settings().base_url, now())
    flash(ngettext("%(num)s invitation is on its way.", "%(num)s invitations are on their way.", sent))
    return _back(programme_id)


@blueprint.post("/<int:programme_id>/joining/remind")
@open_to(Audience.COORDINATOR)
def joining_remind(programme_id: int) -> ResponseReturnValue:
    """Remind everybody who was invited and has not answered."""
    with database().writing() as db:
        sent = inviting.remind(db, actor(), programme_id, settings().base_url, now())
    flash(ngettext("%(num)s reminder is on its way.", "%(num)s reminders are on their way.", sent))
    return _back(programme_id)


@blueprint.post("/<int:programme_id>/joining/questions")
@open_to(Audience.COORDINATOR)
def joining_questions(programme_id: int) -> ResponseReturnValue:
    """Change what is asked, until when, and who is planned."""
    try:
        wanted = _questions()
        with database().writing() as db:
            asking.set_questions(db, actor(), programme_id, wanted, now())
    except Rejected as error:
        return _page(programme_id, refusal_of(error), "questions"), 422
    flash(_("Saved."))
    return _back(programme_id)


@blueprint.post("/<int:programme_id>/joining/requests/<int:request_id>")
@open_to(Audience.COORDINATOR)
def joining_decide(programme_id: int, request_id: int) -> ResponseReturnValue:
    """Let somebody change their answers after the last day, or not."""
    granted = "grant" in request.form
    with database().writing() as db:
        asking.decide(db, actor(), programme_id, request_id, settings().base_url, granted=granted, now=now())
    flash(_("They may change their answers for a week, and are told so.") if granted else _("They are told so."))
    return _back(programme_id)


@blueprint.post("/<int:programme_id>/joining/people/<int:person_id>")
@open_to(Audience.COORDINATOR)
def joining_person(programme_id: int, person_id: int) -> ResponseReturnValue:
    """Take somebody out who asked for it, or in again."""
    with database().writing() as db:
        if "back" in request.form:
            leaving.come_back(db, actor(), programme_id, now(), person_id=person_id)
            said = _("They are in the programme again.")
        else:
            leaving.leave(db, actor(), programme_id, now(), person_id=person_id)
            said = _("They have left: their sessions ahead and calendars are gone.")
    flash(said)
    return _back(programme_id)


@blueprint.post("/<int:programme_id>/joining/offices")
@open_to(Audience.COORDINATOR)
def joining_offices(programme_id: int) -> ResponseReturnValue:
    """Appoint a coordinator or an oversight contact, or let one go."""
    try:
        with database().writing() as db:
            if "person" in request.form:
                person_id = request.form.get("person", type=int) or 0
                dismiss(db, actor(), programme_id, person_id, _office(), now())
            else:
                name, email = request.form.get("name", ""), request.form.get("email", "")
                appoint(db, actor(), programme_id, name, email, _office(), now())
    except (Rejected, NotPossible) as error:
        refusal = refusal_of(error)
        return _page(programme_id, refusal, "offices"), refusal.status
    flash(_("Saved."))
    return _back(programme_id)


def _office() -> Role:
    offices = {office.value: office for office in OFFICES}
    if (found := offices.get(request.form.get("role", ""))) is None:
        raise NotFound(_("There is no such office."))
    return found


def _questions() -> Questions:
    text = request.form.get("last_day", "")
    try:
        last_day = date.fromisoformat(text) if text else None
    except ValueError:
        raise Rejected(_("“%(day)s” is not a day.", day=text), what_to_do=_("Write it like 2027-03-31.")) from None
    return Questions(
        last_day=last_day,
        topics=tuple(request.form.get("topics", "").splitlines()),
        circumstances=tuple(request.form.get("circumstances", "").splitlines()),
        only_joined=request.form.get("only_joined") == "1",
        code_needed=request.form.get("code_needed") == "1",
    )


def _back(programme_id: int) -> ResponseReturnValue:
    return redirect(url_for("coordinator.joining", programme_id=programme_id), 303)


def _page(programme_id: int, refusal: Refusal | None = None, refused: str = "") -> str:
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        lines = inviting.list_answers(db, actor(), programme_id)
        questions = asking.questions_of(db, programme_id)
        requests = asking.list_requests(db, actor(), programme_id)
        offices = list_offices(db, programme_id)
    return render_template(
        "coordinator/joining.html",
        programme=programme,
        lines=sorted(lines, key=_rank),
        counts=Counter(line.state for line in lines),
        uninvited=sum(line.invited_at is None and line.state in (State.NOT, State.HALF) for line in lines),
        waiting=sum(line.invited_at is not None and line.state in (State.NOT, State.HALF) for line in lines),
        questions=questions,
        requests=requests,
        offices=offices,
        office_names=OFFICE_NAMES,
        states=STATES,
        state=State,
        refusal=refusal,
        refused=refused,
        form=request.form,
    )


def _rank(line: Line) -> tuple[int, str]:
    """Who has not answered stands first."""
    return [State.NOT, State.HALF, State.ANSWERED, State.LEFT].index(line.state), line.name
