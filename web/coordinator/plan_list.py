"""The list of plans: what is being made, what there is, making another, and deleting drafts."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.paging import part_of
from scheduler.planning import runs
from scheduler.planning.earlier_revision import can_come_again
from scheduler.planning.trial_steps import steps_of
from scheduler.planning.tried import named_steps
from scheduler.plans.disposal import delete_drafts
from scheduler.plans.model import UNPUBLISHED, PlanState, PlanSummary, RunState
from scheduler.plans.origins import improved_from
from scheduler.plans.sameness import same_as_published
from scheduler.plans.service import list_plans
from scheduler.programmes.life import has_ended
from scheduler.programmes.service import get_programme
from web.audiences import Audience, open_to
from web.coordinator import run_words
from web.coordinator.blueprint import blueprint
from web.coordinator.plan_summary import state_name
from web.coordinator.rule_choices import rule_choices
from web.coordinator.runs import CHOICES_SECONDS, MOST_AT_ONCE
from web.forms import form_on, must_be_as_shown, read_form
from web.forms.reader import read_address
from web.language import gettext as _
from web.language import ngettext
from web.paging import read_paging
from web.request_context import actor, database, now

PLANS_A_PAGE = 25


@blueprint.get("/<int:programme_id>/plans")
@open_to(Audience.COORDINATOR)
def plans(programme_id: int) -> str:
    """All plans, what is being made, and the button that makes another."""
    with read_address() as form:
        chosen = [int(text) for text in form.texts("plan") if text.isdecimal() and len(text) < 10]
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        found = list_plans(db, actor(), programme_id)
        shown, paging = part_of(found, read_paging(PLANS_A_PAGE))
        going = runs.runs_going(db, actor(), programme_id)
        of_runs = named_steps(db, programme, (step for run in going for step in run.tried))
        of_plans = named_steps(db, programme, (step for plan in shown for step in steps_of(plan.trial_steps)))
        ended = has_ended(db, programme_id)
        has_groups = runs.has_groups_to_keep(db, actor(), programme_id)
        same = same_as_published(db, actor(), programme_id, found, shown)
        origins = improved_from(db, shown)
    said = iter(each.step for each in (*of_runs, *of_plans))
    return render_template(
        "coordinator/plans.html",
        programme=programme,
        plans=shown,
        chosen=chosen,
        elsewhere=[plan for plan in found if plan.id in chosen and plan not in shown],
        paging=paging,
        earlier=sorted((each for each in found if can_come_again(each.state)), key=lambda each: -(each.revision or 0)),
        going=going,
        tried={run.id: [next(said) for _step in run.tried] for run in going},
        plan_tried={plan.id: [next(said) for _step in plan.trial_steps] for plan in shown},
        waiting=sum(run.state is RunState.QUEUED for run in going),
        most_waiting=runs.MOST_WAITING,
        most_at_once=MOST_AT_ONCE,
        worth=runs.WORTH_THE_UPHEAVAL,
        has_published=any(plan.state is PlanState.PUBLISHED for plan in found),
        has_drafts=any(plan.state in UNPUBLISHED for plan in found if plan in shown or plan.id in chosen),
        choices=CHOICES_SECONDS,
        rule_choices=rule_choices(programme),
        run_words=run_words,
        plan_state=state_name,
        has_ended=ended,
        has_groups=has_groups,
        same=same,
        improved_from=origins,
    )


@blueprint.get("/<int:programme_id>/plans/delete")
@open_to(Audience.COORDINATOR)
def plans_to_delete(programme_id: int) -> str:
    """What would go, before it goes."""
    with read_address() as form:
        chosen = form.ids("plan")
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        found = [plan for plan in list_plans(db, actor(), programme_id) if plan.id in chosen]
    drafts = [plan for plan in found if plan.state in UNPUBLISHED]
    return render_template(
        "coordinator/plans_delete.html",
        programme=programme,
        drafts=drafts,
        kept=[_("Plan %(number)s", number=plan.number) for plan in found if plan not in drafts],
        shown=_shown(drafts),
    )


@blueprint.post("/<int:programme_id>/plans/delete")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.plans", "delete")
def plans_deleted(programme_id: int) -> ResponseReturnValue:
    """Delete these drafts."""
    with read_form() as form:
        chosen = form.ids("plan")
    with database().writing() as db:
        must_be_as_shown(*_shown([plan for plan in list_plans(db, actor(), programme_id) if plan.id in chosen]))
        count = delete_drafts(db, actor(), programme_id, chosen, now())
    flash(ngettext("%(num)s draft has been deleted.", "%(num)s drafts have been deleted.", count))
    return redirect(url_for("coordinator.plans", programme_id=programme_id), 303)


def _shown(drafts: list[PlanSummary]) -> tuple[object, ...]:
    return tuple((plan.id, plan.state, plan.score) for plan in drafts)
