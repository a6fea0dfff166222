"""Somebody's own goals and notes: theirs to keep, share, take along and delete."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.errors import NotFound, Rejected
from scheduler.groups.private import add_goal, drop_goal, own_goals, own_notes, reach_goal, share_goal
from scheduler.people.model import Role
from scheduler.programmes.own import own_programmes
from scheduler.sessions.attending import who_came
from scheduler.sessions.model import OwnGroup, Session
from scheduler.sessions.service import own_groups
from web.audiences import Audience, open_to
from web.current import actor, database, now
from web.language import gettext as _
from web.member.blueprint import blueprint


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
        attended=[session for session in _as_member(groups) if actor().person_id in came.get(session.id, ())],
    )


def _as_member(groups: tuple[OwnGroup, ...]) -> list[Session]:
    """Facilitators have a record of their own."""
    return [session for group in groups if not group.as_facilitator for session in group.sessions]


@blueprint.post("/my-goals/<int:programme_id>")
@open_to(Audience.MEMBER)
def goal_added(programme_id: int) -> ResponseReturnValue:
    """Keep a goal."""
    form = request.form
    with database().writing() as db:
        add_goal(
            db, actor(), programme_id, form.get("text", ""), now(),
            review_on=_day(form.get("review_on", "")), shared=form.get("shared") == "1",
        )  # fmt: skip
    flash(_("Your goal is kept."))
    return redirect(url_for("member.goals"), 303)


@blueprint.post("/my-goals/change/<int:goal_id>")
@open_to(Audience.MEMBER)
def goal_changed(goal_id: int) -> ResponseReturnValue:
    """Share it, reach it, or let it go."""
    with database().writing() as db:
        match "drop" if request.form.get("drop") else request.form.get("do"):
            case "share" | "keep" as what:
                share_goal(db, actor(), goal_id, what == "share")
            case "reached" | "open" as what:
                reach_goal(db, actor(), goal_id, what == "reached", now())
            case "drop":
                drop_goal(db, actor(), goal_id)
            case _:
                raise NotFound(_("There is no such button."))
    return redirect(url_for("member.goals"), 303)


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Rejected(_("“%(day)s” is no day.", day=text), what_to_do=_("Write it as 2027-03-09.")) from None
