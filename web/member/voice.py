"""What somebody is asked: whether they were released, and a term's pulse; and what changed because they answered."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.db import Db
from scheduler.languages import say
from scheduler.people.model import Role
from scheduler.plans.own_programmes import own_programmes
from scheduler.voices.facilitation import CHANGES, STRENGTHS, ToTell, facilitators_to_tell, tell
from scheduler.voices.model import LEAST, MOST, MOST_QUESTIONS, Released, instrument_name, statement
from scheduler.voices.pathway import ENOUGH_LED, own_path, say_willing
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
    to_tell: tuple[ToTell, ...]


def load_voices(db: Db) -> Voices:
    """What the reader's first page asks them."""
    return Voices(
        own_release_questions(db, actor(), now()),
        own_pulses(db, actor(), now()),
        facilitators_to_tell(db, actor(), now()),
    )


@blueprint.get("/my-voice")
@open_to(Audience.MEMBER)
def voice() -> str:
    """Every question that waits, and what became of earlier answers."""
    with database().reading() as db:
        voices, results = load_voices(db), own_results(db, actor(), now())
        programmes = own_programmes(db, actor(), Role.RESIDENT, Role.FACULTY)
        resident = [each for each in programmes if actor().has(each.id, Role.RESIDENT) and not each.ended]
        paths = [(each, own_path(db, actor(), each.id)) for each in resident]
    return render_template(
        "member/voice.html",
        voices=voices,
        results=results,
        nominating=programmes,
        paths=paths,
        enough_led=ENOUGH_LED,
        scale=range(LEAST, MOST + 1),
        statement=statement,
        instrument_name=instrument_name,
        strengths={key: say(words) for key, words in STRENGTHS.items()},
        changes={key: say(words) for key, words in CHANGES.items()},
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


@blueprint.post("/my-voice/facilitation/<int:programme_id>/<int:person_id>")
@open_to(Audience.RESIDENT)
@form_on("member.voice", "tell-{programme_id}-{person_id}", once=True)
def voice_facilitation(programme_id: int, person_id: int) -> ResponseReturnValue:
    """Answer two kind questions about a facilitator."""
    with read_form() as form:
        strengths = form.choices("strengths", {key: key for key in STRENGTHS})
        change = form.choice("change", {key: key for key in CHANGES})
    with database().writing() as db:
        tell(db, actor(), programme_id, person_id, strengths, change, now())
    flash(_("Thank you. They read it only together with at least four other answers."))
    return redirect(url_for("member.voice"), 303)


@blueprint.post("/my-voice/pathway/<int:programme_id>")
@open_to(Audience.RESIDENT)
@form_on("member.voice", "path-{programme_id}")
def voice_pathway(programme_id: int) -> ResponseReturnValue:
    """Say that one would like to facilitate, or not any more."""
    with read_form() as form:
        willing = form.choice("willing", {"yes": True, "no": False})
    with database().writing() as db:
        say_willing(db, actor(), programme_id, willing, now())
    flash(_("Saved."))
    return redirect(url_for("member.voice"), 303)
