"""Why somebody is in this group and why it meets on this day: pages to read out when somebody asks."""

from __future__ import annotations

from collections.abc import Callable

from flask import render_template

from scheduler.decisions.left_over import LeftOver, left_over
from scheduler.decisions.person import why_person as person_decision
from scheduler.decisions.session import why_session as session_decision
from scheduler.errors import NotFound
from scheduler.paging import part_of
from scheduler.planning.trial_steps import can_be_tried, step_to_text
from scheduler.plans.model import PlanFigures
from scheduler.plans.service import get_reasons_of_plan, programme_of_plan
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from scheduler.reasons.sentences import against_dates_words, against_groups_words
from scheduler.sessions.published_figures import figures_of
from scheduler.text_input import folded, search_text
from solvers.reasons.facts import Step
from web.audiences import Audience, open_to
from web.coordinator import why_day_words, why_words
from web.coordinator.blueprint import blueprint
from web.coordinator.left_over import FEW, Cause, missed_by_cause, not_planned_by_cause, unplaced_by_cause, way_out
from web.coordinator.setup.steps import address_of_step
from web.forms import read_address
from web.language import gettext as _
from web.paging import read_paging
from web.request_context import actor, database, now


@blueprint.get("/<int:programme_id>/plans/<int:plan_id>/why/person/<int:person_id>")
@open_to(Audience.COORDINATOR)
def why_person(programme_id: int, plan_id: int, person_id: int) -> str:
    """Why this person is in this group, or in none, and what else was possible."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        decision = person_decision(db, actor(), programme_id, plan_id, person_id, now())
    return render_template(
        "coordinator/why_person.html",
        programme=programme,
        decision=decision,
        words=why_words,
        against_groups_words=against_groups_words,
        address_of_step=address_of_step,
        trial=trial_text,
    )


@blueprint.get("/<int:programme_id>/plans/<int:plan_id>/why/session/<group_key>/<int:round_number>")
@open_to(Audience.COORDINATOR)
def why_session(programme_id: int, plan_id: int, group_key: str, round_number: int) -> str:
    """Why a group meets on this day, or misses the round. Rounds count from 1 in addresses, as they do on pages."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        decision = session_decision(db, actor(), programme_id, plan_id, group_key, round_number - 1, now())
    return render_template(
        "coordinator/why_session.html",
        programme=programme,
        decision=decision,
        words=why_words,
        day_words=why_day_words,
        against_dates_words=against_dates_words,
        address_of_step=address_of_step,
        trial=trial_text,
    )


@blueprint.get("/<int:programme_id>/plans/<int:plan_id>/why/unplaced")
@open_to(Audience.COORDINATOR)
def why_unplaced(programme_id: int, plan_id: int) -> str:
    """Everybody without a group, by what keeps them out."""
    return _left_over(
        "coordinator.why_unplaced",
        programme_id,
        plan_id,
        lambda programme, left, _figures: unplaced_by_cause(left, programme.zone),
    )


@blueprint.get("/<int:programme_id>/plans/<int:plan_id>/why/missed")
@open_to(Audience.COORDINATOR)
def why_missed(programme_id: int, plan_id: int) -> str:
    """Every round in which a group does not meet, by what stands in the way."""
    return _left_over(
        "coordinator.why_missed",
        programme_id,
        plan_id,
        lambda programme, left, figures: missed_by_cause(left, figures.lacking, programme.zone),
    )


def _left_over(
    endpoint: str,
    programme_id: int,
    plan_id: int,
    causes_of: Callable[[Programme, LeftOver, PlanFigures], tuple[Cause, ...]],
) -> str:
    """A list of them page by page, of one cause or of all, and of those called so."""
    with read_address() as form:
        cause = form.text("cause")
    with database().reading() as db:
        if programme_of_plan(db, actor(), plan_id) != programme_id:
            raise NotFound(_("We can’t find that plan in this programme."))
        programme = get_programme(db, programme_id)
        plan = get_reasons_of_plan(db, actor(), plan_id)
        figures = figures_of(db, actor(), programme_id, plan_id)
        left = left_over(db, actor(), plan, now())
    causes = causes_of(programme, left, figures)
    asked = read_paging()
    words = folded(asked.q).split()
    lines_of = (line for one in causes if cause in ("", one.key) for line in one.lines)
    shown = [line for line in lines_of if all(word in search_text(line.name) for word in words)]
    lines, paging = part_of(shown, asked)
    return render_template(
        "coordinator/why_left_over.html",
        programme=programme,
        plan=plan,
        causes=causes,
        not_planned=not_planned_by_cause(left),
        cause=cause,
        lines=lines,
        paging=paging,
        endpoint=endpoint,
        way_out=way_out,
        few=FEW,
    )


def trial_text(step: Step[int]) -> str:
    """A step as a run takes it, to be tried; empty for one that needs somebody or something that is not there."""
    return step_to_text(step) if can_be_tried(step) and not step.asks_somebody else ""
