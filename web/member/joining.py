"""Joining a programme: what it is, the questions one by one, changing one's mind, leaving."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.errors import MentorRoundsError, NotAllowed, NotFound
from scheduler.joining import answering, asking, choosing, leaving
from scheduler.joining.model import MOST_CHARACTERS, MOST_CHOICES, MOST_TOPICS, Answers, State, Step
from scheduler.joining.offering import DECLARABLE, list_declared, own_portrait
from scheduler.people.roles import list_offices
from scheduler.programmes.service import get_programme
from web.audiences import Audience, open_to
from web.current import actor, database, now
from web.language import gettext as _
from web.member import kinds, steps
from web.member.blueprint import blueprint
from web.refusals import Refusal, refusal_of


@blueprint.get("/join")
@open_to(Audience.SIGNED_IN)
def joining_all() -> ResponseReturnValue:
    """The programmes that somebody takes part in, or did; where there is one only, its page."""
    with database().reading() as db:
        parts = leaving.own_parts(db, actor())
    here = [part for part in parts if part.left_at is None]
    if len(parts) == len(here) == 1:
        return redirect(url_for("member.joining", programme_id=here[0].programme_id))
    return render_template("member/programmes.html", parts=parts, states=State)


@blueprint.post("/join/<int:programme_id>/back")
@open_to(Audience.SIGNED_IN)
def joining_back(programme_id: int) -> ResponseReturnValue:
    """Come back into a programme that one has left."""
    with database().writing() as db:
        leaving.come_back(db, actor(), programme_id, now())
    flash(_("Welcome back. What you answered before is still here."))
    return redirect(url_for("member.joining", programme_id=programme_id), 303)


@blueprint.get("/join/<int:programme_id>")
@open_to(Audience.MEMBER)
def joining(programme_id: int) -> str:
    """What the programme is, before any question; after a yes, one's answers at a glance."""
    with database().reading() as db:
        answers = answering.own_answers(db, actor(), programme_id, now())
        programme = get_programme(db, programme_id)
        named = choosing.names_of(db, actor(), programme_id, {*answers.choices, *answers.wants, *answers.avoids})
        context: dict[str, Any] = {
            "programme": programme,
            "answers": answers,
            "questions": asking.questions_of(db, programme_id),
            "offices": list_offices(db, programme_id),
            "has_asked": asking.has_asked(db, actor(), programme_id),
            "declared": list_declared(db, actor(), programme_id),
            "portrait": own_portrait(db, actor(), programme_id),
        }
    template = "member/joining.html" if answers.agreed_at else "member/invited.html"
    said = steps.in_words(answers, programme, named)
    return render_template(template, said=said, kinds=kinds, **context)


@blueprint.post("/join/<int:programme_id>/yes")
@open_to(Audience.MEMBER)
def joining_yes(programme_id: int) -> ResponseReturnValue:
    """Say yes, and go to the first question."""
    with database().writing() as db:
        answering.agree(db, actor(), programme_id, now())
        answers = answering.own_answers(db, actor(), programme_id, now())
    return redirect(_address_after(answers, None), 303)


@blueprint.post("/join/<int:programme_id>/request")
@open_to(Audience.MEMBER)
def joining_request(programme_id: int) -> ResponseReturnValue:
    """Ask the coordinator to change an answer after the last day."""
    with database().writing() as db:
        asking.ask_to_change(db, actor(), programme_id, request.form.get("note", ""), now())
    flash(_("Your coordinator has your request. You get an e-mail when it is answered."))
    return redirect(url_for("member.joining", programme_id=programme_id), 303)


@blueprint.get("/join/<int:programme_id>/leave")
@open_to(Audience.MEMBER)
def joining_leave(programme_id: int) -> str:
    """What leaving does, and one button."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
    return render_template("member/leave.html", programme=programme)


@blueprint.post("/join/<int:programme_id>/leave")
@open_to(Audience.MEMBER)
def joining_left(programme_id: int) -> ResponseReturnValue:
    """Leave, at once and without a reason."""
    with database().writing() as db:
        leaving.leave(db, actor(), programme_id, now())
    flash(_("You have left. Nobody is told why, and you can come back."))
    return redirect(url_for("member.joining_all"), 303)


@blueprint.get("/join/<int:programme_id>/names")
@open_to(Audience.MEMBER)
def joining_names(programme_id: int) -> ResponseReturnValue:
    """Names that begin like what is typed, for the browser to offer."""
    with database().reading() as db:
        found = choosing.find_people(db, actor(), programme_id, request.args.get("q", ""), *steps.KINDS)
    return jsonify([one.name for one in found])


@blueprint.get("/join/<int:programme_id>/<step>")
@open_to(Audience.MEMBER)
def joining_step(programme_id: int, step: str) -> ResponseReturnValue:
    """One question."""
    return _page(programme_id, _step(step))


@blueprint.post("/join/<int:programme_id>/<step>")
@open_to(Audience.MEMBER)
def joining_saved(programme_id: int, step: str) -> ResponseReturnValue:
    """Save one question; go on, stay to find somebody, or say what cannot be."""
    asked = _step(step)
    try:
        with database().writing() as db:
            goes_on = steps.save(db, actor(), programme_id, asked, request.form, now())
            answers = answering.own_answers(db, actor(), programme_id, now())
    except (NotAllowed, NotFound):
        raise
    except MentorRoundsError as error:
        refusal = refusal_of(error)
        return _page(programme_id, asked, refusal), refusal.status
    if goes_on:
        return redirect(_address_after(answers, asked), 303)
    return _page(programme_id, asked)


def _step(name: str) -> Step:
    try:
        return Step(name)
    except ValueError:
        raise NotFound(_("There is no such question.")) from None


def _address_after(answers: Answers, step: Step | None) -> str:
    """The next question that is still open; once all are saved, the page of one's answers.

    Whoever changes one answer of many comes back to all of them.
    """
    following = answers.order[answers.order.index(step) + 1 :] if step else answers.order
    open_ones = [one for one in (*following, *answers.order) if one not in answers.steps]
    if not open_ones:
        return url_for("member.joining", programme_id=answers.programme_id)
    return url_for("member.joining_step", programme_id=answers.programme_id, step=open_ones[0].value)


def _page(programme_id: int, step: Step, refusal: Refusal | None = None) -> str:
    with database().reading() as db:
        answers = answering.own_answers(db, actor(), programme_id, now())
        if step not in answers.order:
            raise NotFound(_("There is no such question."))
        context = _context(db, answers, step)
        programme = get_programme(db, programme_id)
        questions = asking.questions_of(db, programme_id)
    return render_template(
        f"member/steps/{step.value}.html",
        programme=programme,
        answers=answers,
        questions=questions,
        step=step,
        place=answers.order.index(step),
        refusal=refusal,
        form=request.form,
        kinds=kinds,
        offices=context.pop("offices"),
        **context,
    )


def _facilitators(db: Any, answers: Answers) -> dict[str, Any]:
    everybody, text = choosing.choosable(db, actor(), answers.programme_id, now()), request.args.get("name", "")
    shown = choosing.shown(everybody, answers.choices, text)
    return {"facilitators": shown, "all": len(everybody), "text": text, "most": MOST_CHOICES}


def _context(db: Any, answers: Answers, step: Step) -> dict[str, Any]:
    """What the page of one step shows besides the answers themselves."""
    me, programme_id = actor(), answers.programme_id
    found: dict[str, Any] = {"offices": list_offices(db, programme_id)}
    more: Mapping[Step, Callable[[], dict[str, Any]]] = {
        Step.TOPICS: lambda: {"most": MOST_TOPICS},
        Step.FACILITATORS: lambda: _facilitators(db, answers),
        Step.PEOPLE: lambda: {
            "names": choosing.names_of(db, me, programme_id, {*answers.wants, *answers.avoids}),
            "found": steps.found(db, me, programme_id, request.form, answers),
            "declared": list_declared(db, me, programme_id),
            "declarable": DECLARABLE,
        },
        Step.NEEDS: lambda: {"most": MOST_CHARACTERS},
        Step.PORTRAIT: lambda: {"portrait": own_portrait(db, me, programme_id), "most": MOST_CHARACTERS},
        Step.CONDUCT: lambda: {"portrait": own_portrait(db, me, programme_id)},
    }  # fmt: skip
    return found | (more[step]() if step in more else {})
