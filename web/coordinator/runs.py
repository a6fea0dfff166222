"""Making a plan: starting a run, watching it, stopping it. Without scripts the page is loaded again by hand."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.errors import NotFound
from scheduler.planning import runs as service
from scheduler.planning.trial_steps import step_from_text
from scheduler.plans.model import Run
from scheduler.programmes.service import get_programme
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.coordinator.run_chart import chart_of
from web.forms import form_on, read_form
from web.language import gettext as _
from web.request_context import actor, database, now, settings

CHOICES_SECONDS = (10, 30, 120, 600)
MOST_SEED = 1_000_000


@blueprint.post("/<int:programme_id>/runs")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.plans", "run", field="seconds", once=True)
def start_run(programme_id: int) -> ResponseReturnValue:
    """Ask for a plan, and go where it is watched."""
    with read_form() as form:
        seconds = form.find_number("seconds", 1, int(service.MOST_SECONDS))
        seed = form.number("seed", 1, MOST_SEED, 1)
        steps = tuple(step_from_text(text) for text in form.texts("step") if text)
    with database().writing() as db:
        run_id = service.start_run(
            db, actor(), programme_id, now(),
            seconds=seconds, workers=settings().solve_workers, seed=seed, steps=steps,
        )  # fmt: skip
    return redirect(url_for("coordinator.run", programme_id=programme_id, run_id=run_id), 303)


@blueprint.get("/<int:programme_id>/runs/<int:run_id>")
@open_to(Audience.COORDINATOR)
def run(programme_id: int, run_id: int) -> str:
    """How a run gets on."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        found = _run_of(service.get_run(db, actor(), run_id), programme_id)
    return render_template("coordinator/run.html", programme=programme, **_content(found))


@blueprint.get("/<int:programme_id>/runs/<int:run_id>/progress")
@open_to(Audience.COORDINATOR)
def run_progress(programme_id: int, run_id: int) -> str:
    """The piece of that page that changes."""
    with database().reading() as db:
        found = _run_of(service.get_run(db, actor(), run_id), programme_id)
    return render_template("coordinator/progress.html", **_content(found))


@blueprint.post("/<int:programme_id>/runs/<int:run_id>/stop")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.run")
def run_stopped(programme_id: int, run_id: int) -> ResponseReturnValue:
    """Ask a run to stop with the best that it has."""
    with database().writing() as db:
        _run_of(service.get_run(db, actor(), run_id), programme_id)
        service.cancel_run(db, actor(), run_id, now())
    return redirect(url_for("coordinator.run", programme_id=programme_id, run_id=run_id), 303)


def _run_of(found: Run, programme_id: int) -> Run:
    if found.programme_id != programme_id:
        raise NotFound(_("We can’t find that run in this programme."))
    return found


def _content(found: Run) -> dict[str, object]:
    latest = found.steps[-1] if found.steps else None
    elapsed_seconds = ((found.finished_at or now()) - found.started_at).total_seconds() if found.started_at else 0.0
    return {
        "run": found,
        "latest": latest,
        "chart": chart_of(found.steps, found.seconds, elapsed_seconds),
        "elapsed_seconds": elapsed_seconds,
        "share": min(1.0, elapsed_seconds / found.seconds) if found.seconds else 1.0,
    }
