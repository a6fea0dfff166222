"""Facilitators: who is ready to be planned, what waits to be verified; the code of conduct and kinds of training."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.joining.conduct import LONGEST, adopt_code, code_to_edit
from scheduler.joining.facilitator_list import list_facilitators
from scheduler.joining.model import TrainingKind
from scheduler.joining.paper_list import columns_of, import_paper_list
from scheduler.joining.questions import MOST_KINDS, MOST_MONTHS, questions_of, set_questions, today_of
from scheduler.joining.training import send_back, take_away, verify
from scheduler.planning.second_facilitators import groups_led_alone, who_could_join
from scheduler.plans.whole import find_published_plan
from scheduler.programmes.service import get_programme
from scheduler.programmes.start import LONGEST_NAME, usual_first_day
from scheduler.terms.peer_programme import FEWEST, begin_peer_programme, facilitators_for_peers
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.forms import Form, form_on, must_be_as_seen, read_form
from web.language import gettext as _
from web.language import ngettext
from web.paging import read_paging
from web.request_context import actor, database, now

_NO_KEY = re.compile(r"[^a-z0-9]+")
SPARE_ROWS = 2
"""Empty rows for more kinds of training."""


@blueprint.get("/<int:programme_id>/facilitators")
@open_to(Audience.COORDINATOR)
def facilitators(programme_id: int) -> str:
    """How far each facilitator is, and what they are asked for."""
    asked = read_paging()
    with database().reading() as db:
        lines, paging = list_facilitators(db, actor(), programme_id, asked, now())
        code, questions = code_to_edit(db, actor(), programme_id), questions_of(db, programme_id)
        programme, today = get_programme(db, programme_id), today_of(db, programme_id, now())
        columns = columns_of(db, programme_id)
        alone, could_join = groups_led_alone(db, programme_id), who_could_join(db, actor(), programme_id, now())
        plan, peers = find_published_plan(db, programme_id), facilitators_for_peers(db, actor(), programme_id)
    spare = (TrainingKind("", ""),) * min(SPARE_ROWS, MOST_KINDS - len(questions.training))
    return render_template(
        "coordinator/facilitators.html",
        programme=programme,
        lines=lines,
        paging=paging,
        code=code,
        questions=questions,
        rows=(*questions.training, *spare),
        columns=columns,
        today=today,
        peers=peers,
        fewest_peers=FEWEST,
        first_day=usual_first_day(now(), programme.zone),
        alone=alone,
        could_join=could_join,
        group_names={group.key: group.name for group in plan.groups} if plan else {},
        longest=LONGEST,
        longest_name=LONGEST_NAME,
        most_months=MOST_MONTHS,
    )


@blueprint.post("/<int:programme_id>/facilitators/verified")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.facilitators", "verify")
def facilitators_verified(programme_id: int) -> ResponseReturnValue:
    """Verify the trainings that were ticked."""
    with read_form() as form:
        ticked = form.ids("training")
    with database().writing() as db:
        count = verify(db, actor(), programme_id, ticked, now())
    flash(ngettext("%(num)s training is verified.", "%(num)s trainings are verified.", count))
    return _back(programme_id)


@blueprint.post("/<int:programme_id>/facilitators/training/<int:training_id>")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.facilitators", "answer", field="answer")
def facilitators_training(programme_id: int, training_id: int) -> ResponseReturnValue:
    """Send one training back, or let it count no more."""
    with read_form() as form:
        answer, takes_away = form.text("answer"), "away" in form
    with database().writing() as db:
        if takes_away:
            take_away(db, actor(), programme_id, training_id, now())
        else:
            send_back(db, actor(), programme_id, training_id, answer, now())
    flash(
        _("It no longer counts as verified.") if takes_away else _("Sent back. The facilitator sees what is missing.")
    )
    return _back(programme_id)


@blueprint.post("/<int:programme_id>/facilitators/noted")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.facilitators", "paper", field="list")
def facilitators_noted(programme_id: int) -> ResponseReturnValue:
    """Take over what is on record on paper."""
    with read_form() as form:
        content = form.text("list").encode()
    with database().writing() as db:
        count = import_paper_list(db, actor(), programme_id, content, now())
    flash(ngettext("Saved for %(num)s facilitator.", "Saved for %(num)s facilitators.", count))
    return _back(programme_id)


@blueprint.post("/<int:programme_id>/facilitators/kinds")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.facilitators", "kinds")
def facilitators_kinds(programme_id: int) -> ResponseReturnValue:
    """Change which training the programme asks for."""
    with read_form() as form, database().writing() as db:
        stored = questions_of(db, programme_id)
        must_be_as_seen(stored.training)
        wanted = tuple(_kinds(form, stored.training))
        form.check()
        set_questions(db, actor(), programme_id, replace(stored, training=wanted), now())
    flash(_("Saved."))
    return _back(programme_id)


@blueprint.post("/<int:programme_id>/facilitators/code")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.facilitators", "code")
def facilitators_code(programme_id: int) -> ResponseReturnValue:
    """Adopt a version of the code of conduct."""
    with read_form() as form:
        text = form.text("text")
    with database().writing() as db:
        before = code_to_edit(db, actor(), programme_id)
        must_be_as_seen(before.version, before.text)
        version = adopt_code(db, actor(), programme_id, text, now())
    if version == before.version:
        flash(_("Nothing was changed."))
    else:
        flash(
            _("Version %(number)s is now the code of conduct. Every facilitator is asked to sign it.", number=version)
        )
    return _back(programme_id)


@blueprint.post("/<int:programme_id>/facilitators/peers")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.facilitators", "peers", once=True)
def facilitators_peers(programme_id: int) -> ResponseReturnValue:
    """Begin a programme of the facilitators' own."""
    with read_form() as form:
        name, first_day = form.text("name"), form.day("first_day")
    with database().writing() as db:
        after = begin_peer_programme(db, actor(), programme_id, name, first_day, now())
    flash(_("Your facilitators’ own programme is ready. Invite them next: nobody is planned before they say yes."))
    return redirect(url_for("coordinator.joining", programme_id=after), 303)


def _kinds(form: Form, stored: tuple[TrainingKind, ...]) -> Iterator[TrainingKind]:
    """The kinds as they are wanted, in the order of the rows; a row without a name goes. A key stays with its kind,
    since what people have done is kept by it."""
    keys = {kind.key for kind in stored}
    for place in range(MOST_KINDS):
        name = " ".join(form.text(f"kind-{place}-name").split())
        if not name:
            continue
        months = form.find_number(f"kind-{place}-months", 1, MOST_MONTHS)
        key = stored[place].key if place < len(stored) else _new_key(name, keys)
        keys.add(key)
        yield TrainingKind(key, name, months, required=form.ticked(f"kind-{place}-required"))


def _new_key(name: str, taken: set[str]) -> str:
    plain = _NO_KEY.sub("-", name.lower()).strip("-") or "training"
    return next(key for key in (plain, *(f"{plain}-{n}" for n in range(2, 100))) if key not in taken)


def _back(programme_id: int) -> ResponseReturnValue:
    return redirect(url_for("coordinator.facilitators", programme_id=programme_id, **read_paging().query), 303)
