"""What somebody is asked: whether they were released, and a term's pulse; and what changed because they answered."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.db import Db
from scheduler.voices.model import LEAST, MOST, MOST_QUESTIONS, Released, instrument_name, statement
from scheduler.voices.pulse import Pulse, answer_pulse, own_pulses, own_results
from scheduler.voices.releases import ReleaseQuestion, own_release_questions, say_released
from web.audiences import Audience, open_to
from web.forms import form_on, read_form
from web.language import gettext as _
from web.member.blueprint import blueprint
from web.request_context import actor, database, now


@dataclass(frozen=True, slots=True)
class Voices:
    """What waits for the reader's answer."""

    released: tuple[ReleaseQuestion, ...]
    pulses: tuple[Pulse, ...]


def load_voices(db: Db) -> Voices:
    """What the reader's first page asks them."""
    return Voices(own_release_questions(db, actor(), now()), own_pulses(db, actor(), now()))


@blueprint.get("/my-voice")
@open_to(Audience.MEMBER)
def voice() -> str:
    """Every question that waits, and what became of earlier answers."""
    with database().reading() as db:
        voices, results = load_voices(db), own_results(db, actor(), now())
    return render_template(
        "member/voice.html",
        voices=voices,
        results=results,
        scale=range(LEAST, MOST + 1),
        statement=statement,
        instrument_name=instrument_name,
    )


@blueprint.post("/my-voice/released/<int:session_id>")
@open_to(Audience.MEMBER)
@form_on("member.voice", "released")
def voice_released(session_id: int) -> ResponseReturnValue:
    """Say whether one was released."""
    with read_form() as form:
        answer = form.choice("answer", {each.value: each for each in Released})
    with database().writing() as db:
        say_released(db, actor(), session_id, answer, now())
    flash(_("Thank you. Nobody sees your answer."))
    return redirect(url_for("member.voice"), 303)


@blueprint.post("/my-voice/pulse/<int:programme_id>")
@open_to(Audience.MEMBER)
@form_on("member.voice", "pulse-{programme_id}", once=True)
def voice_pulse(programme_id: int) -> ResponseReturnValue:
    """Answer a term's pulse."""
    with read_form() as form:
        found = {number: form.find_number(f"answer-{number}", LEAST, MOST) for number in range(MOST_QUESTIONS)}
    values = {number: value for number, value in found.items() if value is not None}
    with database().writing() as db:
        answer_pulse(db, actor(), programme_id, values, now())
    flash(_("Thank you. You’ll read here what changes because you answered."))
    return redirect(url_for("member.voice"), 303)
