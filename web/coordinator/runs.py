"""Making plans: starting runs, watching them, stopping them, and reading them again once they have ended."""

from __future__ import annotations

from collections.abc import Mapping
from secrets import randbelow
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.db import Db
from scheduler.edits.improvement import found_nothing_better
from scheduler.errors import NotFound
from scheduler.paging import Paging
from scheduler.planning import runs as service
from scheduler.planning.run_inputs import names_of_differences, rules_of
from scheduler.planning.trial_steps import step_from_text
from scheduler.planning.tried import named_steps
from scheduler.plans.model import Run
from scheduler.plans.service import get_part_of_plan
from scheduler.programmes.life import has_ended
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from web.audiences import Audience, open_to
from web.coordinator import run_words
from web.coordinator.blueprint import blueprint
from web.coordinator.run_chart import chart_of
from web.forms import form_on, read_form
from web.language import gettext as _
from web.language import ngettext
from web.paging import read_paging
from web.request_context import actor, database, now, settings

CHOICES_SECONDS = (10, 30, 120, 600)
MOST_SEED = 1_000_000
MOST_AT_ONCE = 3
RUNS_A_PAGE = 25


@blueprint.post("/<int:programme_id>/runs")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.plans", "run", field="seconds", once=True)
def start_run(programme_id: int) -> ResponseReturnValue:
    """Ask for a plan, or for several that start elsewhere each, and go where that is watched."""
    with read_form() as form:
        seconds = form.find_number("seconds", 1, int(service.MOST_SECONDS))
        seed = form.number("seed", 1, MOST_SEED, 1)
        how_many = form.number("how_many", 1, MOST_AT_ONCE, 1)
        steps = tuple(step_from_text(text) for text in form.texts("step") if text)
        elsewhere, afresh = form.ticked("elsewhere"), form.ticked("afresh")
    first = randbelow(MOST_SEED - MOST_AT_ONCE) + 1 if elsewhere else seed
    with database().writing() as db:
        before = {run.id for run in service.runs_going(db, actor(), programme_id)}
        ids = [
            service.start_run(
                db, actor(), programme_id, now(), seconds=seconds, workers=settings().solve_workers,
                seed=first + more, steps=steps, afresh=afresh, once=True,
            )
            for more in range(how_many)
        ]  # fmt: skip
    if before.issuperset(ids):
        flash(_("This plan is already being made or waiting, so it wasn’t asked for again."))
    elif how_many > 1:
        flash(ngettext("%(num)s plan is being made.", "%(num)s plans are being made, one after another.", how_many))
    if how_many > 1:
        return redirect(url_for("coordinator.plans", programme_id=programme_id), 303)
    return redirect(url_for("coordinator.run", programme_id=programme_id, run_id=ids[0]), 303)


@blueprint.post("/<int:programme_id>/plans/<int:plan_id>/try")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.plan", "try", once=True)
def step_tried(programme_id: int, plan_id: int) -> ResponseReturnValue:
    """Ask for the same plan with one rule changed."""
    with read_form() as form:
        step = step_from_text(form.text("step"))
    with database().writing() as db:
        run_id = service.try_step(db, actor(), programme_id, plan_id, step, now(), workers=settings().solve_workers)
    return redirect(url_for("coordinator.run", programme_id=programme_id, run_id=run_id), 303)


@blueprint.get("/<int:programme_id>/runs/ended")
@open_to(Audience.COORDINATOR)
def runs_ended(programme_id: int) -> str:
    """All runs that have ended, and what came of each."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        found, paging = service.list_runs(db, actor(), programme_id, read_paging(RUNS_A_PAGE))
        said = iter(named_steps(db, programme, (step for run in found for step in run.tried)))
    tried = {run.id: [next(said).step for _step in run.tried] for run in found}
    return render_template(
        "coordinator/runs.html", programme=programme, runs=found, paging=paging, tried=tried, run_words=run_words
    )


@blueprint.get("/<int:programme_id>/runs/going")
@open_to(Audience.COORDINATOR)
def runs_going(programme_id: int) -> str:
    """The piece of the page of plans that changes while plans are being made."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        going = service.runs_going(db, actor(), programme_id)
        said = iter(named_steps(db, programme, (step for run in going for step in run.tried)))
    tried = {run.id: [next(said).step for _step in run.tried] for run in going}
    return render_template(
        "coordinator/going.html", programme=programme, going=going, tried=tried, run_words=run_words, was_going=True
    )


@blueprint.get("/<int:programme_id>/runs/<int:run_id>")
@open_to(Audience.COORDINATOR)
def run(programme_id: int, run_id: int) -> str:
    """How a run gets on, or what it was asked and what came of it."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        found = _run_of(service.get_run(db, actor(), run_id), programme_id)
        content = _content(db, programme, found)
        ended = has_ended(db, programme_id)
    return render_template("coordinator/run.html", programme=programme, has_ended=ended, **content)


@blueprint.get("/<int:programme_id>/runs/<int:run_id>/progress")
@open_to(Audience.COORDINATOR)
def run_progress(programme_id: int, run_id: int) -> str:
    """The piece of that page that changes."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        found = _run_of(service.get_run(db, actor(), run_id), programme_id)
        content = _content(db, programme, found)
    return render_template("coordinator/progress.html", programme=programme, **content)


@blueprint.post("/<int:programme_id>/runs/<int:run_id>/stop")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.run")
def run_stopped(programme_id: int, run_id: int) -> ResponseReturnValue:
    """Ask a run to stop with the best that it has."""
    with database().writing() as db:
        _run_of(service.get_run(db, actor(), run_id), programme_id)
        service.cancel_run(db, actor(), run_id, now())
    return redirect(url_for("coordinator.run", programme_id=programme_id, run_id=run_id), 303)


@blueprint.post("/<int:programme_id>/runs/<int:run_id>/again")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.run", "again", once=True)
def run_again(programme_id: int, run_id: int) -> ResponseReturnValue:
    """Ask once more for the same."""
    with database().writing() as db:
        _run_of(service.get_run(db, actor(), run_id), programme_id)
        new_id = service.start_again(db, actor(), run_id, now())
    return redirect(url_for("coordinator.run", programme_id=programme_id, run_id=new_id), 303)


def _run_of(found: Run, programme_id: int) -> Run:
    if found.programme_id != programme_id:
        raise NotFound(_("We can’t find that run in this programme."))
    return found


def _content(db: Db, programme: Programme, found: Run) -> dict[str, object]:
    elapsed_seconds = ((found.finished_at or now()) - found.started_at).total_seconds() if found.started_at else 0.0
    return {
        "run": found,
        "latest": found.steps[-1] if found.steps else None,
        "chart": chart_of(found.steps, found.seconds, elapsed_seconds, run_words.points_placed(found)),
        "elapsed_seconds": elapsed_seconds,
        "share": min(1.0, elapsed_seconds / found.seconds) if found.steps else 0.0,
        "run_words": run_words,
        "tried": [each.step for each in named_steps(db, programme, found.tried)],
        "is_as_published": _is_as_published(db, found),
        "found_nothing_better": found.is_improvement and found_nothing_better(db, found.id),
        "differences": _differences(programme, found.asked),
        "stopped": service.stopping_of(db, actor(), found.id) if found.cancel_requested else None,
    }


def _is_as_published(db: Db, found: Run) -> bool:
    """Whether the draft that came of a run is what is published already."""
    if found.plan_id is None:
        return False
    draft, _paging = get_part_of_plan(db, actor(), found.plan_id, Paging(size=1))
    return draft.changes is not None and not draft.changes.lines


def _differences(programme: Programme, asked: Mapping[str, Any] | None) -> tuple[str, ...]:
    if asked is None:
        return ()
    return run_words.difference_words(names_of_differences(asked, rules_of(programme)), programme, asked["models"])
