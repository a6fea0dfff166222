"""The contents of a programme's settings, and a page for each section: shown, checked, asked back, saved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.db import Db
from scheduler.errors import Fault, NotFound
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme, lock_programme
from scheduler.programmes.site_faults import room_warnings
from scheduler.publishing.programme_changes import change_programme
from scheduler.publishing.programme_effects import Effects, effects_of
from scheduler.publishing.programme_refusals import all_faults
from scheduler.publishing.programme_warnings import unfilled_models
from web.audiences import Audience, open_to
from web.coordinator.between import AGAIN, Asked, must_be_shown, page_between
from web.coordinator.blueprint import blueprint
from web.coordinator.setup.closed import CLOSED
from web.coordinator.setup.conduct import RUNNING
from web.coordinator.setup.effects import besides, must_be_asked, told_after, told_before
from web.coordinator.setup.grades import GRADES
from web.coordinator.setup.kinds import KINDS
from web.coordinator.setup.matters import MATTERS_SECTION
from web.coordinator.setup.name import NAME
from web.coordinator.setup.relations import RELATIONS
from web.coordinator.setup.rounds import ROUNDS
from web.coordinator.setup.section import FORM, Section
from web.coordinator.setup.sites import SITES
from web.coordinator.setup.windows import WINDOWS
from web.forms import Form, fill_form, find_refused, form_on, must_be_as_seen
from web.forms.fields import MORE, show_untouched_as_stored
from web.forms.untouched import Filling
from web.language import gettext as _
from web.request_context import actor, database, now

SECTIONS = {
    section.key: section
    for section in (NAME, SITES, WINDOWS, ROUNDS, CLOSED, KINDS, RUNNING, RELATIONS, MATTERS_SECTION, GRADES)
}
_SECTION = "/<int:programme_id>/settings/<section>"


@blueprint.get("/<int:programme_id>/settings")
@open_to(Audience.COORDINATOR)
def settings(programme_id: int) -> str:
    """Every section with today's values in words."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
    return render_template(
        "coordinator/setup/contents.html",
        programme=programme,
        sections=SECTIONS.values(),
        others=list(_others(programme_id)),
    )


def _others(programme_id: int) -> Iterator[tuple[str, str, str]]:
    """What is set on pages of its own: title, what it is about, address."""
    at = partial(url_for, programme_id=programme_id)
    yield (
        _("Joining and questions"),
        _("Whether only people who say yes are planned, topics, circumstances, and the last day for changes."),
        at("coordinator.joining", _anchor="questions"),
    )
    yield (
        _("Rules for people’s time"),
        _("Rest after duties, what each duty leaves open, and travel between sites."),
        at("coordinator.rules"),
    )
    yield _("Charter"), _("What every group agrees before it begins."), at("coordinator.charter")
    yield (
        _("A page to share"),
        _("A public page about the programme, with a QR code."),
        at("coordinator.sharing"),
    )


@blueprint.get(_SECTION)
@open_to(Audience.COORDINATOR)
def section(programme_id: int, section: str) -> str:
    """The form of a section; an address can propose values for its fields."""
    chosen = _section(section)
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        warnings = _warnings(db, chosen, programme)
    if request.args and not find_refused(FORM):
        fill_form(FORM, request.args, whole=False)
    return _page(chosen, programme, warnings)


def _section(key: str) -> Section:
    if key not in SECTIONS:
        raise NotFound(_("We can’t find that section."))
    return SECTIONS[key]


def _warnings(db: Db, chosen: Section, programme: Programme) -> Mapping[str, str]:
    """What is no reason to refuse, by the field it is said at."""
    if chosen is KINDS:
        return {each.fault.where: each.fault.text for each in unfilled_models(db, programme)}
    return {fault.where: fault.text for fault in room_warnings(programme)} if chosen is SITES else {}


def _page(chosen: Section, programme: Programme, warnings: Mapping[str, str]) -> str:
    refused = find_refused(FORM)
    values = chosen.values(programme)
    show_untouched_as_stored(FORM, values)
    return render_template(
        chosen.template,
        section=chosen,
        programme=programme,
        values=_Blank(values),
        warnings=warnings,
        changed_meanwhile=refused is not None and refused.changed,
        **chosen.shows(programme),
    )


class _Blank(dict[str, Filling]):
    """What fields are filled with; rows that are not stored yet are empty."""

    def __missing__(self, key: str) -> str:
        return ""


@blueprint.post(_SECTION)
@open_to(Audience.COORDINATOR)
@form_on("coordinator.section", FORM)
def section_changed(programme_id: int, section: str) -> ResponseReturnValue:
    """Take the section over, or nothing of it; first say what that does to what is published."""
    chosen, form = _section(section), Form(request.form)
    if MORE in form or AGAIN in form:
        return _filled_in(chosen, programme_id)
    with database().writing() as db:
        lock_programme(db, programme_id)
        before = get_programme(db, programme_id)
        must_be_as_seen(chosen.values(before))
        wanted = _wanted(chosen, form, before)
        effects = effects_of(db, actor(), programme_id, wanted, now())
        _refuse(chosen, form, effects.refusals)
        asked = _asked(chosen, wanted, effects)
        if must_be_asked(effects) and must_be_shown(asked):
            return page_between(asked, FORM, wanted)
        changed = change_programme(db, actor(), programme_id, wanted, now())
    flash(" ".join((_("Saved."), *told_after(effects))) if changed else _("You didn’t change anything."))
    return redirect(url_for("coordinator.settings", programme_id=programme_id, _anchor=section), 303)


def _filled_in(chosen: Section, programme_id: int) -> str:
    """The form as it was typed, with rows to fill in or after a look at what it would do. Nothing is saved."""
    with database().reading() as db:
        programme = get_programme(db, programme_id)
        form = Form(request.form)
        wanted = chosen.read(form, programme)
        warnings = {} if form.faults else _warnings(db, chosen, wanted)
    fill_form(FORM, chosen.grow(request.form, programme), whole=True)
    return _page(chosen, programme, warnings)


def _asked(chosen: Section, wanted: Programme, effects: Effects) -> Asked:
    at = partial(url_for, programme_id=wanted.id)
    return Asked(
        str(chosen.title),
        list(told_before(effects, wanted)),
        at("coordinator.section_changed", section=chosen.key),
        at("coordinator.settings"),
        (chosen.values(wanted),),
        list(besides(effects)),
    )


def _wanted(chosen: Section, form: Form, before: Programme) -> Programme:
    """What the form asks for; raises every fault at once, those of what it says and those of what that makes."""
    wanted = chosen.read(form, before)
    unreadable = {_row_of(fault.where) for fault in form.faults}
    for fault in all_faults(wanted):
        found = chosen.find_place(fault.where, form)
        # What could not be read makes faults of its own in its row, and in what is worked out from all of it.
        if not unreadable or (found and _row_of(found) not in unreadable):
            form.refuse(chosen.place_of(fault.where, form), fault.text)
    form.check()
    return wanted


def _row_of(field: str) -> str:
    """``rounds-3`` for ``rounds-3-first_day``; a field that stands alone is its own row."""
    return "-".join(field.split("-")[:-1]) or field


def _refuse(chosen: Section, form: Form, faults: Iterable[Fault]) -> None:
    """Raise these at their fields."""
    for fault in faults:
        form.refuse(chosen.place_of(fault.where, form), fault.text)
    form.check()
