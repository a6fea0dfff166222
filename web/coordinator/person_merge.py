"""Two entries of one person become one; one entry of two people becomes two."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.enrolment.people_register import HereChoice, PeopleFilter, list_register
from scheduler.enrolment.person_card import get_card
from scheduler.enrolment.person_merge import Conflict, Difference, merge_people, preview_merge
from scheduler.enrolment.person_split import Theirs, split_person
from scheduler.errors import NotPossible
from scheduler.paging import Paging
from scheduler.people.name_search import LONGEST_SEARCH
from scheduler.plans.participant_filter import filter_options
from scheduler.programmes.service import get_programme
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.coordinator.people import ROLE_NAMES, grades_of
from web.coordinator.person import details_of
from web.coordinator.relation_words import KINDS
from web.forms import Form, form_on, must_be_as_seen, must_be_as_shown, read_form
from web.language import WEEKDAYS, lazy_gettext
from web.language import gettext as _
from web.mailing import mailed
from web.request_context import actor, database, now

MOST_FOUND = 12
DIFFERENCES = {
    Difference.NAME: lazy_gettext("Name"),
    Difference.EMAIL: lazy_gettext("E-mail address"),
    Difference.GRADE: lazy_gettext("Grade"),
    Difference.SITE: lazy_gettext("Site"),
    Difference.GROUP: lazy_gettext("Group: the second place is given up"),
    Difference.ROTA: lazy_gettext("One rota speaks of both on the same days: all duties count"),
    Difference.ANSWERS: lazy_gettext("Both have answered: only what the first left open is taken from the second"),
}


@blueprint.get("/<int:programme_id>/people/<int:person_id>/merge")
@open_to(Audience.COORDINATOR)
def person_merge(programme_id: int, person_id: int) -> str:
    """Look for the second entry of somebody, and read what merging would do."""
    form = Form(request.form if request.method == "POST" else request.args)
    other, name = form.find_id("other"), form.text("q")[:LONGEST_SEARCH]
    preview, refusal = None, None
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        card = get_card(db, actor(), programme_id, person_id, now())
        asked = Paging(q=name or card.details.name, size=MOST_FOUND)
        choices = [PeopleFilter(here=here) for here in HereChoice]
        found = [each for choice in choices for each in list_register(db, actor(), programme, choice, asked)[0]]
        if other is not None:
            try:
                preview = preview_merge(db, actor(), programme_id, person_id, other)
            except NotPossible as reason:
                refusal = reason
    return render_template(
        "coordinator/person_merge.html",
        programme=programme,
        card=card,
        found=[each for each in found if each.person_id != person_id],
        name=name,
        preview=preview,
        refusal=refusal,
        conflicts=[_said(each) for each in (preview.conflicts if preview else ())],
        role_names=ROLE_NAMES,
    )


@blueprint.post("/<int:programme_id>/people/<int:person_id>/merge")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.person_merge", "merge", once=True)
def person_merged(programme_id: int, person_id: int) -> ResponseReturnValue:
    """Merge, if it still does what was shown. The one that stays may be either of the two."""
    with read_form() as form:
        other, stays = form.id("other"), form.choice("stays", {"this": True, "other": False}, default="this")
    with database().writing() as db:
        must_be_as_shown(preview_merge(db, actor(), programme_id, person_id, other))
        stays_id, goes_id = (person_id, other) if stays else (other, person_id)
        merge_people(db, actor(), programme_id, stays_id, goes_id, now())
    flash(mailed(_("The two entries are one now. Both addresses get an e-mail that says so.")))
    return redirect(url_for("coordinator.person", programme_id=programme_id, person_id=stays_id), 303)


@blueprint.get("/<int:programme_id>/people/<int:person_id>/split")
@open_to(Audience.COORDINATOR)
def person_split(programme_id: int, person_id: int) -> str:
    """What of an entry is whose."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        card = get_card(db, actor(), programme_id, person_id, now())
        grades = grades_of(programme, filter_options(db, actor(), programme_id).stages)
    return render_template(
        "coordinator/person_split.html",
        programme=programme,
        card=card,
        grades=grades,
        role_names=ROLE_NAMES,
        kinds=KINDS,
        weekdays=WEEKDAYS,
    )


@blueprint.post("/<int:programme_id>/people/<int:person_id>/split")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.person_split", "person", once=True)
def person_was_split(programme_id: int, person_id: int) -> ResponseReturnValue:
    """Give the second person an entry of their own, with what is theirs."""
    with database().writing() as db:
        card = get_card(db, actor(), programme_id, person_id, now())
        must_be_as_seen(card)
        with read_form() as form:
            wanted = details_of(form)
            sites = {site.key: site.id for site in get_programme(db, programme_id).sites}
            site_id = form.choice("site", sites)
            numbers = form.choices("line", {str(number): number for number in range(len(card.rotas))})
            theirs = Theirs(
                lines=[(card.rotas[number][0], card.rotas[number][2]) for number in numbers],
                groups=form.choices("group", {key: key for key, _name in card.groups}),
                relations=form.ids("relation"),
                weekly=form.ids("weekly"),
                leave=form.ids("leave"),
            )
        split = split_person(db, actor(), programme_id, person_id, wanted, site_id, theirs, now())
    said = _("The second person has an entry of their own now. Invite them, so that they can answer for themselves.")
    if split.to_upload:
        rotas = ", ".join(split.to_upload)
        said += " " + _("Upload these rotas again, so that each duty finds its person: %(rotas)s.", rotas=rotas)
    flash(said)
    return redirect(url_for("coordinator.person", programme_id=programme_id, person_id=split.person_id), 303)


def _said(conflict: Conflict) -> tuple[str, str, str]:
    """What it is about, in another programme with its name, and both values."""
    about = str(DIFFERENCES[conflict.kind])
    return f"{about} ({conflict.programme})" if conflict.programme else about, conflict.stays, conflict.goes
