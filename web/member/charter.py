"""A group's charter: read, added to, agreed to, and kept as a document."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.charters.group_terms import QUESTIONS, earlier_versions, wear, write_terms
from scheduler.charters.model import GroupCharter, GroupField, Hat
from scheduler.charters.service import accept, find_group_charter
from scheduler.db import Db
from scheduler.errors import NotFound
from scheduler.languages import say
from scheduler.people.roles import list_offices
from scheduler.plans.model import MemberRole
from scheduler.sessions.model import OwnGroup
from scheduler.sessions.service import own_group
from web.audiences import Audience, open_to
from web.forms import form_on, must_be_as_seen, read_form
from web.language import gettext as _
from web.language import language_tag
from web.member.blueprint import blueprint
from web.member.charter_words import HATS, call_words, hats_worn, time_needed, written_fields, written_parts
from web.member.session_answers import back
from web.request_context import actor, database, now


@blueprint.get("/groups/<int:programme_id>/<group_key>/charter")
@open_to(Audience.MEMBER)
def charter(programme_id: int, group_key: str) -> str:
    """What the group agrees on, and who has."""
    with database().reading() as db:
        group, found = _load(db, programme_id, group_key)
    facilitators = {s.person_id: s.name for s in found.signatories if s.role == MemberRole.FACILITATOR}
    return render_template(
        "member/charter.html",
        group=group,
        agreed=found,
        parts=list(written_parts(found.charter)),
        fields=list(written_fields(found.terms)),
        worn=list(hats_worn(found, facilitators)),
        all_hats=HATS,
        my_hats=found.hats.get(actor().person_id or 0, frozenset()),
        needed=time_needed(group),
        by_call=call_words(),
        me=actor().person_id,
    )


@blueprint.post("/groups/<int:programme_id>/<group_key>/charter")
@open_to(Audience.MEMBER)
@form_on("member.charter", "charter")
def charter_accepted(programme_id: int, group_key: str) -> ResponseReturnValue:
    """Agree to the version that was shown; a facilitator says with it in what role they are there."""
    with read_form() as form:
        version, terms = form.id("version"), form.number("terms", 0, 100_000, 0)
        told = form.texts("told")
        hats = frozenset(form.choices("hats", {hat: hat for hat in Hat})) if form.ticked("facilitates") else None
        if not form.ticked("agrees"):
            form.refuse("agrees", _("Tick the box to agree."))
    with database().writing() as db:
        everybody = accept(db, actor(), programme_id, group_key, version, now(), terms=terms, hats=hats, told=told)
    if everybody:
        flash(_("Thank you. Everyone has agreed, so your dates are now certain."))
    else:
        flash(_("Thank you. Your dates will be certain as soon as everyone has agreed."))
    return redirect(back(), 303)


@blueprint.post("/groups/<int:programme_id>/<group_key>/charter/hats")
@open_to(Audience.MEMBER)
@form_on("member.charter", "hats", field="hats")
def charter_hats(programme_id: int, group_key: str) -> ResponseReturnValue:
    """A facilitator is there in another role than they said."""
    with read_form() as form:
        hats = frozenset(form.choices("hats", {hat: hat for hat in Hat}))
    with database().writing() as db:
        wear(db, actor(), programme_id, group_key, hats, now())
    flash(_("Saved. Your group sees it in its charter."))
    return redirect(url_for("member.charter", programme_id=programme_id, group_key=group_key), 303)


@blueprint.get("/groups/<int:programme_id>/<group_key>/charter/own")
@open_to(Audience.MEMBER)
def charter_terms(programme_id: int, group_key: str) -> str:
    """What the group adds, to be written."""
    with database().reading() as db:
        group, found = _load(db, programme_id, group_key)
    questions = {each.value: say(words) for each, words in QUESTIONS.items()}
    texts = {each.value: found.terms.texts.get(each, "") for each in GroupField}
    return render_template("member/charter_terms.html", group=group, agreed=found, questions=questions, texts=texts)


@blueprint.post("/groups/<int:programme_id>/<group_key>/charter/own")
@open_to(Audience.MEMBER)
@form_on("member.charter_terms", "terms")
def charter_terms_written(programme_id: int, group_key: str) -> ResponseReturnValue:
    """Keep what was written; everybody in the group is asked to agree to it."""
    with read_form() as form:
        texts = {each: form.text(each.value) for each in GroupField}
    with database().writing() as db:
        _group, found = _load(db, programme_id, group_key)
        must_be_as_seen(*(found.terms.texts.get(each, "") for each in GroupField))
        changed = write_terms(db, actor(), programme_id, group_key, texts, now()) != found.terms.version
    if changed:
        flash(_("Saved. Please agree to it; everyone else in the group is asked as well."))
    return redirect(url_for("member.charter", programme_id=programme_id, group_key=group_key), 303)


@blueprint.get("/groups/<int:programme_id>/<group_key>/charter/earlier")
@open_to(Audience.MEMBER)
def charter_earlier(programme_id: int, group_key: str) -> str:
    """Every version that people of the group have agreed to."""
    with database().reading() as db:
        group = own_group(db, actor(), programme_id, group_key)
        versions = earlier_versions(db, actor(), programme_id, group_key)
    said = [(each, list(written_parts(each.charter)), list(written_fields(each.terms))) for each in versions]
    return render_template("member/charter_earlier.html", group=group, versions=said)


@blueprint.get("/groups/<int:programme_id>/<group_key>/charter.pdf")
@open_to(Audience.MEMBER)
def charter_pdf(programme_id: int, group_key: str) -> Response:
    """The charter as a document to keep."""
    from web.member.charter_document import charter_document  # large, and for a few downloads only

    with database().reading() as db:
        group, found = _load(db, programme_id, group_key)
        offices = list_offices(db, programme_id)
    content = charter_document(group, found, offices, language_tag(), now())
    headers = {"Content-Disposition": 'attachment; filename="charter.pdf"'}
    return Response(content, mimetype="application/pdf", headers=headers)


def _load(db: Db, programme_id: int, group_key: str) -> tuple[OwnGroup, GroupCharter]:
    """The group with its charter. Raises NotFound to outsiders, and where the programme has no charter."""
    group = own_group(db, actor(), programme_id, group_key)
    found = find_group_charter(db, actor(), programme_id, group_key, now())
    if found is None:
        raise NotFound(_("This programme doesn’t have a charter."))
    return group, found
