"""Why somebody is in this group and why it meets on this day: pages to read out when somebody asks."""

from __future__ import annotations

from flask import render_template

from scheduler.decisions.person import why_person as person_decision
from scheduler.decisions.session import why_session as session_decision
from scheduler.programmes.service import get_programme
from web.audiences import Audience, open_to
from web.coordinator import why_day_words, why_words
from web.coordinator.blueprint import blueprint
from web.coordinator.setup.steps import address_of_step
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
        address_of_step=address_of_step,
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
        address_of_step=address_of_step,
    )
