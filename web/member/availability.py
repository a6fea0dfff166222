"""When somebody can come: what the rota says, what they correct, and their other calendars."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.availability import entries
from scheduler.availability import other_calendars as calendars
from scheduler.availability.model import Category, Reason
from scheduler.availability.refusals import list_refusals
from scheduler.availability.service import Answer, for_person
from scheduler.db import Db
from scheduler.errors import NotFound, Rejected
from scheduler.people.clocks import zone_of
from scheduler.people.model import Role
from scheduler.plans.own_programmes import OwnProgramme, own_programmes
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from scheduler.rota_import.own_rotas import differences
from scheduler.rotas.rota_list import own_rotas
from solvers.vocabulary import NOT_KNOWN
from web.audiences import Audience, open_to
from web.forms import Form, form_on, read_form
from web.forms.answers import find_refused
from web.language import WEEKDAYS, lazy_gettext, ngettext
from web.language import gettext as _
from web.member import weekly_patterns
from web.member.blueprint import blueprint
from web.member.week import (
    AS_THE_ROTA_SAYS,
    CHOICE_NAMES,
    SAYABLE,
    WORDS,
    Term,
    Week,
    changes_of,
    changes_to,
    choice_to_show,
)
from web.request_context import actor, database, now
from web.uploads import uploaded

_NOT_WORKED_OUT = Reason(Category.NOT_LOADED, "rota_not_loaded")
CHOICES = {
    **{name: WORDS[mark] for name, mark in SAYABLE.items()},
    "unknown": lazy_gettext("not known yet"),
    AS_THE_ROTA_SAYS: lazy_gettext("as the rota says"),
}


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which programme and which week a request is about."""

    programmes: tuple[OwnProgramme, ...]
    programme: Programme
    term: Term
    week: Week | None

    def address(self) -> str:
        """The page of this programme and week."""
        monday = self.week.monday.isoformat() if self.week else None
        return url_for("member.availability", programme=self.programme.id, week=monday)


@blueprint.get("/availability")
@open_to(Audience.PARTICIPANT)
def availability() -> str:
    """The week, why it is so, weekly entries and other calendars."""
    with database().reading() as db:
        asked = _find_asked(db)
        weekly = entries.list_weekly(db, actor(), asked.programme.id)
        others = calendars.list_calendars(db, actor(), now())
        rotas = own_rotas(db, actor(), asked.programme.id)
        absences = entries.list_absences(db, actor(), asked.programme.id, actor().person_id or 0)
        own_zone = zone_of(db, actor())
        refused = list_refusals(db, actor(), asked.programme.id, now())
        differing = differences(db, actor(), asked.programme.id, now().date())
    form = Form(request.form)
    return render_template(
        "member/availability.html",
        asked=asked,
        choices=CHOICES,
        choice_to_show=lambda cell: choice_to_show(cell, form) if find_refused("week") else cell.choice,
        here={"programme": asked.programme.id, "week": asked.week.monday.isoformat() if asked.week else None},
        weekly=[entry for entry in weekly if entry.category in weekly_patterns.SHOWN],
        kinds=weekly_patterns.kinds_for(has_rota=bool(rotas)),
        patterns=weekly_patterns,
        absences=absences,
        refused_times=refused,
        own_zone=own_zone,
        weekdays=WEEKDAYS,
        calendars=others,
        rotas=rotas,
        differing=differing,
        asks_hours=not rotas and not any(entry.category == "working_hours" for entry in weekly),
    )


@blueprint.post("/availability")
@open_to(Audience.PARTICIPANT)
@form_on("member.availability", "week")
def availability_said() -> ResponseReturnValue:
    """Take what the form of a week changes."""
    return _changed(_say)


@blueprint.post("/availability/days")
@open_to(Audience.PARTICIPANT)
@form_on("member.availability", "days", field="last_day")
def availability_days() -> ResponseReturnValue:
    """Say one thing of every time on several days: a week of nights in one go."""
    return _changed(_say_of_days)


@blueprint.post("/availability/weekly")
@open_to(Audience.PARTICIPANT)
@form_on("member.availability", "weekly{number}", once=True)
def availability_weekly() -> ResponseReturnValue:
    """Add something that holds every week, an exception to it, or take it back."""
    return _changed(
        lambda db, asked: weekly_patterns.change(db, actor(), asked.programme.id, Form(request.form), now())
    )


@blueprint.post("/availability/away")
@open_to(Audience.PARTICIPANT)
@form_on("member.availability", "away", field="last_day", once=True)
def availability_away() -> ResponseReturnValue:
    """Note long leave, or take it back."""
    return _changed(
        lambda db, asked: weekly_patterns.be_away(db, actor(), asked.programme.id, Form(request.form), now())
    )


@blueprint.post("/availability/refusals/<int:mark_id>/remove")
@open_to(Audience.PARTICIPANT)
@form_on("member.availability")
def availability_refusal_removed(mark_id: int) -> ResponseReturnValue:
    """Take back that one can't make it at a time."""

    def take_back(db: Db, asked: _Asked) -> str:
        entries.replace_own_marks(db, actor(), asked.programme.id, (mark_id,), (), now())
        return _("Saved. That time is as your rota says again.")

    return _changed(take_back)


@blueprint.post("/availability/calendars")
@open_to(Audience.PARTICIPANT)
@form_on("member.availability", "calendar", field="address", once=True)
def availability_address() -> ResponseReturnValue:
    """Take another calendar by its address."""
    return _changed(_add_address)


@blueprint.post("/availability/calendars/file")
@open_to(Audience.PARTICIPANT)
@form_on("member.availability", "upload", field="file", once=True)
def availability_file() -> ResponseReturnValue:
    """Take an uploaded calendar, read before anybody waits for this form's transaction."""
    busy = calendars.read_file(database(), actor(), uploaded().content, now())

    def add(db: Db, _asked: _Asked) -> str:
        calendars.add_file(db, actor(), busy, now())
        return _("The busy times in that file have been saved. The file itself isn’t kept.")

    return _changed(add)


@blueprint.post("/availability/calendars/<int:calendar_id>/all-day")
@open_to(Audience.PARTICIPANT)
@form_on("member.availability", "calendar-{calendar_id}")
def availability_all_day(calendar_id: int) -> ResponseReturnValue:
    """Take what all-day entries of a calendar mean."""
    with read_form() as form:
        are_leave = form.choice("are_leave", {"1": True, "0": False})

    def answer(db: Db, _asked: _Asked) -> str:
        calendars.answer_all_day(db, actor(), calendar_id, are_leave=are_leave, now=now())
        return _("Saved: you’re away on those days.") if are_leave else _("Saved: those days stay free.")

    return _changed(answer)


@blueprint.post("/availability/calendars/<int:calendar_id>/remove")
@open_to(Audience.PARTICIPANT)
@form_on("member.availability")
def availability_removed(calendar_id: int) -> ResponseReturnValue:
    """Forget another calendar."""

    def forget(db: Db, _asked: _Asked) -> str:
        calendars.remove(db, actor(), calendar_id, now())
        return _("That calendar and its busy times have been removed.")

    return _changed(forget)


def _changed(change: Callable[[Db, _Asked], str]) -> ResponseReturnValue:
    """Make a change, all of it or nothing, and go back to the week."""
    with database().writing() as db:
        asked = _find_asked(db)
        said = change(db, asked)
    flash(said)
    return redirect(asked.address(), 303)


def _say(db: Db, asked: _Asked) -> str:
    if asked.week is None:
        raise NotFound(_("There are no session times in that week."))
    changes = changes_of(asked.week, Form(request.form))
    entries.replace_own_marks(db, actor(), asked.programme.id, changes.unsaid, changes.said, now())
    number = len({*changes.unsaid, *changes.said})
    return _("Saved.") if number else _("You didn’t change anything, so nothing was saved.")


def _say_of_days(db: Db, asked: _Asked) -> str:
    with read_form() as form:
        first, last = form.day("first_day"), form.day("last_day")
        choice = form.choice("choice", {name: name for name in CHOICE_NAMES})
        if not form.faults and last < first:
            form.refuse("last_day", _("The last day is before the first. Swap the two days."))
    cells = asked.term.open_cells(first, last)
    if not cells:
        raise Rejected(_("There is nothing to change on these days."), what_to_do=_("Choose other days."))
    changes = changes_to({cell: choice for cell in cells if cell.choice != choice})
    entries.replace_own_marks(db, actor(), asked.programme.id, changes.unsaid, changes.said, now())
    return ngettext("Saved for %(num)s session time.", "Saved for %(num)s session times.", len(cells))


def _add_address(db: Db, _asked: _Asked) -> str:
    calendars.add_address(db, actor(), Form(request.form).text("address"), now())
    return _("We’ll read your calendar within a few minutes, and then every four hours.")


def _find_asked(db: Db) -> _Asked:
    programmes = list_programmes(db)
    programme = programme_asked(db, programmes)
    answers = _answers(db, programme)
    term = Term(
        answers,
        entries.list_own_marks(db, actor(), programme.id),
        timedelta(minutes=programme.session_minutes),
        ZoneInfo(programme.zone),
        now(),
        _zone_of(db),
    )
    return _Asked(programmes, programme, term, _week_of(term))


def _zone_of(db: Db) -> ZoneInfo | None:
    name = zone_of(db, actor())
    return ZoneInfo(name) if name else None


def list_programmes(db: Db) -> tuple[OwnProgramme, ...]:
    """The programmes in which one takes part."""
    return own_programmes(db, actor(), Role.RESIDENT, Role.FACULTY, Role.GUEST)


def programme_asked(db: Db, programmes: tuple[OwnProgramme, ...]) -> Programme:
    """The programme that a request is about."""
    return get_programme(db, _chosen(db, programmes))


def _chosen(db: Db, programmes: tuple[OwnProgramme, ...]) -> int:
    """The programme in the address if it is one's own; else the first that is still going on, or the last."""
    ids = [programme.id for programme in programmes]
    address = Form(request.args)
    if "programme" in address:
        if (wanted := address.find_id("programme")) not in ids:
            raise NotFound(_("That programme isn’t one of yours."))
        return int(wanted or 0)
    today = now().date()
    return next((one for one in ids if get_programme(db, one).last_day >= today), ids[-1])


def _answers(db: Db, programme: Programme) -> tuple[Answer, ...]:
    """What was worked out; not known for somebody of whom nothing has been yet."""
    try:
        return for_person(db, actor(), programme.id, actor().person_id or 0)
    except NotFound:
        return tuple(Answer(slot.starts_at, slot.round, NOT_KNOWN, _NOT_WORKED_OUT) for slot in programme.slots())


def _week_of(term: Term) -> Week | None:
    address = Form(request.args)
    if "week" not in address:
        current = term.current()
        return term.week(current) if current else None
    found = term.week(address.day("week"))
    if found is None or address.faults:
        raise NotFound(_("There are no session times in that week."))
    return found
