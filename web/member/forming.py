"""Groups of people's own: begun, joined by a code, looked for, and somebody asked to guide them."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.errors import NotFound
from scheduler.groups import asking, forming
from scheduler.joining.choosing import choosable
from scheduler.people.model import Role
from scheduler.programmes.service import get_programme
from solvers.instance import MODES
from web.audiences import Audience, open_to
from web.current import actor, database, now, settings
from web.language import gettext as _
from web.member.blueprint import blueprint


@blueprint.get("/own-groups/<int:programme_id>")
@open_to(Audience.MEMBER)
def own_groups(programme_id: int) -> str:
    """One's own groups, who looks for one, and questions from one person to another."""
    is_resident = actor().has(programme_id, Role.RESIDENT)
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        mine = forming.own_forming(db, actor(), programme_id)
        looking = forming.looking(db, actor(), programme_id) if is_resident else ()
        askable = choosable(db, actor(), programme_id, now()) if is_resident else ()
        questions = asking.questions(db, actor(), programme_id)
    return render_template(
        "member/own_groups.html",
        programme=programme,
        mine=mine,
        looking=looking,
        am_looking=any(one.person_id == actor().person_id for one in looking),
        askable=askable,
        questions=questions,
        is_resident=is_resident,
        modes=MODES,
    )


@blueprint.post("/own-groups/<int:programme_id>")
@open_to(Audience.MEMBER)
def own_group_begun(programme_id: int) -> ResponseReturnValue:
    """Begin a group."""
    name, mode = request.form.get("name", ""), request.form.get("mode", "")
    with database().writing() as db:
        forming.start(db, actor(), programme_id, name, mode, now())
    flash(_("Your group has begun. Give its code to those whom you want in it."))
    return _back(programme_id)


@blueprint.post("/own-groups/<int:programme_id>/join")
@open_to(Audience.MEMBER)
def own_group_joined(programme_id: int) -> ResponseReturnValue:
    """Come in by a code."""
    with database().writing() as db:
        group = forming.join(db, actor(), programme_id, request.form.get("code", ""), now())
    flash(_("You are in %(name)s. Its dates come with the next plan.", name=group.name))
    return _back(programme_id)


@blueprint.post("/own-groups/<int:programme_id>/leave/<int:own_group_id>")
@open_to(Audience.MEMBER)
def own_group_left(programme_id: int, own_group_id: int) -> ResponseReturnValue:
    """Go again."""
    with database().writing() as db:
        forming.leave(db, actor(), own_group_id, now())
    flash(_("You are out of it again. From the next plan on you are planned like everybody else."))
    return _back(programme_id)


@blueprint.post("/own-groups/<int:programme_id>/looking")
@open_to(Audience.MEMBER)
def looking_said(programme_id: int) -> ResponseReturnValue:
    """Go onto the list, or come off it."""
    with database().writing() as db:
        if request.form.get("stop"):
            forming.look_no_more(db, actor(), programme_id)
        else:
            forming.look_for_a_group(db, actor(), programme_id, request.form.get("words", ""), now())
    return _back(programme_id)


@blueprint.post("/own-groups/<int:programme_id>/ask")
@open_to(Audience.MEMBER)
def asked(programme_id: int) -> ResponseReturnValue:
    """Ask somebody."""
    to_id = request.form.get("to", type=int)
    if to_id is None:
        raise NotFound(_("Choose somebody from the list."))
    with database().writing() as db:
        text = request.form.get("text", "")
        asking.ask(db, actor(), programme_id, to_id, text, now(), page_url=_page(programme_id))
    flash(_("Asked. Only the two of you know. Being asked is a compliment, whatever the answer."))
    return _back(programme_id)


@blueprint.post("/own-groups/<int:programme_id>/questions/<int:question_id>")
@open_to(Audience.MEMBER)
def question_answered(programme_id: int, question_id: int) -> ResponseReturnValue:
    """Yes, no, or taken back."""
    where = _page(programme_id)
    with database().writing() as db:
        match request.form.get("answer"):
            case "1":
                asking.accept(db, actor(), question_id, now(), page_url=where)
                flash(_("Thank you. You are in the group; its dates come with the next plan."))
            case "0":
                asking.decline(db, actor(), question_id, now(), page_url=where)
                flash(_("Declined. No reason is asked or told."))
            case _other:
                asking.withdraw(db, actor(), question_id, now())
                flash(_("Your question is taken back."))
    return _back(programme_id)


def _back(programme_id: int) -> ResponseReturnValue:
    return redirect(url_for("member.own_groups", programme_id=programme_id), 303)


def _page(programme_id: int) -> str:
    return settings().base_url + url_for("member.own_groups", programme_id=programme_id)
