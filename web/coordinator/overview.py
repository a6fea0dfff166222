"""A programme's first page: whether the groups will meet, and what to do next."""

from __future__ import annotations

from flask import render_template

from scheduler.mail.troubles import list_troubles
from scheduler.people.model import Role
from scheduler.plans.model import Plan, PlanState
from scheduler.plans.overview import Overview
from scheduler.plans.overview import overview as overview_of
from scheduler.plans.service import get_plan
from scheduler.programmes.own import own_programmes
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.current import actor, database


@blueprint.get("/")
@open_to(Audience.COORDINATOR)
def programmes() -> str:
    """The programmes that somebody coordinates."""
    with database().reading() as db:
        found = own_programmes(db, actor(), Role.COORDINATOR)
    return render_template("coordinator/programmes.html", programmes=found)


@blueprint.get("/<int:programme_id>")
@open_to(Audience.COORDINATOR)
def overview(programme_id: int) -> str:
    """Where the programme stands."""
    with database().reading() as db:
        found = overview_of(db, actor(), programme_id)
        published = get_plan(db, actor(), found.published.id) if found.published else None
        draft = _newest_draft(found)
        plan = get_plan(db, actor(), draft) if draft else None
        unreached = len(list_troubles(db, actor(), programme_id))
    stage = stage_of(found, plan, published)
    return render_template(
        "coordinator/overview.html", found=found, published=published, draft=plan, stage=stage, unreached=unreached
    )


def _newest_draft(found: Overview) -> int | None:
    """The newest draft that is younger than what is published."""
    newest = found.plans[0] if found.plans else None
    return newest.id if newest and newest.state in (PlanState.DRAFT, PlanState.REVIEWED) else None


def stage_of(found: Overview, draft: Plan | None, published: Plan | None) -> str:
    """What stands first on the page: the next thing to do, or that all is well."""
    if found.current_run:
        return "running"
    if draft:
        return "draft"
    if published:
        return "published"
    if not found.residents:
        return "people"
    if found.without_rota == found.residents:
        return "rotas"
    return "plan"
