"""What people are to each other: listed and searched, added, corrected, ended and removed by a coordinator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.db import Db
from scheduler.enrolment.people_register import PeopleFilter, PersonEntry, list_register
from scheduler.enrolment.person_card import get_card
from scheduler.enrolment.related_people import officers_named
from scheduler.enrolment.relation_effects import Parted
from scheduler.enrolment.relation_list import (
    add_relation,
    correct_relation,
    end_relation,
    get_relation,
    list_relations,
    remove_relation,
)
from scheduler.enrolment.relation_overrides import (
    deciding_about,
    override_relation,
    overrides_of,
    withdraw_override,
)
from scheduler.paging import Paging
from scheduler.people.model import Role
from scheduler.people.name_search import LONGEST_SEARCH
from scheduler.people.roles import list_offices
from scheduler.programmes.model import Programme
from scheduler.programmes.relation_policies import policies_of
from scheduler.programmes.service import get_programme
from scheduler.text_input import LONGEST_REASON
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.coordinator.people import ROLE_NAMES
from web.coordinator.relation_words import KINDS, MAY_SHARE, parted_said
from web.forms import Form, form_on, must_be_as_seen, read_form
from web.language import gettext as _
from web.language import lazy_gettext
from web.paging import read_paging
from web.request_context import actor, database, now

MOST_FOUND: Final = 12
"""People of one search, in a form that asks who is meant."""
SIDES: Final = ("person", "about")
OFFICE_NAMES: Final = {Role.COORDINATOR: lazy_gettext("coordinator"), Role.OVERSIGHT: lazy_gettext("oversight contact")}
_BY_KEY: Final = {kind.value: kind for kind in KINDS}


@blueprint.get("/<int:programme_id>/relations")
@open_to(Audience.COORDINATOR)
def relations(programme_id: int) -> str:
    """Who supervises, assesses or treats whom, fifty at a time."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        found, paging = list_relations(db, actor(), programme_id, read_paging())
        policies = policies_of(db, programme_id)
    return render_template(
        "coordinator/relations.html",
        programme=programme,
        relations=found,
        paging=paging,
        kinds=KINDS,
        policies=policies,
        may_share=MAY_SHARE,
    )


@blueprint.get("/<int:programme_id>/relations/new")
@open_to(Audience.COORDINATOR)
def relation_new(programme_id: int) -> str:
    """The form that adds one: two people, looked for by name, and what the one is to the other."""
    form = Form(request.form if request.method == "POST" else request.args)
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        found = {side: _found(db, programme, form, side) for side in SIDES}
    return render_template(
        "coordinator/relation_new.html",
        programme=programme,
        found=found,
        typed_names={side: form.text(f"{side}_name") for side in SIDES},
        chosen={side: form.text(side) for side in SIDES},
        kinds=KINDS,
        kind=form.text("kind"),
        days={name: form.text(name) for name in ("first_day", "last_day")},
    )


@blueprint.post("/<int:programme_id>/relations/new")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.relation_new", "relation", once=True)
def relation_added(programme_id: int) -> ResponseReturnValue:
    """Put a relation on record, or look for the people that were named."""
    if "find" in Form(request.form):
        return relation_new(programme_id)
    with database().writing() as db:
        programme = get_programme(db, programme_id)
        with read_form() as form:
            ids = {side: _meant(db, programme, form, side) for side in SIDES}
            kind, first_day, last_day = (
                form.choice("kind", _BY_KEY),
                form.find_day("first_day"),
                form.find_day("last_day"),
            )
        parted = add_relation(db, actor(), programme_id, ids["person"], ids["about"], kind, first_day, last_day, now())
    return _back(programme_id, parted)


@blueprint.get("/<int:programme_id>/relations/<int:relation_id>")
@open_to(Audience.COORDINATOR)
def relation(programme_id: int, relation_id: int) -> str:
    """One relation, to be corrected, ended or removed."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        found = get_relation(db, actor(), programme_id, relation_id)
        overrides = overrides_of(db, actor(), programme_id, found)
        deciding = deciding_about(db, actor(), programme_id, found)
    return render_template(
        "coordinator/relation.html",
        programme=programme,
        relation=found,
        kinds=KINDS,
        overrides=overrides,
        deciding=deciding,
        longest=LONGEST_REASON,
    )


@blueprint.post("/<int:programme_id>/relations/<int:relation_id>/override")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.relation", "override", field="why")
def relation_overridden(programme_id: int, relation_id: int) -> ResponseReturnValue:
    """Record why the two may share a group all the same."""
    with read_form() as form:
        why = form.text("why")
    with database().writing() as db:
        override_relation(db, actor(), programme_id, relation_id, why, now())
    flash(_("Saved, under your name. They can be in one group now, with another facilitator from elsewhere."))
    return redirect(url_for("coordinator.relation", programme_id=programme_id, relation_id=relation_id), 303)


@blueprint.post("/<int:programme_id>/relations/<int:relation_id>/override/<int:override_id>/withdraw")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.relation")
def override_withdrawn(programme_id: int, relation_id: int, override_id: int) -> ResponseReturnValue:
    """Take back what was recorded."""
    with database().writing() as db:
        withdraw_override(db, actor(), programme_id, override_id, now())
    flash(_("Withdrawn. They can’t share a group any longer."))
    return redirect(url_for("coordinator.relation", programme_id=programme_id, relation_id=relation_id), 303)


@blueprint.post("/<int:programme_id>/relations/<int:relation_id>")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.relation", "relation")
def relation_changed(programme_id: int, relation_id: int) -> ResponseReturnValue:
    """Correct it, let it end today, or remove it."""
    parted: tuple[Parted, ...] = ()
    with database().writing() as db:
        must_be_as_seen(get_relation(db, actor(), programme_id, relation_id))
        with read_form() as form:
            act = form.choice("act", {each: each for each in ("save", "end", "remove")}, default="save")
            kind, first_day, last_day = (
                form.choice("kind", _BY_KEY),
                form.find_day("first_day"),
                form.find_day("last_day"),
            )
        if act == "end":
            end_relation(db, actor(), programme_id, relation_id, now())
        elif act == "remove":
            remove_relation(db, actor(), programme_id, relation_id, now())
        else:
            parted = correct_relation(db, actor(), programme_id, relation_id, kind, first_day, last_day, now())
    return _back(programme_id, parted)


@dataclass(frozen=True, slots=True)
class Meant:
    """Somebody who may be meant, with what tells them apart from others of the same name."""

    person_id: int
    name: str
    said: str


def _found(db: Db, programme: Programme, form: Form, side: str) -> tuple[Meant, ...]:
    """Who may be meant on one side: who was chosen already, or those with a name like the one that was typed. Who
    coordinates or oversees the programme may be something to somebody."""
    person_id, name = form.find_id(side), form.text(f"{side}_name")[:LONGEST_SEARCH]
    if person_id and not name:
        in_office = {office.person_id: office.email for office in list_offices(db, programme.id)}
        name = in_office.get(person_id) or get_card(db, actor(), programme.id, person_id, now()).details.email
    if not name:
        return ()
    entries, _paging = list_register(db, actor(), programme, PeopleFilter(), Paging(q=name, size=MOST_FOUND))
    found = [Meant(each.person_id, each.name, _said(programme, each)) for each in entries]
    if side == "person":
        officers = officers_named(db, actor(), programme.id, name, MOST_FOUND - len(found))
        found += [Meant(one.person_id, one.name, f"{OFFICE_NAMES[one.role]}, {one.email}") for one in officers]
    return tuple(found)


def _said(programme: Programme, entry: PersonEntry) -> str:
    grade = None if entry.stage is None else programme.grade_name(entry.stage)
    return ", ".join(str(each) for each in (ROLE_NAMES[entry.kind], grade, entry.site, entry.email) if each)


def _meant(db: Db, programme: Programme, form: Form, side: str) -> int:
    """The person who was chosen, or the only one with such a name."""
    chosen = form.find_id(side)
    if chosen is not None:
        return chosen
    found = _found(db, programme, form, side)
    if len(found) != 1:
        words = (
            _("Choose who is meant.")
            if found
            else _("We can’t find anyone with that name. Two letters of a first or last name are enough.")
        )
        form.refuse(f"{side}_name", words)
        return 0
    return found[0].person_id


def _back(programme_id: int, parted: tuple[Parted, ...]) -> ResponseReturnValue:
    flash(" ".join((_("Saved."), *parted_said(parted))))
    return redirect(url_for("coordinator.relations", programme_id=programme_id), 303)
