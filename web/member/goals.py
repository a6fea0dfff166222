"""Somebody's own goals and notes: theirs to keep, share, take along and delete."""

from __future__ import annotations

from typing import Final

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.errors import NotFound
from scheduler.groups.private import add_goal, drop_goal, own_goals, own_notes, reach_goal, share_goal
from scheduler.people.model import Role
from scheduler.plans.own_programmes import own_programmes
from scheduler.sessions.attendance import who_came
from scheduler.sessions.model import OwnGroup, Session
from scheduler.sessions.service import own_groups
from scheduler.voices.goal_weights import AREAS, MOST_AREAS, own_weights, unweigh, weigh
from web.audiences import Audience, open_to
from web.forms import form_on, read_form
from web.language import gettext as _
from web.language import lazy_gettext
from web.member.blueprint import blueprint
from web.member.joining_labels import word
from web.request_context import actor, database, now

MATTERS: Final = {
    "1": lazy_gettext("a little"),
    "2": lazy_gettext("somewhat"),
    "3": lazy_gettext("quite a lot"),
    "4": lazy_gettext("a lot"),
    "5": lazy_gettext("more than anything"),
}
HOW_FAR: Final = {
    "0": lazy_gettext("not there yet"),
    "1": lazy_gettext("at the beginning"),
    "2": lazy_gettext("halfway"),
    "3": lazy_gettext("nearly there"),
    "4": lazy_gettext("there"),
}


@blueprint.get("/my-goals")
@open_to(Audience.MEMBER)
def goals() -> str:
    """Goals and notes, by programme, and the sessions that one came to."""
    with database().reading() as db:
        programmes = own_programmes(db, actor(), Role.RESIDENT, Role.FACULTY)
        found = {programme.id: own_goals(db, actor(), programme.id) for programme in programmes}
        notes = own_notes(db, actor())
        groups = own_groups(db, actor())
        sessions = [session for group in groups for session in group.sessions]
        weights = {programme.id: own_weights(db, actor(), programme.id) for programme in programmes}
        came = who_came(db, actor(), [session.id for session in sessions])
    return render_template(
        "member/goals.html",
        programmes=programmes,
        goals=found,
        notes=notes,
        weights=weights,
        areas=AREAS,
        most_areas=MOST_AREAS,
        matters=MATTERS,
        how_far=HOW_FAR,
        word=word,
        noted=[session for session in sessions if session.id in notes],
        wrote=[session for session in _as_member(groups) if _wrote(session, came.get(session.id, frozenset()))],
        attended=[session for session in _as_member(groups) if actor().person_id in came.get(session.id, ())],
    )


def _wrote(session: Session, came: frozenset[int]) -> bool:
    """Whether the reader took part in writing, and was not there."""
    place = session.attendee(actor().person_id or 0)
    return place is not None and place.wrote and place.person_id not in came


def _as_member(groups: tuple[OwnGroup, ...]) -> list[Session]:
    """Facilitators have a record of their own."""
    return [session for group in groups if not group.as_facilitator for session in group.sessions]


@blueprint.post("/my-goals/<int:programme_id>")
@open_to(Audience.MEMBER)
@form_on("member.goals", "goal-{programme_id}", field="text", once=True)
def goal_added(programme_id: int) -> ResponseReturnValue:
    """Keep a goal."""
    with read_form() as form:
        text, review_on, shared = form.text("text"), form.find_coming_day("review_on"), form.ticked("shared")
    with database().writing() as db:
        add_goal(db, actor(), programme_id, text, now(), review_on=review_on, shared=shared)
    flash(_("Your goal has been saved."))
    return redirect(url_for("member.goals"), 303)


@blueprint.post("/my-goals/change/<int:goal_id>")
@open_to(Audience.MEMBER)
@form_on("member.goals")
def goal_changed(goal_id: int) -> ResponseReturnValue:
    """Share it, reach it, or let it go."""
    with read_form() as form:
        wanted = "drop" if form.ticked("drop") else form.text("do")
    with database().writing() as db:
        match wanted:
            case "share" | "keep" as what:
                share_goal(db, actor(), goal_id, what == "share")
            case "reached" | "open" as what:
                reach_goal(db, actor(), goal_id, what == "reached", now())
            case "drop":
                drop_goal(db, actor(), goal_id)
            case _:
                raise NotFound(_("We don’t know that button. Reload the page and try again."))
    return redirect(url_for("member.goals"), 303)


@blueprint.post("/my-goals/<int:programme_id>/area")
@open_to(Audience.MEMBER)
@form_on("member.goals", "area-{programme_id}")
def area_weighed(programme_id: int) -> ResponseReturnValue:
    """Say how much an area matters and how far one is, or take it off."""
    with read_form() as form:
        area, is_off = form.text("area"), form.ticked("drop")
        importance = form.choice("importance", {value: int(value) for value in MATTERS}, "3")
        progress = form.choice("progress", {value: int(value) for value in HOW_FAR}, "0")
    with database().writing() as db:
        if is_off:
            unweigh(db, actor(), programme_id, area)
        else:
            weigh(db, actor(), programme_id, area, importance, progress, now())
    flash(_("Saved. Only you can see it."))
    return redirect(url_for("member.goals", _anchor=f"areas-{programme_id}"), 303)
