"""A box to paste into: a rota or a table waits like an uploaded file; swaps are confirmed sentence by sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.enrolment.people_list import list_people
from scheduler.errors import NotPossible
from scheduler.languages import mark
from scheduler.programmes.service import get_programme
from scheduler.rota_import import service
from scheduler.rota_import.agreed_swaps import Proposed, ProposedSwaps, propose_swaps, put_swaps
from scheduler.rotas.changes import Change
from scheduler.rotas.model import ReadRota, UnreadableFile
from web.audiences import Audience, open_to
from web.coordinator.blueprint import blueprint
from web.coordinator.rotas import to_waiting, usual_site
from web.forms import Form, fill_form, form_on, must_be_as_shown, read_form
from web.language import gettext as _
from web.language import moment, ngettext
from web.request_context import actor, database, now


@dataclass(frozen=True, slots=True)
class Shown:
    """A swap as it is shown, with the names of the people whose days change."""

    proposed: Proposed
    changes: Sequence[tuple[str, Change]]


@blueprint.get("/<int:programme_id>/rotas/paste")
@open_to(Audience.COORDINATOR)
def rota_paste(programme_id: int) -> str:
    """The box to paste into."""
    with database().reading() as db:
        return render_template("coordinator/rota_paste.html", programme=get_programme(db, programme_id))


@blueprint.post("/<int:programme_id>/rotas/paste")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.rota_paste", "paste", field="text")
def rota_pasted(programme_id: int) -> ResponseReturnValue:
    """Read what was pasted: as a rota, else as swaps."""
    with read_form() as form:
        text, name, site = _pasted(form), form.text("name"), form.text("site")
    if not text.strip():
        raise NotPossible(_("Paste some text first."), where="text")
    try:
        rota = _read(programme_id, text, name, site)
    except UnreadableFile:
        with database().writing() as db:  # nothing is: what a swap would do is tried and undone
            found = propose_swaps(db, actor(), programme_id, text, now())
        if found.swaps or found.questions:
            return _swaps_page(programme_id, text, found)
        raise
    if not name:
        words = _("This is a rota. Give it a name, so that we know it again.")
        raise NotPossible(words, where="name")
    with database().writing() as db:
        site = site or usual_site(db, programme_id, name)
        waiting = service.keep_read(db, actor(), programme_id, site, name, rota, now())
    return to_waiting(programme_id, waiting.waiting_id)


@blueprint.post("/<int:programme_id>/rotas/paste/again")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.rota_paste", "paste", field="text")
def rota_paste_again(programme_id: int) -> str:
    """The box with the text that is to be corrected."""
    fill_form("paste", request.form, whole=False)
    return rota_paste(programme_id)


@blueprint.post("/<int:programme_id>/rotas/swaps")
@open_to(Audience.COORDINATOR)
@form_on("coordinator.rota_paste", "paste", field="text")
def swaps_confirmed(programme_id: int) -> ResponseReturnValue:
    """Put the ticked swaps on the rotas."""
    form = Form(request.form)
    text, chosen = _pasted(form), [int(place) for place in form.texts("swap") if place.isdecimal() and len(place) < 10]
    with database().writing() as db:
        found = propose_swaps(db, actor(), programme_id, text, now())
        must_be_as_shown(found.swaps, found.sessions)
        programme = get_programme(db, programme_id)
        done = put_swaps(db, actor(), programme_id, text, chosen, now())
    days = len(done.changes)
    flash(ngettext("%(num)s day has been changed.", "%(num)s days have been changed.", days))
    for words, sessions in ((_LOST, done.sessions.lost), (_SAVED, done.sessions.saved)):
        for session in sessions[:_MOST_TOLD]:
            when, names = moment(session.starts_at, programme.zone), ", ".join(session.cannot)
            flash(_(words, group=session.group_name, when=when, names=names))
    more = sum(max(0, len(sessions) - _MOST_TOLD) for sessions in (done.sessions.lost, done.sessions.saved))
    if more:
        flash(ngettext("That concerns %(num)s more session.", "That concerns %(num)s more sessions.", more))
    return redirect(url_for("coordinator.rotas", programme_id=programme_id, _anchor="latest"), 303)


_LOST = mark("%(group)s, %(when)s: %(names)s can no longer come.")
_SAVED = mark("%(group)s, %(when)s: %(names)s can come again.")
_MOST_TOLD = 5


def _pasted(form: Form) -> str:
    return "\n".join(form.lines("text"))


def _read(programme_id: int, text: str, name: str, site: str) -> ReadRota:
    """The text as a rota, read as a file is."""
    with database().reading() as db:
        site = site or usual_site(db, programme_id, name)
        before = service.before_reading(db, actor(), programme_id, site, name)
    upload = service.Upload(name=name, content=text.encode(), filename=name or _("pasted text"))
    return service.read_file(upload, before, now())


def _swaps_page(programme_id: int, text: str, found: ProposedSwaps) -> str:
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        names = {line.person_id: line.name for line in list_people(db, actor(), programme_id)}
    shown = [Shown(each, [(names.get(one.person_id, ""), one) for one in each.changes]) for each in found.swaps]
    return render_template(
        "coordinator/rota_swaps.html",
        programme=programme,
        text=text,
        swaps=shown,
        proposed=(found.swaps, found.sessions),
        sessions=found.sessions,
        names=names,
        questions=found.questions,
        passed_over=found.passed_over,
        any_possible=any(not each.why_not for each in found.swaps),
    )
