"""Whom names on rotas mean: one list for all rotas of a programme, to be read and corrected."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.enrolment.people_list import PersonLine, list_people
from scheduler.programmes.service import get_programme
from scheduler.rota_import import spellings
from scheduler.rota_import.spellings import SpellingLine
from scheduler.rotas.names import NOBODY, Known, labels
from scheduler.rotas.typed_names import whom
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.forms import Form, form_on, must_be_as_seen, read_form
from web.language import gettext as _
from web.language import ngettext
from web.request_context import actor, database, now
from web.rota_questions import MOST_OFFERED


@blueprint.get("/<int:programme_id>/rotas/names")
@open_to(Audience.COORDINATOR)
def rota_names(programme_id: int) -> str:
    """Every spelling that was answered or recognised, whom it means and on which rotas it stands."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        lines = spellings.list_spellings(db, actor(), programme_id)
        people = list(labels(_known(list_people(db, actor(), programme_id))))[:MOST_OFFERED]
    sites = {site.key: site.name for site in programme.sites}
    shown = [(line, _shown(line)) for line in lines]
    return render_template(
        "coordinator/rota_names.html", programme=programme, lines=shown, seen_lines=lines, everybody=people, sites=sites
    )


@blueprint.post("/<int:programme_id>/rotas/names")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.rota_names", "names")
def rota_names_saved(programme_id: int) -> ResponseReturnValue:
    """Take what was corrected; an empty field takes back what was said, and says nothing of what was recognised."""
    with database().writing() as db:
        lines = spellings.list_spellings(db, actor(), programme_id)
        must_be_as_seen(lines)
        people = _known(list_people(db, actor(), programme_id))
        with read_form() as form:
            answers = [_answer(form, number, people) for number in range(len(lines))]
        changed = [
            (line, text)
            for line, text in zip(lines, answers, strict=True)
            if text != _answer_of(line) and (text or line.is_said)
        ]
        for line, text in changed:
            if text:
                spellings.say_who(db, actor(), programme_id, line.written, text, now(), line.site)
            else:
                spellings.forget(db, actor(), programme_id, line.key, line.site, now())
    flash(ngettext("%(num)s name has been changed.", "%(num)s names have been changed.", len(changed)))
    return redirect(url_for("coordinator.rota_names", programme_id=programme_id), 303)


def _known(people: Iterable[PersonLine]) -> list[Known]:
    return [Known(line.person_id, (line.name,), line.email) for line in people]


def _answer(form: Form, number: int, people: Sequence[Known]) -> str:
    field = f"who-{number}"
    text = " ".join(form.text(field).split())
    if text.casefold() in (NOBODY, _("nobody").casefold()):
        return NOBODY
    if not text:
        return ""
    label, fault = whom(text, people)
    if fault:
        form.refuse(field, fault)
    return label


def _answer_of(line: SpellingLine) -> str:
    return line.label if line.person_id is not None else NOBODY


def _shown(line: SpellingLine) -> str:
    """What stands in the field."""
    return line.label if line.person_id is not None else _("nobody")
