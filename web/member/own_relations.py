"""Who somebody is to others in a programme: what they have declared, and what is openly on record about them."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.enrolment import own_relations as declaring
from scheduler.programmes.service import get_programme
from web.audiences import Audience, open_to
from web.forms import Form, form_on, read_form
from web.language import gettext as _
from web.member.blueprint import blueprint
from web.request_context import actor, database, now


@blueprint.get("/join/<int:programme_id>/relations")
@open_to(Audience.SIGNED_IN)
def own_relations(programme_id: int) -> str:
    """What is on record, and a form to add to it; the form looks for names first."""
    form = Form(request.form if request.method == "POST" else request.args)
    name = form.text("name")
    with database().reading() as db:
        declared = declaring.list_declared(db, actor(), programme_id)
        found = declaring.find_declarable(db, actor(), programme_id, name) if name else ()
        programme = get_programme(db, programme_id)
    return render_template(
        "member/own_relations.html",
        programme=programme,
        declared=declared,
        found=found,
        name=name,
        ties=declaring.TIES,
        chosen=form.text("person"),
    )


@blueprint.post("/join/<int:programme_id>/relations")
@open_to(Audience.SIGNED_IN)
@form_on("member.own_relations", "tie", once=True)
def relation_declared(programme_id: int) -> ResponseReturnValue:
    """Declare one more."""
    with read_form() as form:
        person, tie = form.find_id("person") or 0, form.text("kind")
        since, until = form.find_day("since"), form.find_coming_day("until")
    with database().writing() as db:
        declaring.declare(db, actor(), programme_id, person, tie, since, until, now())
    flash(_("Saved. You can change it or take it back at any time."))
    return redirect(url_for("member.own_relations", programme_id=programme_id), 303)


@blueprint.post("/join/<int:programme_id>/relations/days")
@open_to(Audience.SIGNED_IN)
@form_on("member.own_relations", "days-{relation}")
def relation_dated(programme_id: int) -> ResponseReturnValue:
    """Change from when until when something declared holds, or take it back."""
    with read_form() as form:
        relation = form.find_own_id("relation") or 0
        since, until = form.find_day("since"), form.find_day("until")
    goes = "drop" in Form(request.form)
    with database().writing() as db:
        if goes:
            declaring.take_back(db, actor(), programme_id, relation, now())
        else:
            declaring.change_days(db, actor(), programme_id, relation, since, until, now())
    flash(_("Withdrawn.") if goes else _("Saved."))
    return redirect(url_for("member.own_relations", programme_id=programme_id), 303)
