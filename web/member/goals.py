"""Somebody's own goals and notes: theirs to keep, share, take along and delete."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.errors import NotFound
from scheduler.groups.private import add_goal, drop_goal, own_goals, own_notes, reach_goal, share_goal
from scheduler.people.model import Role
from scheduler.plans.own_programmes import own_programmes
from scheduler.sessions.attendance import who_came
from scheduler.sessions.model import OwnGroup, Session
from scheduler.sessions.service import own_groups
from web.audiences import Audience, open_to
from web.forms import form_on, read_form
from web.language import gettext as _
from web.member.blueprint import blueprint
from web.request_context import actor, database, now


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
        came = who_came(db, actor(), [session.id for session in sessions])
    return render_template(
        "member/goals.html",
        programmes=programmes,
        goals=found,
        notes=notes,
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
