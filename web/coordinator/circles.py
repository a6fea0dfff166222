"""What a coordinator may know of affinity circles: what they are, whether they are offered, and two rounded counts."""

from __future__ import annotations

from flask import render_template

from scheduler.circles.counts import circle_counts
from scheduler.circles.model import STEP
from scheduler.programmes.service import get_programme
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.request_context import actor, database, now


@blueprint.get("/<int:programme_id>/circles")
@open_to(Audience.COORDINATOR)
def circles(programme_id: int) -> str:
    """Counts, and nothing more."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        counts = circle_counts(db, actor(), programme_id, now())
    return render_template("coordinator/circles.html", programme=programme, counts=counts, step=STEP)
