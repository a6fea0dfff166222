"""What people say, for the coordinator: rates of release by site, the term's pulse, and what members work on."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.programmes.service import get_programme
from scheduler.voices.goal_weights import area_summaries
from scheduler.voices.model import (
    INSTRUMENTS,
    LONGEST_CHANGE,
    LONGEST_NAME,
    LONGEST_QUESTION,
    MOST_QUESTIONS,
    OWN,
    instrument_name,
    statement,
)
from scheduler.voices.pulse import find_pulse, pulse_result, say_what_changed, set_pulse, usual_day
from scheduler.voices.releases import release_rates
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.forms import form_on, must_be_as_seen, read_form
from web.language import gettext as _
from web.member.joining_labels import word
from web.request_context import actor, database, now


@blueprint.get("/<int:programme_id>/voices")
@open_to(Audience.COORDINATOR)
def voices(programme_id: int) -> str:
    """Everything that people say, in numbers of five or more."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        pulse, result = find_pulse(db, actor(), programme_id), pulse_result(db, actor(), programme_id, now())
        rates = release_rates(db, actor(), programme_id, now())
        areas = area_summaries(db, actor(), programme_id)
        day = usual_day(db, programme_id)
    return render_template(
        "coordinator/voices.html",
        programme=programme,
        pulse=pulse,
        result=result,
        rates=rates,
        areas=areas,
        word=word,
        usual_day=day,
        instruments=INSTRUMENTS,
        instrument_name=instrument_name,
        statement=statement,
        own=OWN,
        most_questions=MOST_QUESTIONS,
        longest_question=LONGEST_QUESTION,
        longest_name=LONGEST_NAME,
        longest_change=LONGEST_CHANGE,
    )


@blueprint.post("/<int:programme_id>/voices/pulse")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.voices", "pulse")
def pulse_set(programme_id: int) -> ResponseReturnValue:
    """Set when the pulse is and what it asks."""
    with read_form() as form:
        kind, opens_on = form.text("instrument"), form.day("opens_on")
        name, questions = form.text("instrument_name"), form.lines("questions")
    with database().writing() as db:
        before = find_pulse(db, actor(), programme_id)
        must_be_as_seen(before)
        set_pulse(db, actor(), programme_id, opens_on, kind if kind in INSTRUMENTS else name, questions, now())
    flash(_("Saved. People are asked on their own page, and by a line in a reminder that goes out anyway."))
    return redirect(url_for("coordinator.voices", programme_id=programme_id), 303)


@blueprint.post("/<int:programme_id>/voices/changed")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.voices", "told", field="changed")
def pulse_change_told(programme_id: int) -> ResponseReturnValue:
    """Tell what changed because people answered."""
    with read_form() as form:
        text = form.text("changed")
    with database().writing() as db:
        found = find_pulse(db, actor(), programme_id)
        must_be_as_seen(found.changed_text if found else "")
        say_what_changed(db, actor(), programme_id, text, now())
    flash(_("Saved. Everyone who was asked can read it."))
    return redirect(url_for("coordinator.voices", programme_id=programme_id), 303)
