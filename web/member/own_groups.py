"""Groups of people's own: begun, joined by a code, looked for, and somebody asked to guide them."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.circles.service import are_offered
from scheduler.coordination.first_dates import date_now, dated_groups
from scheduler.errors import NotPossible
from scheduler.joining.people_search import list_facilitators
from scheduler.own_groups import questions as asking
from scheduler.own_groups import service as forming
from scheduler.own_groups.formalising import MOST_ASKED, formalise
from scheduler.people.model import Role
from scheduler.programmes.service import get_programme
from solvers.vocabulary import MODES
from web.audiences import Audience, open_to
from web.forms import Form, form_on, must_be_as_seen, must_be_as_shown, read_form
from web.language import gettext as _
from web.language import ngettext
from web.mailing import mailed
from web.member.blueprint import blueprint
from web.request_context import actor, database, now, settings


@blueprint.get("/own-groups/<int:programme_id>")
@open_to(Audience.MEMBER)
def own_groups(programme_id: int) -> str:
    """One's own groups, who looks for one, and questions from one person to another."""
    is_resident = actor().has(programme_id, Role.RESIDENT)
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        mine = forming.own_self_formed_groups(db, actor(), programme_id)
        looking = forming.list_seekers(db, actor(), programme_id) if is_resident else ()
        askable = list_facilitators(db, actor(), programme_id, now()) if is_resident else ()
        questions = asking.questions(db, actor(), programme_id)
        leaving = forming.group_to_leave(db, actor(), programme_id)
        circles = are_offered(db, actor(), programme_id)
        dated = dated_groups(db, programme_id) if mine else frozenset()
    return render_template(
        "member/own_groups.html",
        programme=programme,
        mine=mine,
        looking=looking,
        am_looking=any(one.person_id == actor().person_id for one in looking),
        askable=askable,
        questions=questions,
        leaving=leaving,
        is_resident=is_resident,
        may_join=not (is_resident and mine) or programme.conduct.several_groups,
        modes=MODES,
        most_asked=MOST_ASKED,
        circles=circles,
        dated=dated,
    )


@blueprint.post("/own-groups/<int:programme_id>")
@open_to(Audience.MEMBER)
@form_on("member.own_groups", "begin", field="name", once=True)
def own_group_begun(programme_id: int) -> ResponseReturnValue:
    """Begin a group."""
    with read_form() as form:
        name, mode = form.text("name"), form.choice("mode", {mode: mode for mode in MODES})
        _must_know_what_they_leave(form, programme_id)
    with database().writing() as db:
        must_be_as_seen(forming.group_to_leave(db, actor(), programme_id))
        forming.start_group(db, actor(), programme_id, name, mode, now())
    flash(_("Your group is ready. Share its code with the people you’d like in it."))
    return _back(programme_id)


@blueprint.post("/own-groups/<int:programme_id>/join")
@open_to(Audience.MEMBER)
@form_on("member.own_groups", "join", field="code")
def own_group_joined(programme_id: int) -> ResponseReturnValue:
    """Come in by a code."""
    with read_form() as form:
        code = form.text("code")
        _must_know_what_they_leave(form, programme_id)
    with database().writing() as db:
        must_be_as_seen(forming.group_to_leave(db, actor(), programme_id))
        group = forming.join_group(db, actor(), programme_id, code, now())
    flash(_("You’ve joined %(name)s. It gets its dates with the next plan.", name=group.name))
    return _back(programme_id)


@blueprint.post("/own-groups/<int:programme_id>/dates/<int:own_group_id>")
@open_to(Audience.MEMBER)
@form_on("member.own_groups")
def own_group_dated(programme_id: int, own_group_id: int) -> ResponseReturnValue:
    """Dates for the whole term at once."""
    with database().writing() as db:
        mine = forming.own_self_formed_groups(db, actor(), programme_id)
        must_be_as_shown(next((group for group in mine if group.id == own_group_id), None))
        count = date_now(db, actor(), programme_id, own_group_id, now())
    flash(_told_of_dates(count))
    return _back(programme_id)


def _told_of_dates(count: int) -> str:
    return ngettext(
        "Your group has %(num)s date. It’s on its page, and in everyone’s calendar.",
        "Your group has %(num)s dates. They’re on its page, and in everyone’s calendar.",
        count,
    )


@blueprint.post("/own-groups/<int:programme_id>/leave/<int:own_group_id>")
@open_to(Audience.MEMBER)
@form_on("member.own_groups")
def own_group_left(programme_id: int, own_group_id: int) -> ResponseReturnValue:
    """Go again."""
    with database().writing() as db:
        mine = forming.own_self_formed_groups(db, actor(), programme_id)
        must_be_as_shown(next((group for group in mine if group.id == own_group_id), None))
        forming.leave_group(db, actor(), own_group_id, now())
        several = get_programme(db, programme_id).conduct.several_groups
    if several:
        flash(_("You’ve left the group. Any other group of yours stays as it is."))
    else:
        flash(_("You’ve left the group. The next plan will look for a group for you, as it does for everyone."))
    return _back(programme_id)


@blueprint.post("/own-groups/<int:programme_id>/looking")
@open_to(Audience.MEMBER)
@form_on("member.own_groups", "looking", field="words", once=True)
def looking_said(programme_id: int) -> ResponseReturnValue:
    """Go onto the list, or come off it."""
    with read_form() as form:
        stops, words = form.ticked("stop"), form.text("words")
    with database().writing() as db:
        if stops:
            forming.stop_looking(db, actor(), programme_id)
        else:
            forming.start_looking(db, actor(), programme_id, words, now())
    return _back(programme_id)


@blueprint.post("/own-groups/<int:programme_id>/ask")
@open_to(Audience.MEMBER)
@form_on("member.own_groups", "ask", field="text", once=True)
def asked(programme_id: int) -> ResponseReturnValue:
    """Ask somebody."""
    with read_form() as form:
        to_id, text, purpose = form.id("to"), form.text("text"), form.text("purpose")
        _must_know_what_they_leave(form, programme_id)
    with database().writing() as db:
        must_be_as_seen(forming.group_to_leave(db, actor(), programme_id))
        asking.ask(db, actor(), programme_id, to_id, text, now(), page_url=_page(programme_id), purpose=purpose)
    flash(mailed(_("We’ve passed on your question. Being asked is a compliment, whatever the answer.")))
    return _back(programme_id)


@blueprint.post("/own-groups/<int:programme_id>/already")
@open_to(Audience.MEMBER)
@form_on("member.own_groups", "already", field="people", once=True)
def already_asked(programme_id: int) -> ResponseReturnValue:
    """Ask the people that one meets already whether it is to be a group."""
    with read_form() as form:
        name, mode = form.text("name"), form.choice("mode", {mode: mode for mode in MODES})
        people, text = form.lines("people"), form.text("text")
        _must_know_what_they_leave(form, programme_id)
    with database().writing() as db:
        must_be_as_seen(forming.group_to_leave(db, actor(), programme_id))
        formalise(db, actor(), programme_id, name, mode, people, text, now(), page_url=_page(programme_id))
    flash(mailed(_("We’ve asked them. The group begins with the first yes.")))
    return _back(programme_id)


@blueprint.post("/own-groups/<int:programme_id>/questions/<int:question_id>")
@open_to(Audience.MEMBER)
@form_on("member.own_groups", "question", field="leaves")
def question_answered(programme_id: int, question_id: int) -> ResponseReturnValue:
    """Yes, no, or taken back."""
    where, begun = _page(programme_id), None
    with read_form() as form:
        said = form.text("answer")
        if said == "1" and _waits_for_reader(programme_id, question_id):
            _must_know_what_they_leave(form, programme_id)
    with database().writing() as db:
        known = asking.questions(db, actor(), programme_id)
        must_be_as_shown(next((each for each in known if each.id == question_id), None))
        match said:
            case "1":
                begun = asking.accept(db, actor(), question_id, now(), page_url=where)
                flash(_("Thank you. You’ve joined the group."))
            case "0":
                asking.decline(db, actor(), question_id, now(), page_url=where)
                flash(_("You’ve said no. Nobody asks you for a reason."))
            case _other:
                asking.withdraw(db, actor(), question_id, now())
                flash(_("You’ve withdrawn your question."))
    if begun is not None:
        flash(_dates_at_once(programme_id, begun))
    return _back(programme_id)


def _dates_at_once(programme_id: int, own_group_id: int) -> str:
    """Dates for a group that nobody else is to join, as far as it can have them before the next plan."""
    try:
        with database().writing() as db:
            return _told_of_dates(date_now(db, actor(), programme_id, own_group_id, now()))
    except NotPossible:  # the page offers to look again, and says what it waits for
        return _("It gets its dates with the next plan.")


def _waits_for_reader(programme_id: int, question_id: int) -> bool:
    with database().reading() as db:
        known = asking.questions(db, actor(), programme_id)
    return any(each.id == question_id and each.waits_for_reader for each in known)


def _must_know_what_they_leave(form: Form, programme_id: int) -> None:
    """Nobody is taken out of their group by joining another without having said so."""
    with database().reading() as db:
        leaving = forming.group_to_leave(db, actor(), programme_id)
    if leaving and not form.ticked("leaves"):
        form.refuse("leaves", _("You’re in %(group)s. Tick the box if you want to leave it.", group=leaving))


def _back(programme_id: int) -> ResponseReturnValue:
    return redirect(url_for("member.own_groups", programme_id=programme_id), 303)


def _page(programme_id: int) -> str:
    return settings().base_url + url_for("member.own_groups", programme_id=programme_id)
