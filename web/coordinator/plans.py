"""Plans: the list, a draft as it is read, and publishing it."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.errors import NotFound
from scheduler.plans import publishing, service
from scheduler.plans.model import Plan
from scheduler.plans.runs import find_current_run
from scheduler.programmes.service import get_programme
from web.audiences import Audience, open_to
from web.coordinator import changes, reading, reasons
from web.coordinator.blueprint import blueprint
from web.coordinator.runs import CHOICES_SECONDS
from web.current import actor, database, now
from web.language import gettext as _


@blueprint.get("/<int:programme_id>/plans")
@open_to(Audience.COORDINATOR)
def plans(programme_id: int) -> str:
    """All plans, and the button that makes another."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        found = service.list_plans(db, actor(), programme_id)
        current_run = find_current_run(db, actor(), programme_id)
    return render_template(
        "coordinator/plans.html", programme=programme, plans=found, current_run=current_run, choices=CHOICES_SECONDS
    )


@blueprint.get("/<int:programme_id>/plans/<int:plan_id>")
@open_to(Audience.COORDINATOR)
def plan(programme_id: int, plan_id: int) -> str:
    """A plan to be read: will the groups meet, who is in them, who is left out and why."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        found = _plan_of(service.get_plan(db, actor(), plan_id), programme_id)
    return render_template(
        "coordinator/plan.html", programme=programme, plan=found, reading=reading, reasons=reasons, changing=changes
    )


@blueprint.post("/<int:programme_id>/plans/<int:plan_id>/reviewed")
@open_to(Audience.COORDINATOR)
def plan_reviewed(programme_id: int, plan_id: int) -> ResponseReturnValue:
    """Note that somebody has read the draft."""
    with database().writing() as db:
        _plan_of(service.get_plan(db, actor(), plan_id), programme_id)
        service.mark_reviewed(db, actor(), plan_id, now())
    flash(_("Noted: you have read this draft."))
    return redirect(url_for("coordinator.plan", programme_id=programme_id, plan_id=plan_id), 303)


@blueprint.get("/<int:programme_id>/plans/<int:plan_id>/publish")
@open_to(Audience.COORDINATOR)
def plan_to_publish(programme_id: int, plan_id: int) -> str:
    """What publishing will do, before it is done."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        found = _plan_of(service.get_plan(db, actor(), plan_id), programme_id)
        before = next(
            (plan for plan in service.list_plans(db, actor(), programme_id) if plan.state == "published"), None
        )
    return render_template(
        "coordinator/publish.html", programme=programme, plan=found, before=before, reading=reading, changing=changes
    )


@blueprint.post("/<int:programme_id>/plans/<int:plan_id>/publish")
@open_to(Audience.COORDINATOR)
def plan_published(programme_id: int, plan_id: int) -> ResponseReturnValue:
    """Publish: pages and calendars show the plan from now on."""
    with database().writing() as db:
        _plan_of(service.get_plan(db, actor(), plan_id), programme_id)
        revision = publishing.publish(db, actor(), plan_id, now())
    flash(_("Published as revision %(revision)s. Every page and calendar shows it now.", revision=revision))
    return redirect(url_for("coordinator.plan", programme_id=programme_id, plan_id=plan_id), 303)


def _plan_of(found: Plan, programme_id: int) -> Plan:
    if found.programme_id != programme_id:
        raise NotFound(_("There is no such plan in this programme."))
    return found
