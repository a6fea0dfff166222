"""Repair: what no longer holds of what is published, the button, and the proposal that comes of it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.db import Db
from scheduler.errors import NotFound, NotPossible
from scheduler.planning.runs import find_current_run
from scheduler.preflight.service import new_in
from scheduler.programmes.life import has_ended
from scheduler.programmes.service import get_programme
from scheduler.publishing import repair as service
from scheduler.publishing.repair_acceptance import accept, throw_away
from scheduler.troubles.model import TroubleState
from scheduler.troubles.service import count_troubles
from web.audiences import Audience, open_to
from web.coordinator import plan_changes, preflight
from web.coordinator.blueprint import blueprint
from web.error_pages import Refusal, refusal_of
from web.forms import Form, form_on, must_be_as_shown
from web.language import gettext as _
from web.request_context import actor, database, now, settings

MOST_LISTED = 40
"""More broken things than this are counted rather than listed."""


@blueprint.get("/<int:programme_id>/repair")
@open_to(Audience.COORDINATOR)
def repair(programme_id: int) -> str:
    """What no longer holds, and the button that mends it."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        current_run = find_current_run(db, actor(), programme_id)
        damage, refused = _damage(db, programme_id)
        ended = has_ended(db, programme_id)
        troubles = count_troubles(db, actor(), programme_id)[TroubleState.OPEN]
    return render_template(
        "coordinator/repair.html",
        programme=programme,
        damage=damage,
        refused=refused,
        current_run=current_run,
        most=MOST_LISTED,
        has_ended=ended,
        troubles=troubles,
    )


def _damage(db: Db, programme_id: int) -> tuple[service.Damage | None, Refusal | None]:
    """What no longer holds; or why that can't be looked at now, with the way out: people come here from Today, and an
    error page would leave them there."""
    try:
        return service.find_damage(db, actor(), programme_id, now()), None
    except NotPossible as error:
        return None, refusal_of(error)


@blueprint.post("/<int:programme_id>/repair")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.repair", "repair", once=True)
def repair_started(programme_id: int) -> ResponseReturnValue:
    """Ask for a repair, and go where it is watched."""
    with database().writing() as db:
        run_id = service.start_repair(db, actor(), programme_id, now(), workers=settings().solve_workers)
    return redirect(url_for("coordinator.run", programme_id=programme_id, run_id=run_id), 303)


@blueprint.get("/<int:programme_id>/repair/<int:plan_id>")
@open_to(Audience.COORDINATOR)
def repair_proposal(programme_id: int, plan_id: int) -> ResponseReturnValue:
    """A repair to be read: change by change, from what to what, and why. Any other plan has its own page."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        if not service.is_open_repair(db, actor(), programme_id, plan_id):
            return redirect(url_for("coordinator.plan", programme_id=programme_id, plan_id=plan_id))
        proposal = _of(service.get_proposal(db, actor(), plan_id, now()), programme_id)
        checks = new_in(db, actor(), plan_id, now())
    return render_template(
        "coordinator/proposal.html",
        programme=programme,
        proposal=proposal,
        shown=_shown(proposal),
        plan_changes=plan_changes,
        red=preflight.found_words(checks, programme),
        **preflight.REASON,
    )


@blueprint.post("/<int:programme_id>/repair/<int:plan_id>/accept")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.repair_proposal", "accept", field="reason")
def repair_accepted(programme_id: int, plan_id: int) -> ResponseReturnValue:
    """Publish the changes that were chosen, and show what is different now; the others wait."""
    form = Form(request.form)
    with database().writing() as db:
        must_be_as_shown(_shown(_of(service.get_proposal(db, actor(), plan_id, now()), programme_id)))
        accepted = accept(db, actor(), plan_id, frozenset(form.texts("change")), now(), form.text("reason"))
    flash(_("Published as revision %(revision)s. Pages and calendars now show it.", revision=accepted.revision))
    return redirect(url_for("coordinator.plan_changed", programme_id=programme_id, plan_id=accepted.plan_id), 303)


@blueprint.post("/<int:programme_id>/repair/<int:plan_id>/discard")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.repair_proposal")
def repair_discarded(programme_id: int, plan_id: int) -> ResponseReturnValue:
    """Do without what is left of a repair."""
    with database().writing() as db:
        must_be_as_shown(_shown(_of(service.get_proposal(db, actor(), plan_id, now()), programme_id)))
        throw_away(db, actor(), plan_id, now())
    flash(_("The repair has been discarded. What you’ve published hasn’t changed."))
    return redirect(url_for("coordinator.plans", programme_id=programme_id), 303)


def _shown(proposal: service.Proposal) -> list[tuple[str, bool]]:
    """The changes of a repair, each by its id, which is another once anything about it is."""
    return [(change.id, change.is_stale) for change in proposal.changes]


def _of(proposal: service.Proposal, programme_id: int) -> service.Proposal:
    if proposal.programme_id != programme_id:
        raise NotFound(_("We can’t find that repair."))
    return proposal
