"""What is asked openly, as the coordinator sets it; and whom to look for as facilitators, in rounded numbers."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.joining.openly import LONGEST_PURPOSE, AskedOpenly, asked_openly
from scheduler.joining.openly_counts import STEP, demands
from scheduler.people.traits import Category
from scheduler.programmes.service import get_programme
from scheduler.publishing.forgotten_answers import change_asked
from scheduler.publishing.mixed_groups import mixed_counts
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.forms import Form, form_on, must_be_as_seen, read_form
from web.language import gettext as _
from web.member.openly_labels import CATEGORIES
from web.request_context import actor, database, now


@blueprint.get("/<int:programme_id>/joining/openly")
@open_to(Audience.COORDINATOR)
def openly(programme_id: int) -> str:
    """What is asked, and what enough people would like."""
    with database().reading() as db:
        programme, asked = get_programme(db, programme_id), asked_openly(db, programme_id)
        wanted = demands(db, actor(), programme_id)
        mixed = mixed_counts(db, actor(), programme_id, asked.mixed)
    return render_template(
        "coordinator/openly.html",
        programme=programme,
        asked=asked,
        demands=wanted,
        mixed=mixed,
        step=STEP,
        categories=CATEGORIES,
        longest=LONGEST_PURPOSE,
    )


@blueprint.post("/<int:programme_id>/joining/openly")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.openly", "openly")
def openly_saved(programme_id: int) -> ResponseReturnValue:
    """Change what is asked."""
    with read_form() as form, database().writing() as db:
        must_be_as_seen(asked_openly(db, programme_id))
        change_asked(db, actor(), programme_id, _asked(form), now())
    flash(_("Saved."))
    return redirect(url_for("coordinator.openly", programme_id=programme_id), 303)


def _asked(form: Form) -> AskedOpenly:
    ticked = form.choices("asked", {each.value: each for each in Category})
    form.check()
    values = {each: _lines(form, each) for each in ticked}
    mixed = frozenset(each for each in Category if form.ticked(f"mixed-{each}"))
    return AskedOpenly(values, " ".join(form.text("purpose").split()), mixed)


def _lines(form: Form, category: Category) -> tuple[str, ...]:
    return tuple(word for line in form.lines(f"values-{category}") if (word := " ".join(line.split())))
