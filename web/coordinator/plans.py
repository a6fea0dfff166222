"""A plan as it is read, and publishing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.db import Db
from scheduler.decisions.left_over import left_over
from scheduler.edits import service as edits
from scheduler.equity.figures import equity_of
from scheduler.equity.plan_shown import get_plan_shown
from scheduler.errors import NotFound, NotPossible, Page
from scheduler.paging import Paging
from scheduler.people.sites import today_in
from scheduler.planning.earlier_revision import can_come_again, draft_again, look_again
from scheduler.planning.last_term import going_on
from scheduler.planning.runs import stopping_of_plan
from scheduler.plans import service
from scheduler.plans.model import UNPUBLISHED, Plan, PlanFigures, PlanState, PlanSummary
from scheduler.preflight.service import look
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from scheduler.publishing import service as publishing
from scheduler.publishing.audience import audience_of
from scheduler.publishing.rule_check import check_rules
from scheduler.publishing.trials import tried_of
from scheduler.reasons import sentences
from scheduler.sessions.published_figures import figures_of
from scheduler.sessions.published_plan import as_it_is_now
from scheduler.troubles.model import TroubleState
from scheduler.troubles.service import count_troubles
from web.audiences import Audience, open_to
from web.coordinator import audience_words, edit_words, plan_changes, plan_summary, preflight, run_words
from web.coordinator.blueprint import blueprint
from web.coordinator.edit_board import Board
from web.coordinator.group_lists import CARDS, meeting_words, read_groups
from web.coordinator.left_over import FEW, missed_words, not_planned_by_cause, unplaced_by_cause, way_out
from web.coordinator.rule_report import rule_lines
from web.coordinator.setup.steps import address_of_step
from web.coordinator.term_equity import difference_sentence
from web.coordinator.why import trial_text
from web.error_pages import address_of
from web.forms import Form, form_on, must_be_as_shown
from web.language import gettext as _
from web.paging import read_paging
from web.request_context import actor, database, now, settings

PEOPLE_A_PAGE = 50
MOST_BROKEN = 30


_WORDS: Final[Mapping[str, object]] = {
    "run_words": run_words,
    "missed_words": missed_words,
    "way_out": way_out,
    "few": FEW,
    "trial": trial_text,
    "meeting_words": meeting_words,
    "plan_summary": plan_summary,
    "reasons": sentences,
    "plan_changes": plan_changes,
    "address_of_step": address_of_step,
}
"""What the page of a plan puts its facts into words with."""


@blueprint.get("/<int:programme_id>/plans/<int:plan_id>")
@open_to(Audience.COORDINATOR)
def plan(programme_id: int, plan_id: int) -> ResponseReturnValue:
    """A plan to be read: will the groups meet, who is in them, who is left out and why. A repair has its own page."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        _must_be_of(db, programme_id, plan_id)
        of_plan = get_plan_shown(db, actor(), programme_id, plan_id)
        shown = read_groups(db, of_plan)
        keys = shown.keys if shown.view == CARDS else []
        found = as_it_is_now(db, actor(), service.get_groups_of_plan(db, actor(), plan_id, keys))
        if found.is_open_repair:
            return redirect(url_for("coordinator.repair_proposal", programme_id=programme_id, plan_id=plan_id))
        fairness = equity_of(db, actor(), of_plan, now())
        facts = {**_of_its_run(db, programme_id, plan_id), **_of_its_people(db, programme, found)}
        waiting = count_troubles(db, actor(), programme_id)[TroubleState.OPEN] if _is_published(found) else 0
    return render_template(
        "coordinator/plan.html",
        programme=programme,
        plan=found,
        shown=shown,
        waiting=waiting,
        fairness=difference_sentence(fairness, programme),
        can_come_again=can_come_again(found.state),
        **facts,
        **_WORDS,
    )


def _is_published(plan: Plan) -> bool:
    return plan.state is PlanState.PUBLISHED


def _of_its_run(db: Db, programme_id: int, plan_id: int) -> Mapping[str, object]:
    """How a plan was made, and what stands against publishing it."""
    obstacle = publishing.find_obstacle(db, actor(), plan_id)
    tried, to_change = tried_of(db, plan_id)
    return {
        "obstacle": obstacle,
        "way_on": _way_on(obstacle, programme_id, plan_id),
        "tried": tried,
        "to_change": to_change,
        "last_term": going_on(db, actor(), programme_id, plan_id),
        "stopped": stopping_of_plan(db, actor(), plan_id),
    }


def _of_its_people(db: Db, programme: Programme, plan: Plan) -> Mapping[str, object]:
    """How many a plan serves, and whom it leaves out."""
    figures = figures_of(db, actor(), programme.id, plan.id)
    left = left_over(db, actor(), plan, now())
    is_draft = plan.state in UNPUBLISHED
    return {
        "figures": figures,
        "read": _read(db, plan.id, figures),
        "held_now": edits.held_as_things_stand(db, actor(), plan.id, now()) if is_draft else None,
        "left": left,
        "causes": unplaced_by_cause(left, programme.zone),
        "not_planned": not_planned_by_cause(left),
    }


def _way_on(obstacle: NotPossible | None, programme_id: int, plan_id: int) -> str:
    """Where what stands against publishing is put right: among the plans, where nothing else is known."""
    page = obstacle.page if obstacle and obstacle.page else Page.PLANS
    return address_of(page, programme_id, plan_id)


@blueprint.post("/<int:programme_id>/plans/<int:plan_id>/reviewed")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.plan")
def plan_reviewed(programme_id: int, plan_id: int) -> ResponseReturnValue:
    """Note that somebody has read the draft."""
    with database().writing() as db:
        _must_be_of(db, programme_id, plan_id)
        must_be_as_shown(*_read(db, plan_id, figures_of(db, actor(), programme_id, plan_id)))
        service.mark_reviewed(db, actor(), plan_id, now())
    flash(_("Saved: you’ve read this draft."))
    return redirect(url_for("coordinator.plan", programme_id=programme_id, plan_id=plan_id), 303)


@blueprint.get("/<int:programme_id>/plans/<int:plan_id>/changed")
@open_to(Audience.COORDINATOR)
def plan_changed(programme_id: int, plan_id: int) -> ResponseReturnValue:
    """What a revision has changed from the one before. A plan of which there is no such thing has its own page."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        _must_be_of(db, programme_id, plan_id)
        changes = service.changed_by_revision(db, actor(), plan_id)
        found = service.get_reasons_of_plan(db, actor(), plan_id)
        plans = service.list_plans(db, actor(), programme_id)
    if changes is None:
        return redirect(url_for("coordinator.plan", programme_id=programme_id, plan_id=plan_id))
    return render_template(
        "coordinator/changed.html",
        programme=programme,
        plan=replace(found, changes=changes),
        repair=next((each for each in plans if each.is_repair and each.state in UNPUBLISHED), None),
        plan_changes=plan_changes,
    )


@blueprint.get("/<int:programme_id>/plans/<int:plan_id>/publish")
@open_to(Audience.COORDINATOR)
def plan_to_publish(programme_id: int, plan_id: int) -> ResponseReturnValue:
    """What publishing will do, before it is done."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        _must_be_of(db, programme_id, plan_id)
        found, _paging = service.get_part_of_plan(db, actor(), plan_id, Paging(size=1))
        figures, before = figures_of(db, actor(), programme_id, plan_id), _find_published(db, programme_id)
        shown = _shown(db, found, figures, before)
        obstacle = publishing.find_obstacle(db, actor(), plan_id)
        is_frozen = not obstacle and publishing.is_frozen(db, actor(), plan_id, now())
        heard = None if obstacle else audience_of(db, actor(), plan_id, now(), read_paging(PEOPLE_A_PAGE))
        _tried, to_change = tried_of(db, plan_id)
        board, obstacle = (None, obstacle) if obstacle else _judged(db, programme, plan_id)
        by_hand = edits.groups_by_hand(db, actor(), plan_id) if board and board.broken else frozenset()
        report = look(db, actor(), plan_id, now()) if board else None
    if found.is_open_repair:
        return redirect(url_for("coordinator.repair_proposal", programme_id=programme_id, plan_id=plan_id))
    return render_template(
        "coordinator/publish.html",
        board=board,
        report=report,
        checks=preflight.blocks(report, programme, plan_id) if report else (),
        pills=preflight.PILLS,
        **preflight.REASON,
        draft=board.draft if board else None,
        by_hand=by_hand,
        words=edit_words,
        most_broken=MOST_BROKEN,
        programme=programme,
        plan=found,
        figures=figures,
        before=before,
        obstacle=obstacle,
        way_on=_way_on(obstacle, programme_id, plan_id),
        shown=shown,
        is_frozen=is_frozen,
        today=today_in(programme.zone, now()),
        heard=heard,
        audience_words=audience_words,
        sends=bool(settings().smtp_url),
        to_change=to_change,
        run_words=run_words,
        address_of_step=address_of_step,
        plan_summary=plan_summary,
        plan_changes=plan_changes,
    )


@blueprint.get("/<int:programme_id>/plans/<int:plan_id>/publish/rules")
@open_to(Audience.COORDINATOR)
def plan_rules(programme_id: int, plan_id: int) -> ResponseReturnValue:
    """Every rule looked at, as publishing will: this takes a moment, so the page before fetches it once it is there.
    Of a draft that cannot be published anyway, that page says why."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        _must_be_of(db, programme_id, plan_id)
        if publishing.find_obstacle(db, actor(), plan_id):
            return redirect(url_for("coordinator.plan_to_publish", programme_id=programme_id, plan_id=plan_id))
        checked = check_rules(db, actor(), plan_id, now())
        by_hand = edits.groups_by_hand(db, actor(), plan_id)
    return render_template(
        "coordinator/publish_rules.html",
        programme=programme,
        plan_id=plan_id,
        lines=rule_lines(programme, plan_id, checked.broken),
        by_hand=by_hand,
    )


@blueprint.post("/<int:programme_id>/plans/<int:plan_id>/publish")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.plan_to_publish", "publish")
def plan_published(programme_id: int, plan_id: int) -> ResponseReturnValue:
    """Publish: pages and calendars show the plan from now on."""
    reason = Form(request.form).text("reason")
    with database().writing() as db:
        _must_be_of(db, programme_id, plan_id)
        found, _paging = service.get_part_of_plan(db, actor(), plan_id, Paging(size=1))
        figures = figures_of(db, actor(), programme_id, plan_id)
        must_be_as_shown(*_shown(db, found, figures, _find_published(db, programme_id)))
        revision = publishing.publish(db, actor(), plan_id, now(), reason)
    flash(_("Published as revision %(revision)s. Pages and calendars now show it.", revision=revision))
    return redirect(url_for("coordinator.plan", programme_id=programme_id, plan_id=plan_id), 303)


@blueprint.get("/<int:programme_id>/plans/<int:plan_id>/again")
@open_to(Audience.COORDINATOR)
def plan_again(programme_id: int, plan_id: int) -> ResponseReturnValue:
    """What of an earlier revision can no longer be, before a draft is made from it. Any other plan says why it is none
    on its own page."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        _must_be_of(db, programme_id, plan_id)
        try:
            found = look_again(db, actor(), plan_id, now())
            changes = service.changed_by_going_back(db, actor(), plan_id)
        except NotPossible as refusal:
            flash(refusal.message)
            return redirect(url_for("coordinator.plan", programme_id=programme_id, plan_id=plan_id))
    return render_template(
        "coordinator/plan_again.html",
        programme=programme,
        plan_id=plan_id,
        found=found,
        changed=plan_changes.counts_sentence(changes) if changes else "",
    )


@blueprint.post("/<int:programme_id>/plans/<int:plan_id>/again")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.plan_again", "again", once=True)
def plan_made_again(programme_id: int, plan_id: int) -> ResponseReturnValue:
    """Make a draft from an earlier revision, and go where it is looked at before it is published."""
    with database().writing() as db:
        _must_be_of(db, programme_id, plan_id)
        draft_id = draft_again(db, actor(), plan_id, now())
    flash(_("This draft has been made from the earlier revision. Look at what it changes, then publish it."))
    return redirect(url_for("coordinator.plan_to_publish", programme_id=programme_id, plan_id=draft_id), 303)


def _judged(db: Db, programme: Programme, plan_id: int) -> tuple[Board | None, NotPossible | None]:
    """A draft as its board judges it, or why it has none."""
    try:
        return Board(edits.open_draft(db, actor(), plan_id, now()), programme), None
    except NotPossible as obstacle:
        return None, obstacle


def _find_published(db: Db, programme_id: int) -> PlanSummary | None:
    plans = service.list_plans(db, actor(), programme_id)
    return next((plan for plan in plans if plan.state is PlanState.PUBLISHED), None)


def _shown(db: Db, plan: Plan, figures: PlanFigures, before: PlanSummary | None) -> tuple[object, ...]:
    """What is shown before a plan is published: the plan, what it changes and what it replaces."""
    return (*_read(db, plan.id, figures), len(plan.unplaced), plan.changes, before.id if before else None)


def _read(db: Db, plan_id: int, figures: PlanFigures) -> tuple[object, ...]:
    """What was read of a plan: its numbers, and how often it had been changed by hand, which they need not show."""
    numbers = (figures.placed, figures.groups, figures.sessions_held, figures.sessions_wanted)
    return (*numbers, edits.version_of(db, actor(), plan_id))


def _must_be_of(db: Db, programme_id: int, plan_id: int) -> None:
    if service.programme_of_plan(db, actor(), plan_id) != programme_id:
        raise NotFound(_("We can’t find that plan in this programme."))
