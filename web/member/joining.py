"""Joining a programme: what it is, the questions one by one, changing one's mind, leaving."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.db import Db
from scheduler.enrolment.own_relations import TIES, list_declared
from scheduler.errors import NotFound
from scheduler.joining import answers as answering
from scheduler.joining import people_search as choosing
from scheduler.joining import questions as asking
from scheduler.joining.listed import correct_listed, own_listed
from scheduler.joining.model import MOST_CHARACTERS, MOST_CHOICES, MOST_TOPICS, Answers, JoiningState, Step
from scheduler.joining.openly import asked_openly
from scheduler.joining.own_conduct import own_conduct
from scheduler.joining.portraits import own_portrait
from scheduler.offices.service import own_invitations
from scheduler.people.model import PARTICIPANTS, Role
from scheduler.people.roles import list_offices
from scheduler.programmes.emphasis import one_companion_first
from scheduler.programmes.firewall import with_power_over
from scheduler.programmes.service import get_programme
from scheduler.publishing import leavers as leaving
from web.audiences import Audience, open_to
from web.forms import Form, form_on, must_be_as_seen, read_form
from web.language import gettext as _
from web.mailing import mailed
from web.member import joining_labels, joining_steps, openly_labels
from web.member.blueprint import blueprint
from web.request_context import actor, database, now


@blueprint.get("/join")
@open_to(Audience.SIGNED_IN)
def joining_all() -> ResponseReturnValue:
    """The programmes that somebody takes part in, or did; where there is one only, its page."""
    with database().reading() as db:
        parts = leaving.known_parts(db, actor())
        asked = own_invitations(db, actor(), now())
    here = [part for part in parts if part.left_at is None]
    if len(parts) == len(here) == 1 and not asked:
        return redirect(url_for("member.joining", programme_id=here[0].programme_id))
    return render_template("member/programmes.html", parts=parts, asked=asked, states=JoiningState)


@blueprint.post("/join/<int:programme_id>/back")
@open_to(Audience.SIGNED_IN)
@form_on("member.joining_all")
def joining_back(programme_id: int) -> ResponseReturnValue:
    """Come back into a programme that one has left."""
    with database().writing() as db:
        had_declined = leaving.come_back(db, actor(), programme_id, now())
    flash(_("Good to have you.") if had_declined else _("Welcome back. Your earlier answers are still here."))
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
            "listed": own_listed(db, actor(), programme_id),
            "grouped": leaving.has_group(db, actor(), programme_id),
            "conduct": own_conduct(db, actor(), programme_id, now()) if answers.kind is Role.FACULTY else None,
        }
    template = "member/joining.html" if answers.agreed_at else "member/invited.html"
    said = joining_steps.in_words(answers, programme, named)
    return render_template(template, said=said, labels=joining_labels, **context)


@blueprint.post("/join/<int:programme_id>/yes")
@open_to(Audience.MEMBER)
@form_on("member.joining")
def joining_yes(programme_id: int) -> ResponseReturnValue:
    """Say yes, and go to the first question."""
    with database().writing() as db:
        answering.agree(db, actor(), programme_id, now())
        answers = answering.own_answers(db, actor(), programme_id, now())
    return redirect(_address_after(answers, None), 303)


@blueprint.post("/join/<int:programme_id>/no")
@open_to(Audience.MEMBER)
@form_on("member.joining")
def joining_no(programme_id: int) -> ResponseReturnValue:
    """Say no, at once and without a reason."""
    with database().writing() as db:
        leaving.decline(db, actor(), programme_id, now())
    flash(_("Thank you for telling us. Nobody asks why, and we won’t e-mail you about it again."))
    return redirect(url_for("member.joining_all"), 303)


@blueprint.post("/join/<int:programme_id>/request")
@open_to(Audience.MEMBER)
@form_on("member.joining", "request", field="note", once=True)
def joining_request(programme_id: int) -> ResponseReturnValue:
    """Ask the coordinator to change an answer after the last day."""
    with read_form() as form:
        note = form.text("note")
    with database().writing() as db:
        asking.ask_to_change(db, actor(), programme_id, note, now())
    flash(mailed(_("Your coordinator has your request. You’ll get an e-mail with the answer.")))
    return redirect(url_for("member.joining", programme_id=programme_id), 303)


@blueprint.post("/join/<int:programme_id>/listed")
@open_to(Audience.MEMBER)
@form_on("member.joining", "listed")
def joining_listed(programme_id: int) -> ResponseReturnValue:
    """Put right what the hospital's list says."""
    with read_form() as form:
        specialty, level = form.text("specialty"), form.text("mentor_level")
    with database().writing() as db:
        known = own_listed(db, actor(), programme_id)
        must_be_as_seen(known.specialty, known.level)
        correct_listed(db, actor(), programme_id, specialty, level, now())
    flash(_("Saved. From now on no list changes it."))
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
@form_on("member.joining_leave")
def joining_left(programme_id: int) -> ResponseReturnValue:
    """Leave, at once and without a reason."""
    with database().writing() as db:
        leaving.leave(db, actor(), programme_id, now())
    flash(_("You’ve left the programme. Nobody asks why, and you can rejoin."))
    return redirect(url_for("member.joining_all"), 303)


@blueprint.get("/join/<int:programme_id>/names")
@open_to(Audience.MEMBER)
def joining_names(programme_id: int) -> ResponseReturnValue:
    """Names that begin like what is typed, for the browser to offer."""
    with database().reading() as db:
        found = choosing.find_people(db, actor(), programme_id, Form(request.args).text("q"), *PARTICIPANTS)
    return jsonify([one.name for one in found])


@blueprint.get("/join/<int:programme_id>/<step>")
@open_to(Audience.MEMBER)
def joining_step(programme_id: int, step: str) -> ResponseReturnValue:
    """One question."""
    return _page(programme_id, _step(step))


@blueprint.post("/join/<int:programme_id>/<step>")
@open_to(Audience.MEMBER)
@form_on("member.joining_step", "step")
def joining_saved(programme_id: int, step: str) -> ResponseReturnValue:
    """Save one question; go on, stay to find somebody, or say what cannot be."""
    asked = _step(step)
    with database().writing() as db:
        must_be_as_seen(*_stored(db, answering.own_answers(db, actor(), programme_id, now()), asked))
        goes_on = joining_steps.save(db, actor(), programme_id, asked, Form(request.form), now())
        answers = answering.own_answers(db, actor(), programme_id, now())
    if goes_on:
        return redirect(_address_after(answers, asked), 303)
    return _page(programme_id, asked)


def _step(name: str) -> Step:
    try:
        return Step(name)
    except ValueError:
        raise NotFound(_("We can’t find that question.")) from None


def _address_after(answers: Answers, step: Step | None) -> str:
    """The next question that is still open; once all are saved, the page of one's answers.

    Whoever changes one answer of many comes back to all of them.
    """
    following = answers.order[answers.order.index(step) + 1 :] if step else answers.order
    open_ones = [one for one in (*following, *answers.order) if one not in answers.steps]
    if not open_ones:
        return url_for("member.joining", programme_id=answers.programme_id)
    return url_for("member.joining_step", programme_id=answers.programme_id, step=open_ones[0].value)


def _stored(db: Db, answers: Answers, step: Step) -> Sequence[object]:
    if answers.kind is Role.FACULTY and step is Step.CONDUCT:
        return joining_steps.stored_conduct(own_conduct(db, actor(), answers.programme_id, now()))
    portrait = own_portrait(db, actor(), answers.programme_id) if step is Step.PORTRAIT else None
    return joining_steps.stored(answers, portrait, step)


def _page(programme_id: int, step: Step) -> str:
    with database().reading() as db:
        answers = answering.own_answers(db, actor(), programme_id, now())
        if step not in answers.order:
            raise NotFound(_("We can’t find that question."))
        context, stored = _context(db, answers, step), _stored(db, answers, step)
        programme = get_programme(db, programme_id)
        questions = asking.questions_of(db, programme_id)
    return render_template(
        f"member/steps/{step.value}.html",
        programme=programme,
        answers=answers,
        questions=questions,
        step=step,
        place=answers.order.index(step),
        stored=stored,
        labels=joining_labels,
        offices=context.pop("offices"),
        **context,
    )


def _facilitators(db: Db, answers: Answers) -> dict[str, Any]:
    everybody, text = (
        choosing.list_facilitators(db, actor(), answers.programme_id, now()),
        Form(request.args).text("name"),
    )
    shown = choosing.first_shown(everybody, answers.choices, text)
    return {"facilitators": shown, "all": len(everybody), "text": text, "most": MOST_CHOICES}


def _context(db: Db, answers: Answers, step: Step) -> dict[str, Any]:
    """What the page of one step shows besides the answers themselves."""
    me, programme_id = actor(), answers.programme_id
    found: dict[str, Any] = {"offices": list_offices(db, programme_id)}
    more: Mapping[Step, Callable[[], dict[str, Any]]] = {
        Step.TOPICS: lambda: {"most": MOST_TOPICS},
        Step.FACILITATORS: lambda: _facilitators(db, answers),
        Step.PEOPLE: lambda: {
            "names": choosing.names_of(db, me, programme_id, {*answers.wants, *answers.avoids}),
            "found": joining_steps.found(db, me, programme_id, Form(request.form), answers),
            "declared": list_declared(db, me, programme_id),
            "ties": TIES,
            "one_first": one_companion_first(get_programme(db, programme_id).weights),
        },
        Step.NEEDS: lambda: {
            "most": MOST_CHARACTERS,
            "asked": asked_openly(db, programme_id),
            "openly": openly_labels,
            "readers": _readers_of_needs(db, programme_id),
        },
        Step.PORTRAIT: lambda: {"portrait": own_portrait(db, me, programme_id), "most": MOST_CHARACTERS},
        Step.CONDUCT: lambda: {
            "conduct": own_conduct(db, me, programme_id, now()), "most": MOST_CHARACTERS,
            "today": asking.today_of(db, programme_id, now()),
        },
    }  # fmt: skip
    return found | (more[step]() if step in more else {})


def _readers_of_needs(db: Db, programme_id: int) -> tuple[str, ...]:
    """The coordinators who can read what the reader writes, by name: none who has power over them."""
    withheld = with_power_over(db, programme_id, actor().person_id or 0, now())
    offices = list_offices(db, programme_id)
    return tuple(one.name for one in offices if one.role is Role.COORDINATOR and one.person_id not in withheld)
