"""What a programme asks openly, on a page of its own: answered, changed and deleted at any time."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.joining.openly import asked_openly, own_traits, save_traits
from scheduler.people.roles import list_offices
from scheduler.people.traits import LONGEST_TRAIT, Category
from scheduler.programmes.service import get_programme
from scheduler.publishing.forgotten_answers import delete_answers
from web.audiences import Audience, open_to
from web.forms import form_on, must_be_as_seen, read_form
from web.language import gettext as _
from web.member import openly_labels
from web.member.blueprint import blueprint
from web.member.openly_form import read_open_answers
from web.request_context import actor, database


@blueprint.get("/join/<int:programme_id>/about-me")
@open_to(Audience.MEMBER)
def about_me(programme_id: int) -> str:
    """What one has said when asked openly, who reads it, and how to delete it."""
    with database().reading() as db:
        said = own_traits(db, actor(), programme_id)
        programme, asked = get_programme(db, programme_id), asked_openly(db, programme_id)
        offices = list_offices(db, programme_id)
    return render_template(
        "member/about_me.html",
        programme=programme,
        asked=asked,
        said=said,
        offices=offices,
        longest=LONGEST_TRAIT,
        openly=openly_labels,
    )


@blueprint.post("/join/<int:programme_id>/about-me")
@open_to(Audience.MEMBER)
@form_on("member.about_me", "openly")
def about_me_saved(programme_id: int) -> ResponseReturnValue:
    """Save what one says."""
    with read_form() as form, database().writing() as db:
        must_be_as_seen(own_traits(db, actor(), programme_id))
        answers = read_open_answers(form, asked_openly(db, programme_id))
        form.check()
        save_traits(db, actor(), programme_id, answers)
    flash(_("Saved. Only the planner reads it."))
    return redirect(url_for("member.about_me", programme_id=programme_id), 303)


@blueprint.post("/join/<int:programme_id>/about-me/delete")
@open_to(Audience.MEMBER)
@form_on("member.about_me")
def about_me_deleted(programme_id: int) -> ResponseReturnValue:
    """Delete one answer, or all of them."""
    with read_form() as form:
        category = form.choice("category", {"": None, **{each.value: each for each in Category}}, "")
    with database().writing() as db:
        delete_answers(db, actor(), programme_id, category)
    flash(_("Deleted."))
    return redirect(url_for("member.about_me", programme_id=programme_id), 303)
